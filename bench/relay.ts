import type { Client } from '../packages/contract/src/client.ts';
import type { Id } from '../packages/contract/src/index.ts';
import { onBothDatabases } from './measuring/databases.ts';
import { eventOf, followStream, linesOf } from './measuring/feeds.ts';
import { printTable, quantile, ratio } from './measuring/figures.ts';
import { loadNow, packageVersion, printHead } from './measuring/machine.ts';
import { questionFor, type Speech, startModel } from './measuring/model.ts';
import { chosenDatabase, numbersOf, readOptions } from './measuring/options.ts';
import { predecessorUsage, startPredecessor } from './measuring/predecessor.ts';
import { cpuSecondsOf } from './measuring/processes.ts';
import { withChatServer } from './measuring/server.ts';

// What it adds to a model's tokens that Yudai stores them and tells them to who watches, beside reading the model directly and beside
// the predecessors, who pass tokens on and store nothing.
const options = readOptions(
  `
node bench/relay.ts [--streams 1,16,50] [--tokens 200] [--gap 20] [--database embedded|postgres] [--profile <folder>] [--predecessor <command>]

  --streams    how many turns at once, one after the other
  --tokens     tokens of each answer
  --gap        milliseconds between two tokens
  --profile    has the server write its CPU profiles there
${predecessorUsage}`,
  { streams: '1,16,50', tokens: '200', gap: '20', database: '', profile: '', predecessor: '' },
);
const [tokens, gapMs, counts] = [Number(options.tokens), Number(options.gap), numbersOf(options.streams)];

interface Heard {
  /** Milliseconds from asking to the first token. */
  readonly first: number;
  /** Milliseconds from leaving the model to being read, of each token. */
  readonly added: readonly number[];
}

interface Measured {
  readonly name: string;
  readonly streams: number;
  readonly p50: number;
  readonly p99: number;
  readonly first: number;
  /** Seconds of the processor for one turn of one token. */
  readonly turnCpu: number;
  /** And for each token after it. */
  readonly tokenCpu: number;
}

const measured: Measured[] = [];
let streamsSoFar = 0;

printHead(
  `${tokens} tokens a stream, one every ${gapMs} ms, stored and told over server-sent events; Postgres with fsync`,
  {
    ai: packageVersion('ai'),
  },
);
const model = await startModel();
await measureAll('direct', process.pid, readDirectly);
const predecessor = await startPredecessor(options.predecessor, model.url);
if (predecessor !== undefined) {
  await measureAll('predecessor', predecessor.pid, (speech) => readRelayed(predecessor.url, speech));
  await predecessor.stop();
}
await onBothDatabases(
  async ({ name, ...database }) => {
    const nodeArgs = options.profile === '' ? [] : ['--cpu-prof', `--cpu-prof-dir=${options.profile}`];
    await withChatServer({ ...database, nodeArgs, modelUrl: model.url }, async ({ server, projectId }) => {
      await measureAll(name, server.pid, (speech) => readTurn(server.client, server.url, projectId, speech));
    });
  },
  chosenDatabase(options.database),
  { durable: true },
);
model.close();
console.log(`load ${loadNow()} at the end`);

/** Each number of streams first with one token, which is what a turn costs by itself, then with all of them. */
async function measureAll(name: string, pid: number, read: (speech: Speech) => Promise<Heard>): Promise<void> {
  // Code is loaded and compiled, connections are open.
  for (let n = 0; n < 3; n += 1) await together(4, 20, pid, read);
  for (const streams of counts) {
    const one = await together(streams, 1, pid, read);
    const all = await together(streams, tokens, pid, read);
    const added = all.heard.flatMap((it) => it.added);
    if (added.length !== streams * tokens) throw new Error(`${added.length} of ${streams * tokens} tokens arrived.`);
    measured.push({
      name,
      streams,
      p50: quantile(added, 0.5),
      p99: quantile(added, 0.99),
      first: quantile(
        [...one.heard, ...all.heard].map(({ first }) => first),
        0.5,
      ),
      turnCpu: one.cpu / streams,
      tokenCpu: (all.cpu - one.cpu) / (streams * (tokens - 1)),
    });
  }
  report(name);
}

async function together(streams: number, count: number, pid: number, read: (speech: Speech) => Promise<Heard>) {
  const before = cpuSecondsOf(pid);
  const heard = await Promise.all(
    Array.from({ length: streams }, () => read({ stream: `s${(streamsSoFar += 1)}`, tokens: count, gapMs })),
  );
  return { heard, cpu: cpuSecondsOf(pid) - before };
}

async function readDirectly(speech: Speech): Promise<Heard> {
  const asked = performance.now();
  const response = await fetch(`${model.url}/chat/completions`, { method: 'POST', body: questionFor(speech) });
  const ear = createEar(asked);
  for await (const line of linesOf(response)) {
    const [, token] = /"content":"t(\d+) "/.exec(line) ?? [];
    if (token !== undefined) ear.hear(model.sentAt(speech.stream, Number(token)));
  }
  return ear.heard();
}

/** The predecessors hand on when each token left the model. */
async function readRelayed(url: string, { tokens: n, gapMs: gap }: Speech): Promise<Heard> {
  const asked = performance.now();
  const response = await fetch(`${url}/relay?n=${n}&gap_ms=${gap}`);
  const ear = createEar(asked);
  for await (const line of linesOf(response)) {
    const [, t] = /"text": "t\d+ ", "t": ([\d.]+)/.exec(line) ?? [];
    if (t !== undefined) ear.hear(Number(t));
  }
  return ear.heard();
}

async function readTurn(client: Client, url: string, projectId: Id<'project'>, speech: Speech): Promise<Heard> {
  const { id } = await client.chat.create({ projectId });
  const gone = new AbortController();
  const frames = await followStream(url, `session:${id}`, 0, gone.signal);
  const asked = performance.now();
  await client.chat.send({ id, text: questionFor(speech) });
  const ear = createEar(asked);
  for await (const frame of frames) {
    const event = eventOf(frame);
    if (event?.type === 'message' && event.data.action === 'delta') {
      for (const [, token] of event.data.text.matchAll(/t(\d+) /g))
        ear.hear(model.sentAt(speech.stream, Number(token)));
    }
    if (event?.type === 'session_update' && event.data.session.activeJobId === null) break;
  }
  gone.abort();
  return ear.heard();
}

function createEar(asked: number) {
  const added: number[] = [];
  let first = Number.NaN;
  return {
    hear(sentAt: number) {
      const at = performance.now();
      if (added.push(at - sentAt) === 1) first = at - asked;
    },
    heard: (): Heard => ({ first, added }),
  };
}

function report(whose: string): void {
  const same = (name: string, streams: number) => measured.find((it) => it.name === name && it.streams === streams);
  printTable(
    ['', 'streams', 'added p50 ms', 'p99 ms', 'first token ms', 'CPU ms/turn', 'CPU µs/token', 'p50', 'CPU', 'to the'],
    measured
      .filter(({ name }) => name === whose)
      .map((it) => {
        const own = it.name === 'direct';
        const peer = own || it.name === 'predecessor' ? undefined : same('predecessor', it.streams);
        const of = peer ?? (own ? undefined : same('direct', it.streams));
        return [
          it.name,
          it.streams,
          it.p50.toFixed(1),
          it.p99.toFixed(1),
          it.first.toFixed(0),
          own ? '' : (it.turnCpu * 1e3).toFixed(1),
          own ? '' : (it.tokenCpu * 1e6).toFixed(0),
          of === undefined ? '' : ratio(it.p50, of.p50),
          peer === undefined ? '' : ratio(it.tokenCpu, peer.tokenCpu),
          of?.name ?? '',
        ];
      }),
  );
}
