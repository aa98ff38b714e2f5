import type { Client } from '../../packages/contract/src/client.ts';
import type { Id, Topic } from '../../packages/contract/src/index.ts';
import { followSocket, followStream, type Frame, messagesOf, seqOf } from '../measuring/feeds.ts';
import { type BenchModel, questionFor } from '../measuring/model.ts';
import type { Predecessor } from '../measuring/predecessor.ts';
import { cpuSecondsOf, memoryOf } from '../measuring/processes.ts';
import type { RunningServer } from '../measuring/server.ts';

const patienceMs = 20_000;

export interface Said {
  readonly tokens: number;
  readonly gapMs: number;
}

export interface Round {
  /** Milliseconds from leaving the model (the predecessor's room: from being sent) to being read, for each watcher. */
  readonly late: readonly (readonly number[])[];
  /** Events that each watcher was told. */
  readonly events: number;
  readonly cpuSeconds: number;
  /** All were told the same in the same order, with nothing missing. */
  readonly isSame: boolean;
  /** The longest time in which a watcher was told nothing, after the first token. */
  readonly silenceMs: number;
  readonly residentBytes: number;
  readonly peakBytes: number;
}

export interface Crowd {
  /** What is watched. */
  topic(): Topic;
  /** So many watch one answer. */
  watch(over: 'socket' | 'stream', count: number, said: Said): Promise<Round>;
  /** The same, half over sockets where there are streams too, while much else is told: some megabytes. */
  watchMuch(count: number, said: Said): Promise<Round>;
}

/** What one watcher has read. */
interface Watched {
  readonly late: readonly number[];
  /** When each event was read. */
  readonly at: readonly number[];
  /** What tells one order from another. */
  readonly order: string;
  readonly isComplete: boolean;
}

/** A conversation of the product, on a server with this model. */
export async function crowdOfSession(
  { server, projectId }: { readonly server: RunningServer; readonly projectId: Id<'project'> },
  model: BenchModel,
): Promise<Crowd> {
  const { id } = await server.client.chat.create({ projectId, title: 'Room' });
  const topic: Topic = `session:${id}`;
  let answers = 0;

  async function round(overs: readonly ('socket' | 'stream')[], said: Said, meanwhile: () => Promise<void>) {
    const stream = `room${(answers += 1)}`;
    const { cursor } = await server.client.chat.get({ id, limit: 1 });
    const gone = new AbortController();
    const followed = await Promise.all(
      overs.map((over) => (over === 'socket' ? followSocket : followStream)(server.url, topic, cursor, gone.signal)),
    );
    return measure(server.pid, async () => {
      await server.client.chat.send({ id, text: questionFor({ stream, ...said }) });
      const told = meanwhile();
      const watched = await Promise.all(
        followed.map((frames) => watchTurn(frames, cursor, said.tokens, (token) => model.sentAt(stream, token))),
      );
      await told;
      gone.abort();
      return watched;
    });
  }

  return {
    topic: () => topic,
    watch: (over, count, said) =>
      round(
        Array.from({ length: count }, () => over),
        said,
        async () => undefined,
      ),
    watchMuch: (count, said) =>
      round(
        Array.from({ length: count }, (_, n) => (n % 2 === 0 ? 'socket' : 'stream')),
        said,
        () => tellMuch(server.client, id, said),
      ),
  };
}

/** What is dropped is told whole, and this is 100 KB of it, ten times a second for as long as the answer takes. */
async function tellMuch(client: Client, id: Id<'session'>, { tokens, gapMs }: Said): Promise<void> {
  for (let n = 0; n < (tokens * gapMs) / 100; n += 1) {
    const paths = Array.from({ length: 25 }, (_, order) => `${n}/${order}/${'x'.repeat(3990)}`);
    const [told] = [client.chat.drop({ id, paths }), await new Promise((resolve) => setTimeout(resolve, 100))];
    await told;
  }
  await client.chat.drop({ id, paths: [] });
}

/** Reads until the turn is over and nothing that was told meanwhile is missing. */
async function watchTurn(
  frames: AsyncIterable<Frame>,
  after: number,
  tokens: number,
  sentAt: (token: number) => number,
): Promise<Watched> {
  const [late, at, order]: [number[], number[], string[]] = [[], [], []];
  let next = after + 1;
  let isComplete = true;
  let isOver = false;
  for await (const frame of frames) {
    const seq = seqOf(frame);
    if (Number.isNaN(seq)) continue;
    if (seq !== next) isComplete = false;
    next = seq + 1;
    at.push(frame.at);
    order.push(`${seq}:${frame.text.length}`);
    const { text } = frame;
    if (text.includes('"action":"delta"')) {
      for (const [, token] of text.matchAll(/t(\d+) /g)) late.push(frame.at - sentAt(Number(token)));
    }
    // The last of a turn is what the conversation has used; what is dropped may be told after it.
    isOver ||= text.includes('"type":"statistics"');
    if (isOver && late.length >= tokens && !text.includes('x'.repeat(100))) break;
  }
  return { late, at, order: order.join(), isComplete: isComplete && late.length === tokens };
}

/** A room of the predecessors' server. Much is told there by telling small things as fast as it can. */
export function crowdOfPredecessor({ url, pid }: Predecessor): Crowd {
  const room = 'session:bench';

  async function round(count: number, events: number, gapMs: number): Promise<Round> {
    const gone = new AbortController();
    const watchers = Array.from({ length: count }, async () => {
      const socket = new WebSocket(`${url.replace('http', 'ws')}/ws/${room}`);
      const frames = messagesOf(socket, gone.signal);
      await new Promise((resolve) => socket.addEventListener('open', resolve));
      return frames;
    });
    const followed = await Promise.all(watchers);
    // A socket is open before the room knows of it.
    await new Promise((resolve) => setTimeout(resolve, 200));
    return measure(pid, async () => {
      // It may wait for one of its readers for ever.
      const patience = setTimeout(() => gone.abort(), patienceMs);
      const told = fetch(`${url}/bcast/${room}?n=${events}&gap_ms=${gapMs}`, { method: 'POST', signal: gone.signal });
      const [watched] = await Promise.all([
        Promise.all(followed.map((frames) => watchRoom(frames, events))),
        told.catch(() => undefined), // Given up.
      ]);
      clearTimeout(patience);
      gone.abort();
      return watched;
    });
  }

  return {
    topic: () => room as Topic,
    watch: (_, count, { tokens, gapMs }) => round(count, tokens, gapMs),
    watchMuch: (count, { tokens, gapMs }) => round(count, tokens * gapMs * 5, 0),
  };
}

async function watchRoom(frames: AsyncIterable<Frame>, events: number): Promise<Watched> {
  const [late, at, order]: [number[], number[], string[]] = [[], [], []];
  for await (const frame of frames) {
    const [, sent] = /"t":(\d+)/.exec(frame.text) ?? [];
    const [, seq] = /"seq":(\d+)/.exec(frame.text) ?? [];
    // Its clock is the machine's, in nanoseconds.
    late.push(frame.at - (performance.now() - (Number(process.hrtime.bigint()) - Number(sent)) / 1e6));
    at.push(frame.at);
    order.push(seq ?? '');
    if (late.length === events) break;
  }
  // Who was told nothing until we gave up, was told nothing for that long.
  if (late.length < events) at.push(performance.now());
  return { late, at, order: order.join(), isComplete: late.length === events };
}

async function measure(pid: number, work: () => Promise<Watched[]>): Promise<Round> {
  const before = cpuSecondsOf(pid);
  let peakBytes = memoryOf(pid).residentBytes;
  const looking = setInterval(() => (peakBytes = Math.max(peakBytes, memoryOf(pid).residentBytes)), 100);
  const watched = await work();
  clearInterval(looking);
  const [first] = watched;
  return {
    late: watched.map(({ late }) => late),
    events: first?.at.length ?? 0,
    cpuSeconds: cpuSecondsOf(pid) - before,
    isSame: watched.every(({ order, isComplete }) => isComplete && order === first?.order),
    silenceMs: Math.max(...watched.map(({ at }) => longestPause(at))),
    residentBytes: memoryOf(pid).residentBytes,
    peakBytes,
  };
}

function longestPause(at: readonly number[]): number {
  return at.reduce((longest, moment, place) => Math.max(longest, moment - (at[place - 1] ?? moment)), 0);
}
