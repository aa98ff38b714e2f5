import { createHash } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Id } from '@yudai/contract';
import type { Context } from '#kernel/context.ts';
import { newId } from '#kernel/ids.ts';
import { startTestApp, type TestApp, type TestUser } from '#testing/start-test-app.ts';
import { createAudit } from './index.ts';

let app: TestApp;
let ada: TestUser;
let bob: TestUser;
const contextOf = (user: TestUser): Context => ({
  actor: { userId: user.userId, name: user.name, via: 'local' },
  signal: AbortSignal.timeout(60_000),
  requestId: 'request-1',
  address: '203.0.113.7',
});

beforeAll(async () => {
  app = await startTestApp();
  [ada, bob] = [await app.as('Ada'), await app.as('Bob')];
});
afterAll(() => app.close());

async function record(user: TestUser, details: Record<string, unknown> = {}): Promise<void> {
  const audit = createAudit(app);
  await app.database.asUser(user.userId, (db) =>
    audit.record(db, contextOf(user), {
      action: 'role.changed',
      target: { kind: 'user', id: bob.userId },
      details: { from: 'viewer', to: 'admin', ...details },
    }),
  );
}

test('an entry says who did what to what, when, from where and in which request (B12 O4 S24)', async () => {
  await record(ada);

  const { items } = await ada.client.audit.list({ action: 'role.changed', limit: 1 });

  expect(items[0]).toEqual({
    seq: expect.any(Number),
    at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    actor: { id: ada.userId, name: 'Ada', via: 'local' },
    action: 'role.changed',
    target: { kind: 'user', id: bob.userId },
    projectId: null,
    address: '203.0.113.7',
    requestId: 'request-1',
    details: { from: 'viewer', to: 'admin' },
    // Bob has not done anything yet, so the log does not know him.
    names: { project: null, target: null },
  });
});

test('what is not committed is not written down, and numbers have no gaps', async () => {
  const audit = createAudit(app);
  const undone = app.database.asUser(ada.userId, async (db) => {
    await audit.record(db, contextOf(ada), { action: 'account.changed' });
    throw new Error('undone');
  });

  await expect(undone).rejects.toThrow('undone');
  await Promise.all(Array.from({ length: 20 }, (_, number) => record(ada, { number })));

  const { items } = await app.client.audit.list({ limit: 100 });
  const numbers = items.map((entry) => entry.seq);
  expect(items.map((entry) => entry.action)).not.toContain('account.changed');
  expect(numbers).toEqual(numbers.map((_, index) => numbers.length - index));
});

test('a person reads their own entries, an administrator everybody’s; nobody else’s exist (B12 M25)', async () => {
  await record(ada);
  await record(bob);

  const own = await bob.client.audit.list({});
  const foreign = await bob.client.audit.list({ actorId: ada.userId });
  const all = await app.client.audit.list({ limit: 100 });

  expect(own.items.length).toBeGreaterThan(0);
  expect(new Set(own.items.map((entry) => entry.actor.id))).toEqual(new Set([bob.userId]));
  expect(foreign.items).toEqual([]);
  expect(new Set(all.items.map((entry) => entry.actor.id))).toEqual(new Set([ada.userId, bob.userId]));
});

test('an entry names whom it is about to who may read that name in the log, and to nobody else (O4 M25)', async () => {
  const [carol, dan] = [await app.as('Carol'), await app.as('Dan')];
  const audit = createAudit(app);
  await app.database.asUser(carol.userId, (db) =>
    audit.record(db, contextOf(carol), { action: 'role.changed', target: { kind: 'user', id: dan.userId } }),
  );
  const named = async (client: TestUser['client']) =>
    (await client.audit.list({ actorId: carol.userId })).items.map(({ names }) => names.target);

  expect([await named(app.client), await named(carol.client)]).toEqual([[null], [null]]);
  await record(dan);

  expect([await named(app.client), await named(carol.client)]).toEqual([['Dan'], [null]]);
});

test.each([
  ['key', { name: 'ci of the shop' }, 'ci of the shop'],
  ['invitation', { username: 'mary' }, 'mary'],
  ['session', { name: 'not a name of that' }, null],
  ['key', {}, null],
])('a %s with the details %j is named %s', async (kind, details, expected) => {
  await app.database.asUser(ada.userId, (db) =>
    createAudit(app).record(db, contextOf(ada), { action: 'key.revoked', target: { kind, id: 'x' }, details }),
  );

  const { items } = await ada.client.audit.list({ action: 'key.revoked', limit: 1 });
  expect(items[0]?.names).toEqual({ project: null, target: expected });
});

test('a sign-in does not rename a person, whose account elsewhere has another name', async () => {
  const erin = await app.as('Erin');
  const audit = createAudit(app);
  const deed = { action: 'role.changed', target: { kind: 'user', id: erin.userId } } as const;
  const signIn = (userId: Id<'user'>) =>
    app.database.asSystem((db) =>
      audit.recordAs(db, { actor: { userId, name: 'erin-7', via: 'session' } }, { action: 'sign_in.succeeded' }),
    );
  const named = async () => (await app.client.audit.list({ action: 'role.changed', limit: 1 })).items[0]?.names.target;

  await app.database.asUser(ada.userId, (db) => audit.record(db, contextOf(ada), deed));
  await signIn(erin.userId);
  expect(await named()).toBe('erin-7');
  await app.database.asUser(erin.userId, (db) =>
    audit.record(db, contextOf(erin), { action: 'account.changed', target: { kind: 'user', id: erin.userId } }),
  );
  await signIn(erin.userId);
  expect(await named()).toBe('Erin');
});

test('who administers a project reads what others did in it, and other members do not (B12 O4)', async () => {
  const projectId = newId('project', new Date());
  const [owner, admin, member] = [await app.as('Olga'), await app.as('Amir'), await app.as('Mia')];
  await app.database.asSystem(async (db) => {
    await db.execute(sql`insert into projects (id, owner_id, name, origin, source_kind, source_address, status, created_at, updated_at)
      values (${projectId}, ${owner.userId}, 'Shared', 'connected', 'folder', '/x', 'connecting', now(), now())`);
    for (const [user, role] of [
      [owner, 'owner'],
      [admin, 'admin'],
      [member, 'member'],
    ] as const)
      await db.execute(sql`insert into project_members (project_id, user_id, role, since)
        values (${projectId}, ${user.userId}, ${role}, now()) on conflict do nothing`);
  });
  await app.database.asUser(owner.userId, (db) =>
    createAudit(app).record(db, contextOf(owner), { action: 'project.renamed', projectId }),
  );

  const seen = async (user: TestUser) => (await user.client.audit.list({ projectId })).items.length;

  expect([await seen(owner), await seen(admin), await seen(member), await seen(bob)]).toEqual([1, 1, 0, 0]);
});

test('whoever was the local owner and signs in now is an administrator only as long as they are one (B12)', async () => {
  const isAdministrator = () =>
    app.database
      .asSystem((db) => db.execute<{ id: Id<'user'> }>(sql`select id from users where local_owner`))
      .then(({ rows }) => rows[0]?.id ?? ada.userId)
      .then((id) =>
        app.database.asUser(id, (db) => db.execute<{ yes: boolean }>(sql`select yudai_is_administrator() as yes`)),
      )
      .then(({ rows }) => rows[0]?.yes);
  const before = await isAdministrator();

  await app.database.asSystem((db) => db.execute(sql`update users set github_id = 7 where local_owner`));
  const signedIn = await isAdministrator();
  await app.database.asSystem((db) => db.execute(sql`update users set github_id = null where local_owner`));

  expect([before, signedIn]).toEqual([true, false]);
});

test('the list is filtered by action, actor and time, and paged without gaps or repeats', async () => {
  for (let number = 0; number < 5; number += 1) await record(ada, { number });
  const filter = { action: 'role.changed', actorId: ada.userId } as const;

  const whole = await app.client.audit.list({ ...filter, limit: 100 });
  const pages = [];
  for (let cursor: string | undefined; ;) {
    const page = await app.client.audit.list({ ...filter, limit: 2, ...(cursor === undefined ? {} : { cursor }) });
    pages.push(...page.items);
    if (page.nextCursor === null) break;
    cursor = page.nextCursor;
  }
  const at = whole.items[2]?.at ?? '';
  const since = await app.client.audit.list({ ...filter, from: at, limit: 100 });
  const until = await app.client.audit.list({ ...filter, to: at, limit: 100 });

  expect(pages).toEqual(whole.items);
  expect(since.items.every((entry) => entry.at >= at) && until.items.every((entry) => entry.at < at)).toBe(true);
  expect(since.items.length + until.items.length).toBe(whole.items.length);
});

test('an entry never holds a secret, and takes any text that somebody sends (S17 N13)', async () => {
  const secret = `ghp_${'0123456789abcdefABCD'.repeat(2)}`;

  await record(ada, { url: `https://x:${secret}@host/a`, list: [{ key: secret }], odd: `\u0000\ud800\n\u001b[31m` });

  const { items } = await ada.client.audit.list({ limit: 1 });
  expect(JSON.stringify(items)).not.toContain(secret.slice(0, 20));
  expect(JSON.stringify(items)).toContain('[redacted]');
  expect(await app.client.audit.verify({})).toMatchObject({ valid: true });
});

test('an export holds what anybody needs to check the chain, and is itself written down (B12)', async () => {
  const page = await app.client.audit.export({ limit: 1000 });

  for (const [index, entry] of page.items.entries()) {
    const hash = createHash('sha256')
      .update(entry.previousHash + entry.body)
      .digest('hex');
    expect(entry.hash).toBe(hash);
    expect(entry.previousHash).toBe(page.items[index + 1]?.hash ?? '0'.repeat(64));
    expect(JSON.parse(entry.body)).toMatchObject({ seq: entry.seq, at: entry.at, details: entry.details });
  }
  const [newest] = (await app.client.audit.list({ limit: 1 })).items;
  expect(newest).toMatchObject({ action: 'audit.exported', details: { entries: page.items.length } });
});

test('a person’s export holds only what they may read', async () => {
  const { items } = await bob.client.audit.export({ limit: 1000 });

  expect(new Set(items.map((entry) => entry.actor.id))).toEqual(new Set([bob.userId]));
});

test('only an administrator may verify (B12)', async () => {
  await expect(bob.client.audit.verify({})).rejects.toMatchObject({ code: 'forbidden' });
});

test('nobody writes in another’s name: the database refuses, whatever the code says', async () => {
  const audit = createAudit(app);
  const forged = app.database.asUser(bob.userId, (db) =>
    audit.record(db, contextOf(ada), { action: 'project.deleted' }),
  );

  await expect(forged).rejects.toMatchObject({ code: 'forbidden' });
});

test.each(['yudai_app', 'yudai_system'])('%s may neither change, remove nor insert an entry', async (role) => {
  const work = role === 'yudai_app' ? app.database.asUser.bind(null, ada.userId) : app.database.asSystem;
  for (const statement of [
    "update audit_entries set details = '{}'",
    'delete from audit_entries',
    'truncate audit_entries',
    'insert into audit_entries select seq + 100000, at, actor_id, actor_name, via, action, target_kind, target_id, project_id, address, request_id, details, body, previous_hash, hash from audit_entries limit 1',
    'update audit_head set seq = 0',
    'delete from audit_head',
  ]) {
    await expect(work((db) => db.execute(statement))).rejects.toMatchObject({ code: 'forbidden' });
  }
});

test('who owns the tables is refused as well, until they take the guard away', async () => {
  const { pool, kind } = app.database;
  const outcomeOf = (statement: string) =>
    pool.query(statement).then(
      ({ rowCount }) => rowCount,
      (error: Error) => error.message,
    );
  // Row-level security hides every row from the owner on Postgres; the embedded login stands above it.
  const refused = kind === 'embedded' ? 'the audit log is only appended to' : 0;

  expect(await outcomeOf("update audit_entries set details = '{}'")).toBe(refused);
  expect(await outcomeOf('delete from audit_entries')).toBe(refused);
  expect(await outcomeOf('truncate audit_entries')).toBe('the audit log is only appended to');
  expect(await outcomeOf('truncate audit_head')).toBe('the audit log is only appended to');
});
