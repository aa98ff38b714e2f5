import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { openJobsBench } from '../packages/server/src/testing/jobs-bench.ts';
import { startPostgres } from '../scripts/test-postgres.mjs';
import { median, printTable, quantile, ratio } from './measuring/figures.ts';
import { loadNow, printHead } from './measuring/machine.ts';

// From enqueueing a job to its first line of work, beside a bare insert + notify + listen; then from kill -9 of a node to the first line
// of its job on another: node bench/jobs.ts [count] [kills]
const count = Number(process.argv[2] ?? '100');
const kills = Number(process.argv[3] ?? '20');
const rows: string[][] = [];
const childScript = fileURLToPath(new URL('../packages/server/src/testing/jobs-child.ts', import.meta.url));

printHead(`Start of ${count} jobs, one after the other`);
await measureJobs('embedded');
const postgres = await startPostgres();
try {
  process.env['TEST_DATABASE_URL'] = postgres.url;
  const first = rows.length;
  await measureJobs('postgres');
  const bare = await bareRoundTrips(postgres.url);
  rows[first]?.push(ratio(Number(rows[first]?.[1]), median(bare)));
  rows.push(['insert, notify, listen on postgres', median(bare).toFixed(1), quantile(bare, 0.99).toFixed(1), '1.00x']);
  const rescues = await takeovers(postgres.url);
  rows.push(['taken over after kill -9, postgres', median(rescues).toFixed(1), quantile(rescues, 0.99).toFixed(1)]);
} finally {
  await postgres.stop();
}
printTable(['', 'p50 ms', 'p99 ms', 'to bare p50'], rows);
console.log(`load ${loadNow()} at the end`);

async function measureJobs(name: string): Promise<void> {
  const bench = await openJobsBench();
  try {
    let started = Promise.withResolvers<number>();
    bench.kind({
      run: async () => {
        started.resolve(performance.now());
        return {};
      },
    });
    await bench.launch();
    const times: number[] = [];
    for (let n = 0; n < count + 5; n += 1) {
      started = Promise.withResolvers<number>();
      const asked = performance.now();
      const job = await bench.start();
      times.push((await started.promise) - asked);
      await bench.untilStatus(job.id, 'completed');
    }
    // The first few load code and open connections.
    const warm = times.slice(5);
    rows.push([`yudai, ${name}`, median(warm).toFixed(1), quantile(warm, 0.99).toFixed(1)]);
  } finally {
    await bench.close();
  }
}

/** Milliseconds from the death of a node to the first line of its job on the other one, which then is the next to die. */
async function takeovers(url: string): Promise<number[]> {
  const folder = mkdtempSync(join(tmpdir(), 'yudai-takeover-'));
  const startNode = async (start: number) => {
    const what = ['--url', url, '--node', randomUUID(), '--effects', join(folder, 'effects'), '--step-ms', '3600000'];
    const args = [childScript, ...what, '--start', String(start), '--dead-after', '3600000'];
    const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    await lineOf(lines, start === 0 ? 'launched' : 'inside');
    return { child, lines };
  };
  const times: number[] = [];
  let busy = await startNode(1);
  for (let n = 0; n < kills; n += 1) {
    const heir = await startNode(0);
    // At no special moment of the other's timers.
    await pause(Math.random() * 1000);
    const at = performance.now();
    busy.child.kill('SIGKILL');
    await lineOf(heir.lines, 'inside');
    times.push(performance.now() - at);
    busy = heir;
  }
  busy.child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
  return times;
}

async function lineOf(lines: AsyncIterator<string>, start: string): Promise<void> {
  for (let next = await lines.next(); next.done !== true; next = await lines.next())
    if (next.value.startsWith(start)) return;
  throw new Error(`The node ended before it said '${start}'.`);
}

async function bareRoundTrips(url: string): Promise<number[]> {
  const [writer, listener] = [new pg.Client({ connectionString: url }), new pg.Client({ connectionString: url })];
  await Promise.all([writer.connect(), listener.connect()]);
  await listener.query('listen bench');
  await writer.query('create table bench (id int primary key)');
  const times: number[] = [];
  for (let id = 0; id < count; id += 1) {
    const heard = new Promise<void>((resolve) => listener.once('notification', () => resolve()));
    const asked = performance.now();
    await writer.query('begin');
    await writer.query('insert into bench values ($1)', [id]);
    await writer.query(`select pg_notify('bench', $1)`, [String(id)]);
    await writer.query('commit');
    await heard;
    times.push(performance.now() - asked);
  }
  await Promise.all([writer.end(), listener.end()]);
  return times;
}
