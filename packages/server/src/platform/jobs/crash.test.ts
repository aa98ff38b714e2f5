import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { sql } from 'drizzle-orm';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDatabase } from '#platform/db/index.ts';
import { copyEmbeddedTemplate, openTestDatabase, type TestDatabase } from '#testing/open-test-database.ts';

const script = fileURLToPath(new URL('../../testing/jobs-child.ts', import.meta.url));
const onServer = (process.env['TEST_DATABASE_URL'] ?? '') !== '';
/** Every boundary five times; twice on the embedded database, where a life costs three seconds of a processor and differs in the storage only. */
const wantedKills = onServer ? 12 : 8;

let server: TestDatabase | undefined;
let target: Target;
let folder: string;
let effects: string;
const children = new Set<ChildProcess>();

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'yudai-crash-'));
  server = onServer ? await openTestDatabase() : undefined;
  // An embedded database belongs to one process at a time: the first child opens it.
  target = server?.target ?? { dataDir: await copyEmbeddedTemplate() };
  effects = join(folder, 'effects');
  writeFileSync(effects, '');
});
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  await server?.close();
  if ('dataDir' in target) rmSync(target.dataDir, { recursive: true, force: true });
  rmSync(folder, { recursive: true, force: true });
});

test(
  `killed at step boundaries ${wantedKills} times, no job is lost and no finished step is repeated (J2 J10 R1)`,
  { timeout: 600_000 },
  async () => {
    const random = mulberry(20_261_121);
    const boundaries = ['before', 'inside', 'effect', 'after'];
    let kills = 0;
    let drained = false;

    for (let life = 0; !drained; life += 1) {
      const child = startNode('only', life < wantedKills ? 2 : 0);
      const boundary = boundaries[life % boundaries.length] ?? 'after';
      let countdown = 1 + Math.floor(random() * 3);
      for await (const line of linesOf(child)) {
        const [word] = line.split(' ');
        drained = word === 'drained';
        if (drained) break;
        if (kills < wantedKills && word === boundary && (countdown -= 1) === 0) {
          child.kill('SIGKILL');
          kills += 1;
          break;
        }
      }
      if (drained) child.stdin?.end();
      await gone(child);
      if (!drained && child.signalCode === null) throw new Error('A node ended by itself; what it printed says why.');
    }

    expect(kills).toBe(wantedKills);
    const rows = await finalRows();
    expect(rows.length).toBeGreaterThanOrEqual(wantedKills);
    expect(rows.filter((row) => row.status !== 'completed')).toEqual([]);
    const seen = effectCounts();
    expect([...seen.keys()].toSorted()).toEqual(
      rows.flatMap((row) => ['one', 'three', 'two'].map((step) => `${row.id}:${step}`)).toSorted(),
    );
    // Two jobs run at once, so a kill repeats at most the two steps in flight.
    const repeats = [...seen.values()].reduce((sum, n) => sum + n - 1, 0);
    expect(repeats).toBeLessThanOrEqual(kills * 2);
  },
);

test.runIf(onServer)(
  'another node takes over what a killed or frozen one was doing (J10)',
  { timeout: 180_000 },
  async () => {
    const first = startNode('first', 2, 20_000);
    const firstLines = linesOf(first);
    for (let begun = 0; begun < 2;) if ((await firstLines.next()).value?.startsWith('inside')) begun += 1;
    const second = startNode('second', 0, 5);
    const third = startNode('third', 0, 5);
    first.kill('SIGSTOP');

    await until(async () => (await finalRows()).every((row) => row.status === 'completed'));
    expect(await finalRows()).toHaveLength(2);
    first.kill('SIGCONT');
    await until(async () => (await query('select 1 from nodes')).length === 3);

    for (const child of [first, second, third]) child.stdin?.end();
    await Promise.all([gone(first), gone(second), gone(third)]);
    const lines = readFileSync(effects, 'utf8').trim().split('\n');
    const byFirst = lines.filter((line) => line.endsWith(' first'));
    // The frozen node had begun its first two steps; it makes nothing more after it wakes.
    expect(byFirst).toHaveLength(2);
    expect(lines).toHaveLength(8);
  },
);

test.runIf(onServer)('a killed node is missed at once, long before a frozen one would be (J10)', async () => {
  const anHour = 3_600_000;
  const first = startNode('killed', 2, 20_000, anHour);
  const firstLines = linesOf(first);
  for (let begun = 0; begun < 2;) if ((await firstLines.next()).value?.startsWith('inside')) begun += 1;
  const second = startNode('heir', 0, 5, anHour);
  for await (const line of linesOf(second)) if (line.startsWith('launched')) break;

  first.kill('SIGKILL');

  await until(async () => (await finalRows()).every((row) => row.status === 'completed'));
  expect((await query('select id from nodes')).map(({ id }) => id)).toEqual(['heir']);
  second.stdin?.end();
  await gone(second);
});

function startNode(node: string, start: number, stepMs = 5, deadAfterMs = 1000): ChildProcess {
  const where = 'url' in target ? ['--url', target.url] : ['--data-dir', target.dataDir];
  const what = ['--node', node, '--effects', effects, '--start', String(start), '--step-ms', String(stepMs)];
  what.push('--dead-after', String(deadAfterMs));
  // Two dozen lives load the same modules: the first keeps them compiled for the others.
  const env = { ...process.env, NODE_COMPILE_CACHE: join(folder, 'compiled') };
  const child = spawn(process.execPath, [script, ...where, ...what], { stdio: ['pipe', 'pipe', 'inherit'], env });
  children.add(child);
  child.once('exit', () => children.delete(child));
  return child;
}

async function* linesOf(child: ChildProcess): AsyncGenerator<string, void> {
  if (child.stdout === null) return;
  yield* createInterface({ input: child.stdout });
}

async function gone(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

type Target = { readonly dataDir: string } | { readonly url: string };

type Final = Readonly<Record<'id' | 'status', string>>;

/** Opens the database for a look; an embedded one is free once its child is gone. */
async function query(text: string): Promise<Record<string, unknown>[]> {
  const open = server ?? (await openDatabase({ ...target, log: pino({ level: 'silent' }) }));
  try {
    // As the system: the login itself sees nobody's rows.
    return (await open.asSystem((db) => db.execute(sql.raw(text)))).rows;
  } finally {
    if (open !== server) await open.close();
  }
}

async function finalRows(): Promise<Final[]> {
  const rows = await query('select id, status from jobs');
  return rows.map(({ id, status }) => ({ id: String(id), status: String(status) }));
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) {
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
  }
}

function effectCounts(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const line of readFileSync(effects, 'utf8').trim().split('\n')) {
    const key = line.split(' ')[0] ?? '';
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

/** A small seeded generator, so that a failing run can be repeated. */
function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
