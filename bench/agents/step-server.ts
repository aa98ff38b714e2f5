import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** A tool as an agent offers it to its model, in whichever wire format. */
export interface OfferedTool {
  readonly name: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** What the model does when it is asked for the `number`th time, from 1, with this body; null ends its work with words. */
export type NextCall = (
  number: number,
  tools: readonly OfferedTool[],
  body: string,
) => { readonly name: string; readonly input: Readonly<Record<string, unknown>> } | null;

export interface StepServer extends AsyncDisposable {
  /** Without a path; `/v1/chat/completions` and `/v1/responses` are answered. */
  readonly url: string;
  /** When each request that offered tools had arrived, and when its answer was sent, in milliseconds of `performance.now()`. */
  readonly asked: readonly { readonly arrived: number; readonly answered: number; readonly bytes: number }[];
  /** What the tools answered to the call before, as the body of each request. */
  readonly bodies: readonly string[];
}

/** A model without any latency, which calls one tool after another. Requests without tools (titles, summaries) are answered with a word. */
export async function startStepServer(
  next: NextCall,
  options: { readonly keepBodies?: boolean } = {},
): Promise<StepServer> {
  const asked: { arrived: number; answered: number; bytes: number }[] = [];
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    void answer(request, response).catch(() => response.destroy());
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
    const arrived = performance.now();
    const text = Buffer.concat(chunks).toString('utf8');
    const isResponses = request.url?.includes('/responses') === true;
    const isChat = request.url?.includes('/chat/completions') === true;
    if (request.method !== 'POST' || (!isResponses && !isChat)) {
      response
        .setHeader('content-type', 'application/json')
        .end(JSON.stringify({ object: 'list', data: [{ id: 'bench', object: 'model' }] }));
      return;
    }
    const body: unknown = JSON.parse(text);
    const tools = toolsOf(body);
    const call = tools.length === 0 ? null : next(asked.length + 1, tools, text);
    const id = `call_${asked.length + 1}`;
    response.setHeader('content-type', 'text/event-stream');
    response.end(isResponses ? responsesEvents(id, call) : chatEvents(id, call));
    if (tools.length === 0) return;
    asked.push({ arrived, answered: performance.now(), bytes: text.length });
    if (options.keepBodies === true) bodies.push(text);
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    bodies,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Both formats name their tools; Responses has them flat. */
function toolsOf(body: unknown): OfferedTool[] {
  if (!isRecord(body) || !Array.isArray(body['tools'])) return [];
  return body['tools'].flatMap((tool: unknown) => {
    if (!isRecord(tool)) return [];
    const inner = isRecord(tool['function']) ? tool['function'] : tool;
    const { name, parameters } = inner;
    return typeof name === 'string' ? [{ name, parameters: isRecord(parameters) ? parameters : {} }] : [];
  });
}

type Call = ReturnType<NextCall>;

function chatEvents(id: string, call: Call): string {
  const chunk = (delta: object, finish: string | null, usage?: object) =>
    `data: ${JSON.stringify({ id: 'chunk', object: 'chat.completion.chunk', created: 1, model: 'bench', choices: [{ index: 0, delta, finish_reason: finish }], ...usage })}\n\n`;
  const usage = { usage: { prompt_tokens: 400, completion_tokens: 80, total_tokens: 480 } };
  if (call === null)
    return `${chunk({ role: 'assistant', content: 'Done.' }, null)}${chunk({}, 'stop', usage)}data: [DONE]\n\n`;
  const fn = { name: call.name, arguments: JSON.stringify(call.input) };
  const delta = { role: 'assistant', content: null, tool_calls: [{ index: 0, id, type: 'function', function: fn }] };
  return `${chunk(delta, null)}${chunk({}, 'tool_calls', usage)}data: [DONE]\n\n`;
}

function responsesEvents(id: string, call: Call): string {
  const event = (type: string, rest: object) => `event: ${type}\ndata: ${JSON.stringify({ type, ...rest })}\n\n`;
  const item =
    call === null
      ? {
          type: 'message',
          id: `m_${id}`,
          role: 'assistant',
          status: 'completed',
          content: [{ type: 'output_text', text: 'Done.', annotations: [] }],
        }
      : {
          type: 'function_call',
          id: `f_${id}`,
          call_id: id,
          name: call.name,
          arguments: JSON.stringify(call.input),
          status: 'completed',
        };
  const usage = {
    input_tokens: 400,
    output_tokens: 80,
    total_tokens: 480,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens_details: { reasoning_tokens: 0 },
  };
  return [
    event('response.created', { response: { id: `r_${id}`, object: 'response', status: 'in_progress', output: [] } }),
    event('response.output_item.added', { output_index: 0, item }),
    event('response.output_item.done', { output_index: 0, item }),
    event('response.completed', {
      response: { id: `r_${id}`, object: 'response', status: 'completed', output: [item], usage },
    }),
  ].join('');
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
