import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { type Fixture, LLMock } from '@copilotkit/aimock';
import type { ModelName, ModelProvider } from '@yudai/contract';

/** What the model does when it is asked once. */
export type ScriptedTurn =
  | (Spoken & { readonly text: string })
  /** Calls tools, after some words or none. */
  | (Spoken & { readonly text?: string; readonly tools: readonly { readonly name: string; readonly input: unknown }[] })
  /** Answers with an error of the provider. */
  | { readonly status: number; readonly code?: string; readonly retryAfterSeconds?: number }
  /** A body that is nothing of what the format says. */
  | { readonly malformed: true };

interface Spoken {
  readonly reasoning?: string;
  /** Characters of a piece; 8, unless told. */
  readonly pieceSize?: number;
  /** Cuts the connection after so many events of the stream. */
  readonly cutAfter?: number;
  /** Sends so many events, then waits for `release`. */
  readonly holdAfter?: number;
  readonly usage?: { readonly input: number; readonly output: number };
}

/** What a request asked for, in the words of every format alike. */
export interface ScriptedRequest {
  /** The body as it was sent. */
  readonly body: string;
  readonly path: string;
}

/** A model on this machine that says what the test wrote for it, in the wire format of any provider. */
export interface ScriptedModel extends AsyncDisposable {
  readonly url: string;
  readonly name: ModelName;
  /** Points a Yudai at it: `startTestApp({ env: { ...model.env } })`. */
  readonly env: Readonly<Record<string, string>>;
  /** What it does for the next requests, one each, in this order. */
  say(...turns: readonly ScriptedTurn[]): void;
  /** What it does for requests whose body contains this; in order, the last of them again and again. Goes before `say`. */
  on(words: string, ...turns: readonly ScriptedTurn[]): void;
  /** Every request so far. */
  readonly requests: readonly ScriptedRequest[];
  /** Resolves when so many requests have arrived. */
  asked(count: number): Promise<void>;
  /** Resolves when an answer has come to its `holdAfter`. */
  held(): Promise<void>;
  /** Lets all held answers go on. */
  release(): void;
  /** Forgets what it was told and asked. */
  reset(): void;
  close(): Promise<void>;
}

const places: Readonly<Record<ModelProvider, { readonly path: string; readonly env: (url: string) => object }>> = {
  openai: { path: '/v1', env: (url) => ({ OPENAI_API_KEY: 'scripted', OPENAI_BASE_URL: url }) },
  anthropic: { path: '/v1', env: (url) => ({ ANTHROPIC_API_KEY: 'scripted', ANTHROPIC_BASE_URL: url }) },
  google: {
    path: '/v1beta',
    env: (url) => ({ GOOGLE_GENERATIVE_AI_API_KEY: 'scripted', GOOGLE_GENERATIVE_AI_BASE_URL: url }),
  },
  openrouter: { path: '/api/v1', env: (url) => ({ OPENROUTER_API_KEY: 'scripted', OPENROUTER_BASE_URL: url }) },
  compatible: { path: '/v1', env: (url) => ({ YUDAI_MODEL_ENDPOINT: url }) },
};

/** What points a Yudai at a scripted model that answers at this URL in the wire format of this provider. */
export function scriptedEnvironment(provider: ModelProvider, url: string): Record<string, string> {
  const { path, env } = places[provider];
  return { ...env(`${url}${path}`), YUDAI_MODELS: `${provider}/scripted` };
}

/**
 * Starts it on a free port, or on the one given. In front of aimock, which knows the formats, stands a server that cuts and holds answers at
 * an event rather than at a moment. A request that nothing was written for is answered with 400 and a word that says so.
 */
export async function startScriptedModel(
  options: { readonly provider?: ModelProvider; readonly port?: number } = {},
): Promise<ScriptedModel> {
  const provider = options.provider ?? 'compatible';
  const name = `${provider}/scripted`;
  const mock = new LLMock({ strict: true, logLevel: 'silent', journalMaxEntries: 1 });
  await mock.start();
  const script = createScript();
  const front = createServer((request, response) => {
    void answer(request, response, mock, script).catch(() => response.destroy());
  });
  front.listen(options.port ?? 0, '127.0.0.1');
  await once(front, 'listening');
  const address = front.address();
  const url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;

  let isOpen = true;
  const close = async (): Promise<void> => {
    if (!isOpen) return;
    isOpen = false;
    script.release();
    front.closeAllConnections();
    front.close();
    await mock.stop();
  };
  return {
    ...script,
    url,
    name,
    env: scriptedEnvironment(provider, url),
    reset() {
      script.reset();
      mock.reset();
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

type Script = ReturnType<typeof createScript>;

/** What was written, what was asked, and who waits for what. */
function createScript() {
  const requests: ScriptedRequest[] = [];
  const queue: ScriptedTurn[] = [];
  const patterns: { readonly words: string; readonly turns: ScriptedTurn[] }[] = [];
  const watchers = new Set<() => void>();
  let holding = 0;
  let gate = Promise.withResolvers<void>();

  function until(isSo: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (!isSo()) return;
        watchers.delete(look);
        resolve();
      };
      watchers.add(look);
      look();
    });
  }
  const look = () => {
    for (const watcher of watchers) watcher();
  };
  const release = () => {
    holding = 0;
    gate.resolve();
    gate = Promise.withResolvers<void>();
  };

  return {
    requests,
    say: (...turns: readonly ScriptedTurn[]) => void queue.push(...turns),
    on: (words: string, ...turns: readonly ScriptedTurn[]) => void patterns.unshift({ words, turns: [...turns] }),
    asked: (count: number) => until(() => requests.length >= count),
    held: () => until(() => holding > 0),
    release,
    async hold() {
      holding += 1;
      const { promise } = gate;
      look();
      await promise;
    },
    next(request: ScriptedRequest): ScriptedTurn | undefined {
      requests.push(request);
      look();
      const turns = patterns.find(({ words }) => request.body.includes(JSON.stringify(words).slice(1, -1)))?.turns;
      if (turns !== undefined) return turns.length > 1 ? turns.shift() : turns[0];
      return queue.shift();
    },
    reset() {
      release();
      requests.length = 0;
      queue.length = 0;
      patterns.length = 0;
    },
  };
}

async function answer(request: IncomingMessage, response: ServerResponse, mock: LLMock, script: Script) {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  const seen = { body: Buffer.concat(chunks).toString(), path: request.url ?? '' };
  const turn = script.next(seen);
  if (turn === undefined || 'malformed' in turn) {
    response.writeHead(turn === undefined ? 400 : 200, { 'content-type': 'text/event-stream' });
    response.end(turn === undefined ? '{"error":{"message":"Nothing was written for this request."}}' : '<p>oh no</p>');
    return;
  }
  // The fixture of this turn is found by a model's name of its own, which every format carries.
  const key = `scripted-${script.requests.length}-${Math.random().toString(36).slice(2)}`;
  mock.addFixture({ match: { model: key }, ...fixtureOf(turn, seen.path) });
  const upstream = await fetch(`${mock.url}${seen.path.replace('/scripted:', `/${key}:`)}`, {
    method: request.method ?? 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer scripted', 'x-api-key': 'scripted' },
    body: seen.body.replace(/"model":"scripted"/, `"model":"${key}"`),
  });
  const { 'content-type': type, 'retry-after': wait } = Object.fromEntries(upstream.headers);
  response.writeHead(upstream.status, {
    'content-type': type ?? 'application/json',
    ...(wait === undefined ? {} : { 'retry-after': wait }),
  });
  response.flushHeaders();
  await passOn(upstream, response, 'status' in turn ? {} : turn, script);
}

/** Gives the events of a stream on, one by one. */
async function passOn(upstream: Response, response: ServerResponse, turn: Partial<Spoken>, script: Script) {
  const events = (await upstream.text()).split(/(?<=\n\n)/);
  for (const [index, event] of events.entries()) {
    if (index === turn.cutAfter) {
      // What was written has to leave before the connection does.
      response.socket?.end();
      return;
    }
    if (index === turn.holdAfter) await script.hold();
    if (response.destroyed) return;
    response.write(event);
  }
  response.end();
}

function fixtureOf(turn: Exclude<ScriptedTurn, { malformed: true }>, path: string): Omit<Fixture, 'match'> {
  if ('status' in turn) {
    const { status, code = 'scripted', retryAfterSeconds } = turn;
    const retryAfter = retryAfterSeconds === undefined ? {} : { retryAfter: retryAfterSeconds };
    return { response: { status, error: { message: 'As the script says.', type: code, code }, ...retryAfter } };
  }
  const { text, reasoning, pieceSize = 8, usage = { input: 100, output: 20 } } = turn;
  const said = { usage: usageOf(usage), ...(reasoning === undefined ? {} : { reasoning }) };
  if (!('tools' in turn)) return { response: { content: turn.text, ...said }, chunkSize: pieceSize };
  const toolCalls = turn.tools.map((tool) => ({ name: tool.name, arguments: JSON.stringify(tool.input) }));
  // Google has no reason of its own for stopping at a tool; with aimock's the SDK takes the answer for broken.
  const stop = path.includes('GenerateContent') ? { finishReason: 'stop' } : {};
  const words = text === undefined ? {} : { content: text };
  return { response: { toolCalls, ...words, ...said, ...stop }, chunkSize: pieceSize };
}

function usageOf({ input, output }: { readonly input: number; readonly output: number }) {
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    input_tokens: input,
    output_tokens: output,
    promptTokenCount: input,
    candidatesTokenCount: output,
    totalTokenCount: input + output,
  };
}
