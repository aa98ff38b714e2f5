import { appendFileSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { z } from 'zod';
import { ensureLocalOwner } from '#features/accounts/index.ts';
import { systemClock } from '#kernel/clock.ts';
import { openDatabase } from '#platform/db/index.ts';
import { createJobs } from '#platform/jobs/index.ts';
import { createLive } from '#platform/live/index.ts';

/**
 * A node in a process of its own, for tests that kill it. It runs jobs of three steps; every effect is a line
 * `key attempt node` in the file of effects, written before the step returns, as an outside system would see it.
 *
 *     node jobs-child.ts --data-dir <dir> | --url <postgres> --node <id> --effects <file> [--start <n>] [--step-ms <ms>] [--dead-after <ms>]
 */
const { values: options } = parseArgs({
  options: {
    'data-dir': { type: 'string' },
    url: { type: 'string' },
    node: { type: 'string', default: 'child' },
    effects: { type: 'string', default: '' },
    start: { type: 'string', default: '0' },
    'step-ms': { type: 'string', default: '5' },
    'dead-after': { type: 'string', default: '1000' },
  },
});

const log = pino({ level: process.env['YUDAI_TEST_LOG'] ?? 'silent' });
const stepMs = Number(options['step-ms']);
const database = await openDatabase(
  options.url === undefined ? { dataDir: options['data-dir'] ?? '', log } : { url: options.url, log },
);
const live = createLive({ database, clock: systemClock, log });
const owner = await ensureLocalOwner({ database, clock: systemClock });
const jobs = createJobs({
  database,
  live,
  clock: systemClock,
  log,
  nodeId: options.node,
  settings: {
    ...(options.url === undefined ? { heartbeatMs: 200 } : {}),
    deadAfterMs: Number(options['dead-after']),
    maxStalls: 1000,
  },
});

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

jobs.register({
  kind: 'project.connect',
  payload: z.object({}),
  mode: 'queued',
  concurrency: 2,
  deadlineMs: 600_000,
  attempts: 3,
  async run(run) {
    const made: string[] = [];
    for (const name of ['one', 'two', 'three']) {
      say(`before ${run.id} ${name}`);
      const word = await run.step(name, async ({ key, attempt }) => {
        say(`inside ${run.id} ${name}`);
        appendFileSync(options.effects, `${key} ${attempt} ${options.node}\n`);
        await new Promise((resolve) => {
          setTimeout(resolve, stepMs);
        });
        say(`effect ${run.id} ${name}`);
        return `${name}#${attempt}`;
      });
      say(`after ${run.id} ${name}`);
      made.push(word);
    }
    return { made };
  },
});

const launchedAt = performance.now();
await jobs.launch();
// Who is killed keeps nothing for the next.
flushCompileCache();
say(`launched ${Math.round(performance.now() - launchedAt)}`);
for (let n = 0; n < Number(options.start); n += 1) {
  const input = {
    kind: 'project.connect' as const,
    ownerId: owner.id,
    projectId: null,
    title: `Job ${n}`,
    payload: {},
  };
  const job = await database.asUser(owner.id, (db) => jobs.start(db, input));
  say(`started ${job.id}`);
}
process.stdin.once('end', () => void stop());

async function stop(): Promise<void> {
  await jobs.shutdown({ graceMs: 0 });
  live.close();
  await database.close();
  process.exit(0);
}

process.stdin.resume();
await jobs.drain();
say('drained');
