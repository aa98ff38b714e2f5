import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { copyEmbeddedTemplate } from '#testing/open-test-database.ts';
import { EngineHost } from './engine-host.ts';

// The embedded database only: it is the engine of that.

let directory: string;
let host: EngineHost;
let pool: pg.Pool;
let stopped: Error[];

beforeEach(async () => {
  directory = await copyEmbeddedTemplate();
  stopped = [];
  await open({ statementTimeoutMs: 60_000, idleInTransactionMs: 60_000 });
});
afterEach(async () => {
  await pool.end();
  await host.close();
  await rm(directory, { recursive: true, force: true });
});

test('a query that never ends is stopped with its engine, and the next query finds everything committed', async () => {
  await pool.query('create table kept as select 7 as value');
  await reopen({ statementTimeoutMs: 1_500, idleInTransactionMs: 60_000 });
  await pool.query('select 1');

  await expect(pool.query('select count(*) from generate_series(1, 2000000000)')).rejects.toThrow(/has stopped/);

  expect(stopped).toHaveLength(1);
  expect((await pool.query('select value from kept')).rows).toEqual([{ value: 7 }]);
});

test('a transaction that its client leaves alone is rolled back, so that others go on', async () => {
  await pool.query('create table counted as select 0 as value');
  await reopen({ statementTimeoutMs: 60_000, idleInTransactionMs: 200 });
  const forgetful = await pool.connect();
  forgetful.on('error', () => undefined);
  await forgetful.query('begin');
  await forgetful.query('update counted set value = 100');

  const { rows } = await pool.query('update counted set value = value + 1 returning value');

  expect(rows).toEqual([{ value: 1 }]);
  await expect(forgetful.query('select 1')).rejects.toThrow(/not queryable|Connection terminated/);
  forgetful.release(true);
});

test('a named prepared statement is refused, because all clients would share it', async () => {
  await expect(pool.query({ name: 'shared', text: 'select 1' })).rejects.toThrow('named prepared statements');

  expect((await pool.query('select 2 as two')).rows).toEqual([{ two: 2 }]);
});

async function open(limits: { statementTimeoutMs: number; idleInTransactionMs: number }): Promise<void> {
  host = new EngineHost({
    directory: join(directory, 'database'),
    ...limits,
    onStopped: (reason) => stopped.push(reason),
  });
  await host.open();
  pool = new pg.Pool({ stream: () => host.connect(), max: 5 });
  pool.on('error', () => undefined);
}

async function reopen(limits: { statementTimeoutMs: number; idleInTransactionMs: number }): Promise<void> {
  await pool.end();
  await host.close();
  await open(limits);
}
