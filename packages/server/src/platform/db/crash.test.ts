import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { copyEmbeddedTemplate, openTestDatabase } from '#testing/open-test-database.ts';
import { openDatabase } from './index.ts';

// The embedded database only: a Postgres server keeps its own promises.

const log = pino({ level: 'silent' });
let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'yudai-crash-'));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

test('kill -9 in the middle of writing loses nothing that was committed and keeps nothing half done (R12)', async () => {
  await rm(dataDir, { recursive: true });
  dataDir = await copyEmbeddedTemplate();

  for (let round = 0; round < 4; round += 1) {
    const writer = start('write-until-killed.ts');
    let committed = 0;
    const enough = Promise.withResolvers<void>();
    writer.on('message', (batch: number) => {
      committed = batch;
      if (batch % (20 + round * 7) === 0) enough.resolve();
    });
    await enough.promise;
    await kill(writer);

    const database = await openDatabase({ dataDir, log });
    const { rows } = await database.pool.query<{ batch: number; items: number }>(
      'select batch, count(*)::int as items from written group by batch order by batch',
    );
    await database.close();

    expect(rows.length).toBeGreaterThanOrEqual(committed);
    expect(rows).toEqual(rows.map((_, index) => ({ batch: index + 1, items: 10 })));
  }
}, 120_000);

test('kill -9 while the database is made or migrated is made good by the next start (R12)', async () => {
  for (const stage of ['creating', 'migrating']) {
    const opener = start('migrate-once.ts');
    await new Promise<void>((resolve) => {
      opener.on('message', (said) => {
        if (said === stage || said === 'migrating') resolve();
      });
    });
    await kill(opener);
  }

  const database = await openDatabase({ dataDir, log });
  const { rows } = await database.pool.query('select count(*)::int as people from users');
  await database.close();

  expect(rows).toEqual([{ people: 0 }]);
}, 120_000);

test('a second opener of the data directory is refused in words, and the first goes on', async () => {
  const database = await openTestDatabase();
  if (!('dataDir' in database.target)) throw new Error('This test is about the embedded database.');

  await expect(openDatabase({ dataDir: database.target.dataDir, log })).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining(`in use by process ${process.pid}`),
  });

  expect((await database.pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  await database.close();
});

function start(name: string): ChildProcess {
  return fork(fileURLToPath(new URL(`./test-processes/${name}`, import.meta.url)), [dataDir], { execArgv: [] });
}

async function kill(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}
