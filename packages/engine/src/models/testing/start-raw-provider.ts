import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';

export type Answer = (response: ServerResponse, request: IncomingMessage) => void;

/** A server that gives each request the next answer, byte by byte as the test says. */
export interface RawProvider extends AsyncDisposable {
  /** Base URL of an OpenAI-compatible API. */
  readonly url: string;
  readonly requests: readonly string[];
  /** Ends when the first request has arrived. */
  readonly asked: Promise<void>;
  /** Ends when the client of the last request has gone away. */
  readonly abandoned: Promise<void>;
}

/** Starts it; the last answer is repeated. */
export async function startRawProvider(...answers: Answer[]): Promise<RawProvider> {
  const requests: string[] = [];
  const asked = Promise.withResolvers<void>();
  const gone = Promise.withResolvers<void>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      requests.push(Buffer.concat(chunks).toString());
      asked.resolve();
      answers[Math.min(requests.length, answers.length) - 1]?.(response, request);
    });
    response.on('close', () => {
      if (!response.writableFinished) gone.resolve();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    requests,
    asked: asked.promise,
    abandoned: gone.promise,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** An answer with this status and body. */
export function status(code: number, body: unknown = {}, headers: Record<string, string> = {}): Answer {
  return (response) => {
    response.writeHead(code, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
  };
}

const chunk = { id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm' };

/** A piece of a chat completion, as a server-sent event. */
export function piece(delta: Record<string, unknown>, finish: string | null = null): string {
  return `data: ${JSON.stringify({ ...chunk, choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
}

const usage = { prompt_tokens: 10, completion_tokens: 2, total_tokens: 12 };
export const ending: string =
  piece({}, 'stop') + `data: ${JSON.stringify({ ...chunk, choices: [], usage })}\n\ndata: [DONE]\n\n`;

/** A stream of these texts; what comes after them decides how it ends. */
export function stream(texts: readonly string[], then: 'end' | 'cut' | 'close' | 'hang' = 'end'): Answer {
  return (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.flushHeaders();
    const body = texts.map((text) => piece({ content: text })).join('');
    if (then === 'end') response.end(body + ending);
    else if (then === 'close') response.end(body);
    else if (body !== '') response.write(body, () => then === 'cut' && setImmediate(() => response.destroy()));
    else if (then === 'cut') response.destroy();
  };
}
