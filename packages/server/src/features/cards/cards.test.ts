import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Id, NewCard, Role, Topic } from '@yudai/contract';
import type { Client } from '@yudai/contract/client';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { newId } from '#kernel/ids.ts';
import { startTestApp, type TestApp, type TestUser } from '#testing/index.ts';

let app: TestApp;
let projectId: Id<'project'>;
const people = new Map<string, TestUser>();
beforeAll(async () => {
  app = await startTestApp();
  for (const name of ['owner', 'member', 'other', 'viewer', 'stranger']) people.set(name, await app.as(name));
});
afterAll(() => app.close());
beforeEach(async () => {
  projectId = await makeProject();
});

test('a card is made, read, changed, taken away and put back (D14 M9)', async () => {
  const { cards } = as('member');
  const made = await cards.create({ projectId, from: note('# Retries\n\nThey are counted twice.') });

  expect(made).toMatchObject({
    title: 'Retries',
    source: 'note',
    category: 'other',
    visibility: 'private',
    anchor: null,
    staleness: null,
    cite: null,
    readAt: null,
    sessionId: null,
    ownerId: of('member').userId,
  });
  expect(made.tokens).toBe(9);

  const changed = await cards.update({
    projectId,
    id: made.id,
    title: 'Counting',
    content: 'once',
    category: 'decision',
  });
  expect(changed).toMatchObject({ title: 'Counting', content: 'once', category: 'decision', tokens: 1 });
  expect(await cards.get({ projectId, id: made.id })).toEqual(changed);

  expect(await cards.remove({ projectId, id: made.id })).toEqual({ removed: true });
  await expect(cards.get({ projectId, id: made.id })).rejects.toMatchObject({ code: 'not_found' });
  expect((await cards.list({ projectId })).items).toEqual([]);
  await cards.restore({ projectId, id: made.id });
  expect(await cards.get({ projectId, id: made.id })).toEqual(changed);
});

test('what was taken away over a day ago is gone for good (M9)', async () => {
  const { cards } = as('member');
  const [old, late, kept] = [await keep('old'), await keep('late'), await keep('kept')];
  for (const id of [old, late]) await cards.remove({ projectId, id });
  await system(sql`update context_cards set removed_at = now() - interval '25 hours' where id = ${old}`);

  await expect(cards.restore({ projectId, id: old })).rejects.toMatchObject({ code: 'not_found' });
  await cards.remove({ projectId, id: kept });

  const { rows } = await system(sql`select id from context_cards where project_id = ${projectId}`);
  expect(new Set(rows.map((row) => row['id']))).toEqual(new Set([late, kept]));
});

test('sources are one vocabulary: any other word is refused, and so is a file card that brings its own content (D14)', async () => {
  const send = async (from: unknown) => {
    const body = JSON.stringify({ from });
    const headers = { 'content-type': 'application/json' };
    return (await of('member').fetch(`/api/v1/projects/${projectId}/cards`, { method: 'POST', headers, body })).status;
  };

  for (const source of ['chat', 'manual', 'github', 'file-deps', 'text']) {
    expect([source, await send({ source, content: 'x' })]).toEqual([source, 422]);
  }
  expect(await send({ source: 'file', path: 'a.ts', content: 'x' })).toBe(422);
  expect(await send({ source: 'note' })).toBe(422);
  expect(await send({ source: 'file', path: 'a.ts', startLine: 5, endLine: 4 })).toBe(422);
});

test('text over any earlier limit is kept whole; over the limit of cards it is refused (N3)', async () => {
  const { cards } = as('member');
  const long = 'words and more '.repeat(13_000);

  const made = await cards.create({ projectId, from: note(long) });

  expect((await cards.get({ projectId, id: made.id })).content).toBe(long);
  const tooLong = cards.create({ projectId, from: note('x'.repeat(200_001)) });
  await expect(tooLong).rejects.toMatchObject({ code: 'invalid_input' });
});

test.each([
  ['a NUL', 'a\0b'],
  ['half of a surrogate pair', 'a\ud800b'],
])('%s is no text that can be kept (N15)', async (_, content) => {
  await expect(as('member').cards.create({ projectId, from: note(content) })).rejects.toMatchObject({
    code: 'invalid_input',
  });
});

test('markup and foreign scripts are kept and given back as the text they are (N15)', async () => {
  const content = '<script>alert(1)</script>\u202e\n<img src=x onerror=alert(1)>';

  const { id } = await as('member').cards.create({ projectId, from: { source: 'upload', name: 'x.html', content } });

  expect(await as('member').cards.get({ projectId, id })).toMatchObject({ content, title: 'x.html', source: 'upload' });
});

test('an upload whose name says that it holds secrets is not kept (N14)', async () => {
  for (const name of ['.env', 'deploy/id_rsa', 'server.pem']) {
    const attempt = as('member').cards.create({ projectId, from: { source: 'upload', name, content: 'KEY=1' } });
    await expect(attempt).rejects.toMatchObject({ code: 'invalid_input' });
  }
});

test('a card is its owner’s alone until it is shared, then the project’s (D14 B10 M25)', async () => {
  const { id } = await as('member').cards.create({ projectId, from: note('mine') });
  const seenBy = async () => {
    const seen: string[] = [];
    for (const name of ['owner', 'member', 'other', 'viewer']) {
      if ((await as(name).cards.list({ projectId })).items.length > 0) seen.push(name);
    }
    return seen;
  };

  expect(await seenBy()).toEqual(['member']);
  await expect(as('owner').cards.get({ projectId, id })).rejects.toMatchObject({ code: 'not_found' });
  await as('member').cards.update({ projectId, id, visibility: 'project' });
  expect(await seenBy()).toEqual(['owner', 'member', 'other', 'viewer']);
  await as('other').cards.update({ projectId, id, content: 'ours' });
  const hide = as('other').cards.update({ projectId, id, visibility: 'private' });
  await expect(hide).rejects.toMatchObject({ code: 'forbidden' });
  await expect(as('viewer').cards.update({ projectId, id, title: 'x' })).rejects.toMatchObject({ code: 'forbidden' });
  await expect(as('stranger').cards.get({ projectId, id })).rejects.toMatchObject({ code: 'not_found' });
});

test('the database itself shows a private card to nobody else, and lets nobody make cards for others (M25)', async () => {
  const mine = await keep('mine');
  const shared = await keep('shared', 'project');
  const reach = async (name: string, query: ReturnType<typeof sql>) =>
    app.database
      .asUser(of(name).userId, async (db) => (await db.execute(query)).rowCount ?? 0)
      .catch((error: { code: string }) => error.code);

  for (const [name, seen] of [
    ['member', 2],
    ['other', 1],
    ['viewer', 1],
    ['stranger', 0],
  ] as const) {
    expect([name, await reach(name, sql`select from context_cards where id in (${mine}, ${shared})`)]).toEqual([
      name,
      seen,
    ]);
  }
  expect(await reach('other', sql`update context_cards set title = 'x' where id = ${mine}`)).toBe(0);
  expect(await reach('other', sql`delete from context_cards where id = ${mine}`)).toBe(0);
  expect(await reach('viewer', sql`update context_cards set title = 'x' where id = ${shared}`)).toBe(0);
  const forOthers = sql`update context_cards set owner_id = ${of('owner').userId}, shared_with = null where id = ${shared}`;
  expect(await reach('other', forOthers)).toBe('forbidden');
});

test('whoever leaves takes their own cards out of sight, and what they shared stays the project’s (B10 M9)', async () => {
  const [mine, shared] = [await keep('mine'), await keep('shared', 'project')];

  await as('owner').projects.removeMember({ id: projectId, userId: of('member').userId });

  expect((await as('owner').cards.list({ projectId })).items).toMatchObject([
    { id: shared, ownerId: of('owner').userId },
  ]);
  await expect(as('member').cards.get({ projectId, id: mine })).rejects.toMatchObject({ code: 'not_found' });
});

test('cards stand in the order that people drag them into, for everybody (D14)', async () => {
  const ids = [
    await keep('a', 'project'),
    await keep('b', 'project'),
    await keep('c', 'project'),
    await keep('d', 'project'),
  ];
  const [a, b, c, d] = ids as [Id<'card'>, Id<'card'>, Id<'card'>, Id<'card'>];
  const order = async (name: string) =>
    (await as(name).cards.list({ projectId })).items.map(({ title }) => title).join('');

  expect(await order('viewer')).toBe('abcd');
  await as('member').cards.move({ projectId, id: d, before: a });
  expect(await order('viewer')).toBe('dabc');
  await as('member').cards.move({ projectId, id: a, before: null });
  expect(await order('viewer')).toBe('dbca');
  await as('member').cards.move({ projectId, id: b, before: b });
  await as('member').cards.move({ projectId, id: b, before: c });
  expect(await order('viewer')).toBe('dbca');
});

test('two people who move cards to the same place at once both find theirs there (D14)', async () => {
  const [first, last] = [await keep('1', 'project'), await keep('9', 'project')];
  const moving = await Promise.all(['a', 'b', 'c', 'd', 'e', 'f'].map((title) => keep(title, 'project')));

  await Promise.all(
    moving.map((id, index) => as(index % 2 === 0 ? 'member' : 'other').cards.move({ projectId, id, before: last })),
  );

  const seen = await Promise.all(
    ['owner', 'viewer'].map(async (name) => (await as(name).cards.list({ projectId })).items.map(({ id }) => id)),
  );
  expect(seen[0]).toEqual(seen[1]);
  expect(seen[0]?.at(0)).toBe(first);
  expect(seen[0]?.at(-1)).toBe(last);
  expect(new Set(seen[0])).toEqual(new Set([first, last, ...moving]));
});

test('a list comes in pages, filtered by words, source and category, with the sum of all its tokens (D14)', async () => {
  const { cards } = as('member');
  for (const [index, word] of ['alpha', 'beta', 'gamma', 'alphabet'].entries()) {
    const from: NewCard = index < 3 ? note(`${word} text`) : { source: 'upload', name: 'x.txt', content: word };
    await cards.create({ projectId, from, category: index === 1 ? 'question' : 'reference' });
  }
  const titles = (page: { items: { title: string }[] }) => page.items.map(({ title }) => title);

  const first = await cards.list({ projectId, limit: 3 });
  const second = await cards.list({ projectId, limit: 3, cursor: first.nextCursor ?? '' });

  expect([...titles(first), ...titles(second)]).toEqual(['alpha text', 'beta text', 'gamma text', 'x.txt']);
  expect(second.nextCursor).toBeNull();
  expect(first.total).toEqual({
    cards: 4,
    tokens: [...first.items, ...second.items].reduce((sum, it) => sum + it.tokens, 0),
  });
  expect(titles(await cards.list({ projectId, query: 'ALPHA' }))).toEqual(['alpha text', 'x.txt']);
  expect(titles(await cards.list({ projectId, query: '%' }))).toEqual([]);
  expect(titles(await cards.list({ projectId, source: 'upload' }))).toEqual(['x.txt']);
  expect((await cards.list({ projectId, category: 'question' })).total.cards).toBe(1);
});

test('who watches hears of cards: of shared ones on the project’s feed, of one’s own on one’s own (E7)', async () => {
  const { cards } = as('member');
  const mine = await keep('mine');
  await cards.update({ projectId, id: mine, visibility: 'project' });
  await cards.update({ projectId, id: mine, title: 'ours' });
  await cards.update({ projectId, id: mine, visibility: 'private' });
  await cards.remove({ projectId, id: mine });

  const heard = async (topic: Topic) =>
    (
      await system(sql`select data ->> 'action' as action, data -> 'card' ->> 'title' as title, data -> 'card' ->> 'content' as content
        from live_events where topic = ${topic} and type = 'context_card' and data -> 'card' ->> 'id' = ${mine} order by seq`)
    ).rows;
  const told = (action: string, title: string) => ({ action, title, content: null });

  expect(await heard(`project:${projectId}`)).toEqual([
    told('add', 'mine'),
    told('update', 'ours'),
    told('remove', 'ours'),
  ]);
  expect(await heard(`user:${of('member').userId}`)).toEqual([
    told('add', 'mine'),
    told('update', 'ours'),
    told('remove', 'ours'),
  ]);
});

test('a page is kept as its text, with its address and title, and read again when that is wanted (D14)', async () => {
  const site = await startSite('<title>How to retry</title><h1>Retry</h1><script>x()</script><p>Three times.');
  const { cards } = as('member');

  const made = await cards.create({ projectId, from: { source: 'url', url: `${site.url}/#top` } });
  site.change('<h1>Retry</h1><p>Twice.');
  const again = await cards.refresh({ projectId, id: made.id });

  expect(made).toMatchObject({
    title: 'How to retry',
    source: 'url',
    category: 'reference',
    anchor: { kind: 'url', url: `${site.url}/` },
    content: '# Retry\n\nThree times.',
  });
  expect(made.readAt).not.toBeNull();
  expect(again).toMatchObject({ title: 'How to retry', content: '# Retry\n\nTwice.' });
  const edit = cards.update({ projectId, id: made.id, content: 'mine' });
  await expect(edit).rejects.toMatchObject({ code: 'invalid_input' });
});

test.each(['https://169.254.169.254/latest/meta-data/', 'https://10.0.0.8/', 'https://localhost.example.internal./'])(
  'the address %s is not read (N5)',
  async (url) => {
    const attempt = as('member').cards.create({ projectId, from: { source: 'url', url } });
    await expect(attempt).rejects.toMatchObject({ code: expect.stringMatching(/invalid_input|upstream_failed/) });
  },
);

test('a card names the conversation it was made in only when the person sees it there (D14 M9)', async () => {
  const { id: mine } = await as('member').chat.create({ projectId });
  const { id: theirs } = await as('other').chat.create({ projectId });
  const elsewhere = (await as('owner').chat.create({ projectId: await makeProject() })).id;
  const make = (sessionId: Id<'session'>) => as('member').cards.create({ projectId, from: note('x'), sessionId });

  const made = await make(mine);
  for (const id of [theirs, elsewhere, newId('session', new Date())]) {
    await expect(make(id)).rejects.toMatchObject({ code: 'not_found' });
  }
  await as('member').chat.remove({ id: mine });

  expect(made.sessionId).toBe(mine);
  expect(await as('member').cards.get({ projectId, id: made.id })).toMatchObject({ sessionId: null, content: 'x' });
});

test('notes and messages that do not exist cannot be read, nor issues of what is not on GitHub (D14)', async () => {
  const { cards } = as('member');
  const id = await keep('note');
  const from = (source: NewCard) => cards.create({ projectId, from: source });

  await expect(cards.refresh({ projectId, id })).rejects.toMatchObject({ code: 'invalid_input' });
  await expect(from({ source: 'issue', number: 1 })).rejects.toMatchObject({ code: 'invalid_input' });
  await expect(from({ source: 'message', messageId: newId('message', new Date()) })).rejects.toMatchObject({
    code: 'not_found',
  });
  await expect(from({ source: 'commit', sha: 'abcdef1' })).rejects.toMatchObject({ code: 'not_found' });
});

function note(content: string): NewCard {
  return { source: 'note', content };
}

async function keep(title: string, visibility: 'private' | 'project' = 'private'): Promise<Id<'card'>> {
  return (await as('member').cards.create({ projectId, from: note(title), visibility })).id;
}

function of(name: string): TestUser {
  const found = people.get(name);
  if (found === undefined) throw new Error(`There is nobody called ${name}.`);
  return found;
}

function as(name: string): Client {
  return of(name).client;
}

function system(query: ReturnType<typeof sql>) {
  return app.database.asSystem((db) => db.execute(query));
}

async function makeProject(): Promise<Id<'project'>> {
  const id = newId('project', new Date());
  await system(sql`insert into projects (id, owner_id, name, origin, source_kind, source_address, status, created_at, updated_at)
    values (${id}, ${of('owner').userId}, 'p', 'connected', 'git', 'https://git.example/a/b', 'ready', now(), now())`);
  for (const [name, role] of [
    ['owner', 'owner'],
    ['member', 'member'],
    ['other', 'member'],
    ['viewer', 'viewer'],
  ] as [string, Role][]) {
    await system(
      sql`insert into project_members (project_id, user_id, role, since) values (${id}, ${of(name).userId}, ${role}, now())`,
    );
  }
  return id;
}

async function startSite(html: string): Promise<{ url: string; change(html: string): void }> {
  let current = html;
  const server = createServer((_, response) =>
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(current),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  // A listening TCP server has an AddressInfo, never a pipe's name.
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, change: (next) => (current = next) };
}
