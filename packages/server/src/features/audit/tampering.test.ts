import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { AuditVerification } from '@yudai/contract';
import { openTestDatabase, type TestDatabase } from '#testing/open-test-database.ts';
import { createAudit } from './index.ts';
import { verifyChain } from './verify-chain.ts';

let database: TestDatabase;
const entries = 25;

beforeAll(async () => {
  database = await openTestDatabase();
  const audit = createAudit({ database });
  for (let number = 1; number <= entries; number += 1) {
    await database.asSystem((db) =>
      audit.recordAs(
        db,
        { actor: { name: 'a webhook', via: 'system' } },
        { action: 'account.changed', details: { number } },
      ),
    );
  }
  await database.pool.query('alter table audit_entries disable trigger user, no force row level security');
  await database.pool.query('create table kept_entries as select * from audit_entries');
  await database.pool.query('create table kept_head as select * from audit_head');
});
afterEach(() =>
  tamper(
    'delete from audit_entries',
    'insert into audit_entries select * from kept_entries',
    'update audit_head set seq = kept.seq, hash = kept.hash from kept_head kept',
  ),
);
afterAll(() => database.close());

const verify = (anchor?: AuditVerification['head']) =>
  verifyChain(database, { anchor, signal: AbortSignal.timeout(60_000), pageSize: 10 });

/** What somebody can do who owns the tables, or the files under them. */
async function tamper(...statements: string[]): Promise<void> {
  for (const statement of statements) await database.pool.query(statement);
}

test('a chain that nobody touched is whole, over several pages (B12 S24)', async () => {
  expect(await verify()).toMatchObject({ valid: true, count: entries, brokenSeq: null, head: { seq: entries } });
});

test.each<[what: string, statement: string, brokenSeq: number, reason: AuditVerification['reason']]>([
  ['a changed column', `update audit_entries set actor_name = 'somebody else' where seq = 12`, 12, 'changed'],
  ['changed details', `update audit_entries set details = '{"number": 0}' where seq = 12`, 12, 'changed'],
  ['a changed time', `update audit_entries set at = at + interval '1 day' where seq = 12`, 12, 'changed'],
  [
    'a changed text',
    `update audit_entries set body = replace(body, 'webhook', 'person') where seq = 12`,
    12,
    'changed',
  ],
  [
    'a changed row with a hash of its own',
    `update audit_entries set body = replace(body, 'webhook', 'person'), actor_name = 'a person', hash = encode(sha256(convert_to(previous_hash || replace(body, 'webhook', 'person'), 'UTF8')), 'hex') where seq = 12`,
    13,
    'changed',
  ],
  ['a changed last row', `update audit_entries set address = '::1' where seq = ${entries}`, entries, 'changed'],
  ['a row taken from the middle', 'delete from audit_entries where seq = 12', 12, 'missing'],
  ['the first row taken', 'delete from audit_entries where seq = 1', 1, 'missing'],
  ['the last row taken', `delete from audit_entries where seq = ${entries}`, entries, 'cut'],
  ['the whole tail taken', 'delete from audit_entries where seq > 3', 4, 'cut'],
  ['every row taken', 'delete from audit_entries', 1, 'cut'],
  [
    'a row put in after the end',
    `insert into audit_entries select seq + 1, at, actor_id, actor_name, via, action, target_kind, target_id, project_id, address, request_id, details, body, hash, repeat('a', 64) from audit_entries where seq = ${entries}`,
    entries + 1,
    'unknown',
  ],
  [
    'a row put in before the beginning',
    `insert into audit_entries select 0, at, actor_id, actor_name, via, action, target_kind, target_id, project_id, address, request_id, details, body, hash, repeat('a', 64) from audit_entries where seq = 1`,
    0,
    'unknown',
  ],
])('%s is found (S24)', async (_what, statement, brokenSeq, reason) => {
  await tamper(statement);

  expect(await verify()).toMatchObject({ valid: false, brokenSeq, reason });
});

test('two rows that change places are found', async () => {
  await tamper(
    'update audit_entries set seq = 1000 where seq = 5',
    'update audit_entries set seq = 5 where seq = 6',
    'update audit_entries set seq = 6 where seq = 1000',
  );

  expect(await verify()).toMatchObject({ valid: false, brokenSeq: 5 });
});

test('a tail cut together with the head is found by who has kept an earlier head, and by nobody else', async () => {
  const { head } = await verify();
  await tamper(
    'delete from audit_entries where seq > 3',
    'update audit_head set seq = 3, hash = (select hash from audit_entries where seq = 3)',
  );

  expect(await verify()).toMatchObject({ valid: true });
  expect(await verify(head)).toMatchObject({ valid: false, reason: 'cut' });
  expect(await verify({ seq: 2, hash: 'f'.repeat(64) })).toMatchObject({
    valid: false,
    brokenSeq: 2,
    reason: 'anchor',
  });
});
