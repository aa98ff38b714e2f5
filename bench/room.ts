import { chosenDatabase, numbersOf, readOptions } from './measuring/options.ts';
import { onBothDatabases } from './measuring/databases.ts';
import { quantile, printTable, ratio } from './measuring/figures.ts';
import { loadNow, printHead } from './measuring/machine.ts';
import { startModel } from './measuring/model.ts';
import { type Predecessor, predecessorUsage, startPredecessor } from './measuring/predecessor.ts';
import { withChatServer } from './measuring/server.ts';
import { type Crowd, crowdOfPredecessor, crowdOfSession, type Round } from './room/crowd.ts';
import { openStalled, openStalledAtPredecessor } from './room/stalled.ts';

// One conversation and many who watch it: how late each of them is told, what that costs, and whether somebody who never reads harms
// the others. Beside the predecessors' room, which stores nothing.
const options = readOptions(
  `
node bench/room.ts [--watchers 1,10,50] [--tokens 200] [--gap 20] [--stalled 20] [--database embedded|postgres] [--predecessor <command>]

  --watchers   how many watch at once, one number after the other, over sockets and then over streams
  --tokens     tokens of the answer that they watch
  --gap        milliseconds between two tokens
  --stalled    readers that never read, beside ten watchers and changes of 100 KB; 0 without that part
${predecessorUsage}
Ends with 1 when watchers are not told the same in the same order.`,
  { watchers: '1,10,50', tokens: '200', gap: '20', stalled: '20', database: '', predecessor: '' },
);
const speech = { tokens: Number(options.tokens), gapMs: Number(options.gap) };
const [counts, stalled] = [numbersOf(options.watchers), Number(options.stalled)];
const besideStalled = 10;

printHead(`A turn of ${speech.tokens} tokens, one every ${speech.gapMs} ms, told to ${options.watchers} watchers`);
const model = await startModel();
const rows: string[][] = [];
const stalledRows: string[][] = [];
const ofPredecessor = new Map<number, Round>();

const predecessor = await startPredecessor(options.predecessor, model.url);
if (predecessor !== undefined) {
  await measurePredecessor(predecessor);
  await predecessor.stop();
}
await onBothDatabases(
  async ({ name, ...database }) => {
    await withChatServer({ ...database, modelUrl: model.url }, async (running) => {
      const crowd = await crowdOfSession(running, model);
      await crowd.watch('socket', 4, speech);
      for (const over of ['socket', 'stream'] as const) {
        for (const count of counts) addRow(`${name}, ${over}`, count, await crowd.watch(over, count, speech));
      }
      if (stalled > 0) await measureStalled(name, crowd, () => openStalled(running.server.url, crowd.topic(), stalled));
    });
  },
  chosenDatabase(options.database),
  { durable: true },
);
model.close();
const beside = predecessor === undefined ? [] : ['p50 to the predecessor', 'CPU'];
printTable(['', 'watchers', 'p50 ms', 'p99 ms', 'latest p99', 'events', 'CPU µs/event', 'order', ...beside], rows);
if (stalledRows.length > 0) {
  console.log(`\n${besideStalled} watchers beside ${stalled} readers that never read, while much is told:`);
  printTable(
    ['', 'p50 ms', 'p99 ms', 'longest silence ms', 'resident MB', 'peak MB', 'let go', 'p99 to without'],
    stalledRows,
  );
}
console.log(`load ${loadNow()} at the end`);

async function measurePredecessor(running: Predecessor): Promise<void> {
  const crowd = crowdOfPredecessor(running);
  await crowd.watch('socket', 4, speech);
  for (const count of counts) {
    const round = await crowd.watch('socket', count, speech);
    ofPredecessor.set(count, round);
    addRow('predecessor, socket', count, round);
  }
  if (stalled > 0)
    await measureStalled('predecessor', crowd, () => openStalledAtPredecessor(running.url, crowd.topic(), stalled));
}

function addRow(name: string, count: number, round: Round): void {
  const peer = name.startsWith('predecessor') ? undefined : ofPredecessor.get(count);
  if (!round.isSame) process.exitCode = 1;
  rows.push([
    name,
    String(count),
    quantile(round.late.flat(), 0.5).toFixed(1),
    quantile(round.late.flat(), 0.99).toFixed(1),
    Math.max(...round.late.map((times) => quantile(times, 0.99))).toFixed(1),
    String(round.events),
    ((round.cpuSeconds * 1e6) / (round.events * count)).toFixed(0),
    round.isSame ? 'same' : 'DIFFERENT',
    ...(peer === undefined
      ? []
      : [
          ratio(quantile(round.late.flat(), 0.5), quantile(peer.late.flat(), 0.5)),
          ratio(round.cpuSeconds / round.events, peer.cpuSeconds / peer.events),
        ]),
  ]);
}

/** The same twice, first without those who never read. */
async function measureStalled(
  name: string,
  crowd: Crowd,
  open: () => Promise<{ letGo(): Promise<number> }>,
): Promise<void> {
  const without = await crowd.watchMuch(besideStalled, speech);
  const readers = await open();
  const beside = await crowd.watchMuch(besideStalled, speech);
  const gone = await readers.letGo();
  for (const [what, round, letGo] of [
    ['without', without, ''],
    ['beside', beside, `${gone} of ${stalled}`],
  ] as const) {
    const late = quantile(round.late.flat(), 0.99);
    stalledRows.push([
      `${name}, ${what}`,
      quantile(round.late.flat(), 0.5).toFixed(1),
      late.toFixed(1),
      round.silenceMs.toFixed(0),
      (round.residentBytes / 2 ** 20).toFixed(0),
      (round.peakBytes / 2 ** 20).toFixed(0),
      letGo,
      ratio(late, quantile(without.late.flat(), 0.99)),
    ]);
    if (!round.isSame && name !== 'predecessor') process.exitCode = 1;
  }
}
