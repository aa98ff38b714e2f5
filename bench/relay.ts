import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Client } from '../packages/contract/src/client.ts';
import { type Id, liveEvent } from '../packages/contract/src/index.ts';
import { commitAll, withTemporaryFolder } from './measuring/checkouts.ts';
import { onBothDatabases } from './measuring/databases.ts';
import { printTable, quantile, ratio } from './measuring/figures.ts';
import { loadNow, packageVersion, printHead } from './measuring/machine.ts';
import { cpuSecondsOf } from './measuring/processes.ts';
import { connectAndIndex, startServer } from './measuring/server.ts';
import { mkdirSync, writeFileSync } from 'node:fs';

// What it adds to a model's tokens that Yudai stores them and tells them to who watches: node bench/relay.ts [--tokens n] [--gap ms] [--database d].
const { values } = parseArgs({
  options: {
    tokens: { type: 'string', default: '200' },
    gap: { type: 'string', default: '20' },
    database: { type: 'string' },
    streams: { type: 'string', default: '1,16,50' },
  },
});
const tokens = Number(values.tokens);
const gapMs = Number(values.gap);

/** When each token left the model, by `stream:token`. One clock: the model and the readers are this process. */
const sentAt = new Map<string, number>();
const upstream = createServer((request, response) => {
  void (async () => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const [, stream = ''] = /stream (\d+)/.exec(Buffer.concat(chunks).toString()) ?? [];
    await say(response, stream);
  })();
});
upstream.listen(0, '127.0.0.1');
await once(upstream, 'listening');
const address = upstream.address();
const upstreamUrl = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/v1`;

printHead(`${tokens} tokens a stream, one every ${gapMs} ms, stored and told over server-sent events`, {
  ai: packageVersion('ai'),
});
const rows: string[][] = [];
for (const streams of values.streams.split(',').map(Number)) {
  rows.push(await measure('direct', streams, readDirectly, process.pid));
}
await onBothDatabases(async ({ name, dataDir, url }) => {
  await withTemporaryFolder(async (folder) => {
    mkdirSync(join(folder, 'src'));
    writeFileSync(join(folder, 'src/tea.ts'), 'export const tea = 1;\n');
    commitAll(folder);
    const env = { YUDAI_MODEL_ENDPOINT: upstreamUrl, YUDAI_MODELS: 'compatible/bench' };
    const server = await startServer({ dataDir, env, ...(url === undefined ? {} : { url }) });
    try {
      const { id } = await connectAndIndex(server.client, folder);
      await readThrough(server.client, server.url, id, 'warm');
      for (const streams of values.streams.split(',').map(Number)) {
        const read = (stream: string) => readThrough(server.client, server.url, id, stream);
        rows.push(await measure(name, streams, read, server.pid));
      }
    } finally {
      await server.stop();
    }
  });
}, values.database);
upstream.close();
printTable(['', 'streams', 'added p50 ms', 'p99 ms', 'first token ms', 'CPU µs/token', 'p50 ÷ direct'], rows);
console.log(`load ${loadNow()} at the end`);

async function say(response: ServerResponse, stream: string): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const head = { id: 'x', object: 'chat.completion.chunk', created: 1, model: 'bench' };
  let next = performance.now();
  for (let token = 0; token < tokens; token += 1) {
    sentAt.set(`${stream}:${token}`, performance.now());
    const delta = { content: `t${token} ` };
    response.write(`data: ${JSON.stringify({ ...head, choices: [{ index: 0, delta, finish_reason: null }] })}\n\n`);
    next += gapMs;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, next - performance.now())));
  }
  const usage = { prompt_tokens: 10, completion_tokens: tokens, total_tokens: tokens + 10 };
  response.write(
    `data: ${JSON.stringify({ ...head, choices: [{ index: 0, delta: {}, finish_reason: 'stop' }], usage })}\n\n`,
  );
  response.end('data: [DONE]\n\n');
}

/** Milliseconds from leaving the model to being read, of every token of a stream; the first apart. */
type Read = (stream: string) => Promise<{ first: number; added: number[] }>;

async function measure(name: string, streams: number, read: Read, pid: number): Promise<string[]> {
  const before = cpuSecondsOf(pid);
  const found = await Promise.all(Array.from({ length: streams }, (_, n) => read(String(rows.length * 1000 + n))));
  const cpu = ((cpuSecondsOf(pid) - before) * 1e6) / (streams * tokens);
  const added = found.flatMap((it) => it.added);
  const direct = Number(rows.find(([who, count]) => who === 'direct' && count === String(streams))?.[2] ?? Number.NaN);
  const p50 = quantile(added, 0.5);
  return [
    name,
    String(streams),
    p50.toFixed(1),
    quantile(added, 0.99).toFixed(1),
    quantile(
      found.map(({ first }) => first),
      0.5,
    ).toFixed(0),
    name === 'direct' ? '' : cpu.toFixed(0),
    name === 'direct' ? '' : ratio(p50, direct),
  ];
}

async function readDirectly(stream: string): Promise<{ first: number; added: number[] }> {
  const asked = performance.now();
  const response = await fetch(`${upstreamUrl}/chat/completions`, { method: 'POST', body: `stream ${stream}` });
  const reader = createReader(stream, asked);
  for await (const line of linesOf(response)) {
    const [, token] = /"content":"t(\d+) "/.exec(line) ?? [];
    if (token !== undefined) reader.take(Number(token));
  }
  return reader.result();
}

async function readThrough(client: Client, url: string, projectId: Id<'project'>, stream: string) {
  const { id } = await client.chat.create({ projectId });
  const topic = `session:${id}`;
  const response = await fetch(`${url}/api/v1/live?topics=${topic}`, { headers: { 'last-event-id': `${topic}=0` } });
  const asked = performance.now();
  await client.chat.send({ id, text: `stream ${stream}` });
  const reader = createReader(stream, asked);
  for await (const line of linesOf(response)) {
    if (!line.startsWith('data: {')) continue;
    const parsed = liveEvent.safeParse(JSON.parse(line.slice(6)));
    if (!parsed.success) continue;
    const { type, data } = parsed.data;
    if (type === 'message' && data.action === 'delta') {
      for (const [, token] of data.text.matchAll(/t(\d+) /g)) reader.take(Number(token));
    }
    if (type === 'session_update' && data.session.activeJobId === null) break;
  }
  return reader.result();
}

function createReader(stream: string, asked: number) {
  const added: number[] = [];
  let first = Number.NaN;
  return {
    take(token: number) {
      const at = performance.now();
      added.push(at - (sentAt.get(`${stream}:${token}`) ?? at));
      if (token === 0) first = at - asked;
    },
    result() {
      if (stream !== 'warm' && added.length !== tokens) throw new Error(`${added.length} of ${tokens} tokens arrived.`);
      return { first, added };
    },
  };
}

async function* linesOf(response: Response): AsyncIterable<string> {
  if (!response.ok || response.body === null) throw new Error(`It answered ${response.status}.`);
  let rest = '';
  for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}
