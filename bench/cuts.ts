import type { Client } from '../packages/contract/src/client.ts';
import type { Id, LiveEvent, Topic } from '../packages/contract/src/index.ts';
import { type CuttingProxy, startCuttingProxy } from './measuring/cutting-proxy.ts';
import { onBothDatabases } from './measuring/databases.ts';
import { eventOf, type Follow, followSocket, followStream, messagesOf } from './measuring/feeds.ts';
import { printTable } from './measuring/figures.ts';
import { loadNow, printHead } from './measuring/machine.ts';
import { questionFor, startModel } from './measuring/model.ts';
import { chosenDatabase, readOptions } from './measuring/options.ts';
import { predecessorUsage, startPredecessor } from './measuring/predecessor.ts';
import { withChatServer } from './measuring/server.ts';

// Lines that break while answers stream: every reader goes on after the last event it saw, and must in the end have been told
// everything once. Beside the predecessors' room, in which nobody can go on.
const options = readOptions(
  `
node bench/cuts.ts [--cuts 1000] [--readers 10] [--tokens 400] [--gap 10] [--seed 1] [--database embedded|postgres] [--predecessor <command>]

  --cuts       how many lines are cut, in the middle of what comes, for each database
  --readers    who watch, half over streams (Last-Event-ID) and half over sockets (after); each is cut its share
  --tokens     tokens of an answer; answers follow each other until everybody was cut often enough
${predecessorUsage}
Ends with 1 when a reader misses an event, is told one twice, or reads another text than is kept.`,
  { cuts: '1000', readers: '10', tokens: '400', gap: '10', seed: '1', database: '', predecessor: '' },
);
const [cuts, count, tokens, gapMs] = [options.cuts, options.readers, options.tokens, options.gap].map(Number);
const share = Math.ceil(Number(cuts) / Number(count));

interface Told {
  readonly cuts: number;
  readonly events: number;
  readonly gaps: number;
  readonly duplicates: number;
  readonly otherTexts: number;
}

printHead(`${cuts} cut lines of ${count} readers while answers of ${tokens} tokens stream, seed ${options.seed}`);
const model = await startModel();
const rows: string[][] = [];
const predecessor = await startPredecessor(options.predecessor, model.url);
if (predecessor !== undefined) {
  rows.push(rowOf('predecessor, socket, from anew', 0, await cutRoom(predecessor.url)));
  await predecessor.stop();
}
await onBothDatabases(
  async ({ name, ...database }) => {
    await withChatServer({ ...database, modelUrl: model.url }, async ({ server, projectId }) => {
      const started = performance.now();
      const found = await cutSession(server.client, server.url, projectId);
      const seconds = (performance.now() - started) / 1000;
      for (const [over, told] of found) {
        rows.push(rowOf(`${name}, ${over}`, seconds, told));
        if (told.cuts === 0 || told.gaps + told.duplicates + told.otherTexts > 0) process.exitCode = 1;
      }
    });
  },
  chosenDatabase(options.database),
  { durable: true },
);
model.close();
printTable(['', 'cuts', 'events read', 'gaps', 'duplicates', 'other texts', 'seconds'], rows);
console.log(`load ${loadNow()} at the end`);

async function cutSession(client: Client, url: string, projectId: Id<'project'>): Promise<Map<string, Told>> {
  const { id } = await client.chat.create({ projectId });
  const over: [string, Follow][] = [
    ['stream', followStream],
    ['socket', followSocket],
  ];
  const readers = await Promise.all(
    Array.from({ length: Number(count) }, async (_, n) => {
      const [name, follow] = over[n % 2] ?? over[0] ?? ['', followStream];
      const proxy = await proxyFor(url, n);
      return { name, proxy, reader: startReader(follow, proxy, `session:${id}`) };
    }),
  );
  for (let turn = 1; readers.some(({ proxy }) => proxy.cuts() < share); turn += 1) await sayAndWait(client, id, turn);
  // A last one that nothing cuts, so that everybody can reach the end.
  await sayAndWait(client, id, 0);
  const state = await client.chat.get({ id, limit: 1000 });
  const texts = new Map<string, string>(
    state.messages.map(({ id: of, parts }) => [of, parts.map((it) => ('text' in it ? it.text : '')).join('')]),
  );

  const told = new Map<string, Told>();
  for (const { name, proxy, reader } of readers) {
    const { seqs, deltas } = await reader.until(state.cursor);
    const others = [...deltas].filter(([of, text]) => texts.get(of) !== text).length;
    told.set(name, sumOf(told.get(name), { cuts: proxy.cuts(), ...judge(seqs, state.cursor), otherTexts: others }));
    proxy.close();
  }
  return told;
}

function proxyFor(url: string, reader: number): Promise<CuttingProxy> {
  // From within the first event to some events on; the answer to the question itself takes some 700 bytes.
  return startCuttingProxy(url, { count: share, least: 800, most: 4000, seed: Number(options.seed) * 1000 + reader });
}

async function sayAndWait(client: Client, id: Id<'session'>, turn: number): Promise<void> {
  await client.chat.send({
    id,
    text: questionFor({ stream: `cut${turn}`, tokens: Number(tokens), gapMs: Number(gapMs) }),
  });
  while ((await client.chat.get({ id, limit: 1 })).session.activeJobId !== null) {
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** Reads on and on, each time after the last event it has read whole. */
function startReader(follow: Follow, proxy: CuttingProxy, topic: Topic) {
  const [seqs, deltas] = [[] as number[], new Map<string, string>()];
  const over = new AbortController();
  const take = (event: LiveEvent) => {
    seqs.push(event.seq);
    if (event.type !== 'message' || event.data.action !== 'delta') return;
    deltas.set(event.data.messageId, (deltas.get(event.data.messageId) ?? '') + event.data.text);
  };
  const reading = (async () => {
    while (!over.signal.aborted) {
      try {
        for await (const frame of await follow(proxy.url, topic, seqs.at(-1) ?? 0, over.signal)) {
          const event = eventOf(frame);
          if (event !== undefined) take(event);
        }
      } catch {
        // Cut: again, after the last one.
      }
    }
  })();
  return {
    /** What was read, once this event is among it, or a minute has passed. */
    async until(last: number) {
      const patience = performance.now() + 60_000;
      while ((seqs.at(-1) ?? 0) < last && performance.now() < patience) {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      over.abort();
      await reading;
      return { seqs, deltas };
    },
  };
}

function judge(seqs: readonly number[], last: number): Pick<Told, 'events' | 'gaps' | 'duplicates'> {
  const once = new Set(seqs);
  return {
    events: seqs.length,
    gaps: Array.from({ length: last }, (_, n) => n + 1).filter((seq) => !once.has(seq)).length,
    duplicates: seqs.length - once.size,
  };
}

/** A room has no numbers to go on after: who comes back is told what is told from then on. */
async function cutRoom(url: string): Promise<Told> {
  const [events, over] = [Number(tokens) * 3, new AbortController()];
  const readers = await Promise.all(
    Array.from({ length: Number(count) }, async (_, n) => {
      const proxy = await proxyFor(url, n);
      const texts: string[] = [];
      const first = Promise.withResolvers<void>();
      const reading = (async () => {
        while (!over.signal.aborted) {
          const socket = new WebSocket(`${proxy.url.replace('http', 'ws')}/ws/cuts`);
          socket.addEventListener('open', () => first.resolve());
          for await (const { text } of messagesOf(socket, over.signal)) texts.push(text);
        }
      })();
      await first.promise;
      return { proxy, texts, reading };
    }),
  );
  await fetch(`${url}/bcast/cuts?n=${events}&gap_ms=${gapMs}`, { method: 'POST' });
  over.abort();
  let sum: Told | undefined;
  for (const { proxy, texts, reading } of readers) {
    await reading;
    const once = new Set(texts);
    sum = sumOf(sum, {
      cuts: proxy.cuts(),
      events: texts.length,
      gaps: events - once.size,
      duplicates: texts.length - once.size,
      otherTexts: 0,
    });
    proxy.close();
  }
  if (sum === undefined) throw new Error('Nobody watched.');
  return sum;
}

function sumOf(one: Told | undefined, other: Told): Told {
  if (one === undefined) return other;
  return {
    cuts: one.cuts + other.cuts,
    events: one.events + other.events,
    gaps: one.gaps + other.gaps,
    duplicates: one.duplicates + other.duplicates,
    otherTexts: one.otherTexts + other.otherTexts,
  };
}

function rowOf(name: string, seconds: number, told: Told): string[] {
  const { cuts: cut, events, gaps, duplicates, otherTexts } = told;
  return [name, ...[cut, events, gaps, duplicates, otherTexts].map(String), seconds === 0 ? '' : seconds.toFixed(0)];
}
