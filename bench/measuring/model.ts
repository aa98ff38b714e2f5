import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';

export interface BenchModel {
  /** Base URL of its OpenAI-compatible endpoint. */
  readonly url: string;
  /** When a token left, by `performance.now()` of this process; NaN when it has not. */
  sentAt(stream: string, token: number): number;
  close(): void;
}

export interface Speech {
  /** Names the stream in `sentAt`; letters and digits. */
  readonly stream: string;
  readonly tokens: number;
  readonly gapMs: number;
}

/** A question that the model answers with that many tokens, `t0 t1 t2 …`, one each `gapMs`, the first at once. */
export function questionFor({ stream, tokens, gapMs }: Speech): string {
  return `say ${stream} ${tokens} ${gapMs}`;
}

/**
 * A model that says what it is told to: in the last `say …` of a request (`questionFor`), else in the query `?n=<tokens>&gap_ms=<ms>`. Each piece also
 * carries `t`, the moment at which it left.
 */
export async function startModel(): Promise<BenchModel> {
  const sent = new Map<string, number>();
  const server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(Buffer.from(chunk));
      await say(response, speechOf(Buffer.concat(chunks).toString(), request.url ?? '/'), sent);
    })();
  });
  server.listen(0, '127.0.0.1', 1024);
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    sentAt: (stream, token) => sent.get(`${stream}:${token}`) ?? Number.NaN,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function speechOf(body: string, path: string): Speech {
  const [, stream, tokens, gap] = [...body.matchAll(/say (\w+) (\d+) (\d+)/g)].at(-1) ?? [];
  if (stream !== undefined) return { stream, tokens: Number(tokens), gapMs: Number(gap) };
  const { searchParams } = new URL(path, 'http://localhost');
  return {
    stream: 'unnamed',
    tokens: Number(searchParams.get('n') ?? 1),
    gapMs: Number(searchParams.get('gap_ms') ?? 0),
  };
}

async function say(response: ServerResponse, { stream, tokens, gapMs }: Speech, sent: Map<string, number>) {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const head = { id: 'x', object: 'chat.completion.chunk', created: 1, model: 'bench' };
  const write = (delta: object, more: object) => {
    const t = performance.now();
    response.write(`data: ${JSON.stringify({ ...head, t, choices: [{ index: 0, delta, ...more }] })}\n\n`);
    return t;
  };
  let next = performance.now();
  for (let token = 0; token < tokens && !response.destroyed; token += 1) {
    sent.set(`${stream}:${token}`, write({ content: `t${token} ` }, { finish_reason: null }));
    next += gapMs;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, next - performance.now())));
  }
  const usage = { prompt_tokens: 10, completion_tokens: tokens, total_tokens: tokens + 10 };
  const end = { ...head, t: performance.now(), choices: [{ index: 0, delta: {}, finish_reason: 'stop' }], usage };
  response.end(`data: ${JSON.stringify(end)}\n\ndata: [DONE]\n\n`);
}
