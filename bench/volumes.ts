import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { type BenchDatabase, onBothDatabases } from './measuring/databases.ts';
import { median, printTable, quantile, ratio } from './measuring/figures.ts';
import { loadNow, printHead } from './measuring/machine.ts';
import { startServer } from './measuring/server.ts';
import { expected, fill, nearlyEmpty, type Volumes } from './volumes/fill.ts';
import { type FilledServer, readsOf } from './volumes/reads.ts';

// What screens read, at the expected volumes beside a server that holds nearly nothing:
// node bench/volumes.ts [--database embedded|postgres] [--rounds 100]
const { values } = parseArgs({ options: { database: { type: 'string' }, rounds: { type: 'string', default: '100' } } });
const rounds = Number(values.rounds);
const tooSlowMs = 100;

interface Measured {
  readonly name: string;
  readonly full: readonly number[];
  readonly empty: readonly number[];
}

printHead(
  `Reads of the door with ${expected.users} users, ${expected.projects} projects, ${expected.jobs} jobs, ${expected.events} events`,
);
await onBothDatabases(async (database) => {
  const emptyData = mkdtempSync(join(tmpdir(), 'yudai-bench-'));
  const emptyUrl = database.url === undefined ? undefined : await secondDatabase(database.url);
  // One after the other: the embedded ones take each other's processor while they are made.
  const full = await startFilled(database, expected);
  const empty = await startFilled({ dataDir: emptyData, url: emptyUrl }, nearlyEmpty);
  try {
    report(database.name, await measure(full, empty));
  } finally {
    await Promise.all([full.stop(), empty.stop()]);
    rmSync(emptyData, { recursive: true, force: true });
  }
}, values.database);
console.log(`load ${loadNow()} at the end`);

/** A server makes its database and its person, is stopped, and started again on the filled one. */
async function startFilled(target: Pick<BenchDatabase, 'dataDir' | 'url'>, volumes: Volumes): Promise<FilledServer> {
  const { dataDir, url } = target;
  const start = () => startServer({ dataDir, ...(url === undefined ? {} : { url }) });
  const first = await start();
  const { user } = await first.client.system.info({});
  await first.stop();
  const started = performance.now();
  await fill(target, user.id, volumes);
  console.log(`filled in ${((performance.now() - started) / 1000).toFixed(1)} s`);
  return { ...(await start()), userId: user.id, volumes };
}

/** Template1 has the extensions, as a new database of the same cluster needs them. */
async function secondDatabase(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('create database yudai_empty template template1');
  await client.end();
  return url.replace(/[^/]*$/, 'yudai_empty');
}

/** Asks both the same, in turn, so that what else the machine does meets both alike. */
async function measure(full: FilledServer, empty: FilledServer): Promise<Measured[]> {
  const [ofFull, ofEmpty] = [await readsOf(full), await readsOf(empty)];
  const measured: Measured[] = [];
  for (const [name, ask] of ofFull) {
    const askEmpty = ofEmpty.get(name) ?? ask;
    // The first few load code, open connections and fill caches.
    for (let round = 0; round < 5; round += 1) for (const knock of [ask, askEmpty]) await knock();
    const times: { full: number[]; empty: number[] } = { full: [], empty: [] };
    for (let round = 0; round < rounds; round += 1) {
      times.full.push(await timed(ask));
      times.empty.push(await timed(askEmpty));
    }
    measured.push({ name, ...times });
  }
  return measured;
}

async function timed(ask: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await ask();
  return performance.now() - started;
}

function report(database: string, measured: readonly Measured[]): void {
  printTable(
    [database, 'p50 ms', 'p99 ms', 'empty p50', 'empty p99', 'p50 ratio', 'p99 ratio', `over ${tooSlowMs} ms`],
    measured.map(({ name, full, empty }) => {
      const [p50, p99, empty50, empty99] = [median(full), quantile(full, 0.99), median(empty), quantile(empty, 0.99)];
      const slow = p50 > tooSlowMs ? 'always' : p99 > tooSlowMs ? (empty99 > tooSlowMs ? 'p99, empty too' : 'p99') : '';
      return [
        name,
        ...[p50, p99, empty50, empty99].map((ms) => ms.toFixed(1)),
        ratio(p50, empty50),
        ratio(p99, empty99),
        slow,
      ];
    }),
  );
}
