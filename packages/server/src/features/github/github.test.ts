import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { z } from 'zod';
import { type GitHubDouble, startGitHubDouble } from '#testing/github/index.ts';
import { startTestApp, type TestApp, type TestUser } from '#testing/index.ts';

let github: GitHubDouble;
let app: TestApp;
let ada: TestUser;
let bob: TestUser;
const notes = { owner: 'ada', name: 'notes' };

beforeAll(async () => {
  github = await startGitHubDouble();
  await github.addUser({ login: 'ada', name: 'Ada Lovelace' });
  await github.addUser({ login: 'bob' });
  await github.addUser({ login: 'eve' });
  await github.addOrganization({ login: 'engines', members: ['ada'] });
  await github.addRepository({
    fullName: 'ada/notes',
    private: true,
    description: 'about engines',
    files: { 'a.txt': 'needle\n' },
  });
  await github.addRepository({
    fullName: 'engines/loom',
    defaultBranch: 'trunk',
    private: true,
    files: { 'b.txt': 'b\n' },
  });
  await github.addRepository({
    fullName: 'bob/shared',
    private: true,
    files: { 'c.txt': 'c\n' },
    collaborators: ['ada'],
  });
  for (let index = 0; index < 102; index += 1) await github.addRepository({ fullName: `ada/many-${index}` });
  app = await startTestApp({ env: { YUDAI_GITHUB_URL: github.url } });
  ada = await app.as('ada');
  bob = await app.as('bob');
  await ada.client.github.connect({ token: github.personalToken('ada') });
  await bob.client.github.connect({ token: github.personalToken('bob') });
});
afterAll(async () => {
  await app.close();
  await github.close();
});

const refusal = (work: Promise<unknown>): Promise<{ code: string; status: number; message: string; data: unknown }> =>
  work.then(
    () => {
      throw new Error('This was not refused.');
    },
    (error: { code: string; status: number; message: string; data: unknown }) => error,
  );

test('a person sees all repositories they may use, of every owner and beyond the first hundred (C1 C2)', async () => {
  const names: string[] = [];
  for (let cursor: string | undefined; ;) {
    const page = await ada.client.github.repositories({ limit: 30, ...(cursor === undefined ? {} : { cursor }) });
    names.push(...page.items.map(({ fullName }) => fullName));
    expect(page.freshness.stale).toBe(false);
    if (page.nextCursor === null) break;
    cursor = page.nextCursor;
  }

  expect(names).toHaveLength(105);
  expect(new Set(names).size).toBe(105);
  expect(names).toEqual(expect.arrayContaining(['ada/notes', 'engines/loom', 'bob/shared', 'ada/many-101']));
});

test('repositories are found by words of their name and description, and by owner, with their default branch (C2 C3)', async () => {
  const byName = await ada.client.github.repositories({ query: 'loom' });
  const byWords = await ada.client.github.repositories({ query: 'ABOUT engin' });
  const byOwner = await ada.client.github.repositories({ owner: 'bob' });

  expect(byName.items).toMatchObject([{ fullName: 'engines/loom', defaultBranch: 'trunk', private: true }]);
  expect(byWords.items.map(({ fullName }) => fullName)).toEqual(['ada/notes']);
  expect(byOwner.items).toMatchObject([{ fullName: 'bob/shared', permission: 'write' }]);
  expect((await ada.client.github.repositories({ query: '%' })).items).toEqual([]);
});

test('a list is asked for again when that is wanted, and not before; what is gone is gone (C10)', async () => {
  await ada.client.github.repositories({});
  await github.addRepository({ fullName: 'ada/brand-new' });
  const before = github.requests().length;

  const kept = await ada.client.github.repositories({ query: 'brand-new' });
  const asked = github.requests().length - before;
  const anew = await ada.client.github.repositories({ query: 'brand-new', refresh: true });
  await github.as('ada', 'DELETE', '/repos/ada/brand-new');
  const gone = await ada.client.github.repositories({ query: 'brand-new', refresh: true });

  expect([kept.items.length, asked, anew.items.length, gone.items.length]).toEqual([0, 0, 1, 0]);
});

test('branches come with the default one first and can be searched (C3)', async () => {
  await github.pushCommit('engines/loom', { branch: 'a-first', files: { 'x.txt': 'x' } });
  const loom = { owner: 'engines', name: 'loom' };

  const all = await ada.client.github.branches(loom);
  const found = await ada.client.github.branches({ ...loom, query: 'FIRST' });

  expect(all.items.map(({ name }) => name)).toEqual(['trunk', 'a-first']);
  expect(found.items).toMatchObject([{ name: 'a-first', sha: expect.stringMatching(/^[0-9a-f]{40}$/) }]);
});

test('an issue is opened, labelled, closed and commented, and its id may be larger than 32 bits (C4 C5 M4)', async () => {
  const made = await ada.client.github.createIssue({
    ...notes,
    title: 'It breaks',
    body: 'Often.',
    labels: ['bug', 'ui'],
  });
  const at = { ...notes, number: made.number };
  await ada.client.github.updateIssue({ ...at, labels: ['bug'] });
  const closed = await ada.client.github.updateIssue({ ...at, state: 'closed', stateReason: 'not_planned' });
  const reopened = await ada.client.github.updateIssue({ ...at, state: 'open', title: 'It breaks often' });
  const comment = await ada.client.github.createComment({ ...at, body: 'Seen too.' });

  expect(made).toMatchObject({
    title: 'It breaks',
    body: 'Often.',
    labels: ['bug', 'ui'],
    state: 'open',
    author: 'ada',
  });
  expect(made.id).toBeGreaterThan(2 ** 31);
  expect(closed).toMatchObject({ state: 'closed', stateReason: 'not_planned', labels: ['bug'] });
  expect(reopened).toMatchObject({ state: 'open', title: 'It breaks often' });
  expect((await ada.client.github.comments(at)).items).toMatchObject([
    { id: comment.id, body: 'Seen too.', author: 'ada' },
  ]);
  expect((await ada.client.github.labels(notes)).items.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['bug', 'ui']),
  );
  expect(await ada.client.github.issue(at)).toMatchObject({ title: 'It breaks often', freshness: { stale: false } });
  const { rows } = await app.database.asSystem((db) => db.execute<{ id: string }>(sql`select id from github_issues`));
  expect(rows.map(({ id }) => Number(id))).toContain(made.id);
});

test('lists of issues leave pull requests out, filter, and go page by page (C4)', async () => {
  for (const title of ['one', 'two', 'three'])
    await ada.client.github.createIssue({ ...notes, title, labels: ['paged'] });

  const first = await ada.client.github.issues({ ...notes, label: 'paged', limit: 2 });
  const second = await ada.client.github.issues({ ...notes, label: 'paged', limit: 2, cursor: first.nextCursor ?? '' });

  expect([first.items.length, second.items.length, second.nextCursor]).toEqual([2, 1, null]);
  expect(new Set([...first.items, ...second.items].map(({ title }) => title))).toEqual(
    new Set(['one', 'two', 'three']),
  );
});

test('a pull request is opened and shows what it changes and what the checks say (C6 M5)', async () => {
  const push = await github.pushCommit('ada/notes', {
    branch: 'better',
    files: { 'a.txt': 'haystack\n', 'n.txt': 'n\n' },
  });
  await github.as('ada', 'POST', '/repos/ada/notes/check-runs', {
    name: 'ci',
    head_sha: push.after,
    status: 'completed',
    conclusion: 'success',
  });

  const made = await ada.client.github.createPullRequest({
    ...notes,
    title: 'Better',
    body: 'See.',
    head: 'better',
    base: 'main',
    draft: true,
  });
  const at = { ...notes, number: made.number };
  const listed = await ada.client.github.pullRequests({ ...notes, state: 'all' });
  const files = await ada.client.github.pullRequestFiles(at);
  const checks = await ada.client.github.checks({ ...notes, ref: push.after });

  expect(made).toMatchObject({
    state: 'open',
    draft: true,
    head: { ref: 'better', sha: push.after },
    base: { ref: 'main' },
  });
  expect(listed.items).toMatchObject([{ number: made.number }]);
  expect(files.items.map(({ path, status }) => [path, status])).toEqual([
    ['a.txt', 'modified'],
    ['n.txt', 'added'],
  ]);
  expect(checks.items).toMatchObject([{ name: 'ci', status: 'completed', conclusion: 'success' }]);
  expect(await ada.client.github.pullRequest(at)).toMatchObject({ title: 'Better' });
  expect((await ada.client.github.issues({ ...notes, state: 'all' })).items.map(({ number }) => number)).not.toContain(
    made.number,
  );
});

test('commits are listed by branch and kept by repository and hash (C4 M6)', async () => {
  const push = await github.pushCommit('ada/notes', {
    branch: 'log',
    message: 'Say something',
    files: { 'l.txt': 'l' },
  });

  const commits = await ada.client.github.commits({ ...notes, ref: 'log' });

  expect(commits.items[0]).toMatchObject({ sha: push.after, message: 'Say something', authorName: 'Ada Lovelace' });
  const { rows } = await app.database.asSystem((db) =>
    db.execute(sql`select 1 from github_commits where sha = ${push.after}`),
  );
  expect(rows).toHaveLength(1);
});

test('repositories and code are searched (C4)', async () => {
  const repositories = await ada.client.github.searchRepositories({ query: 'loom' });
  const code = await ada.client.github.searchCode({ query: 'needle', repository: 'ada/notes' });
  const wide = await refusal(
    ada.client.github.searchCode({ query: 'needle repo:bob/shared', repository: 'ada/notes' }),
  );

  expect(repositories.items).toMatchObject([{ fullName: 'engines/loom' }]);
  expect(code.items).toMatchObject([{ fullName: 'ada/notes', path: 'a.txt' }]);
  expect(wide.code).toBe('invalid_input');
});

test('nobody sees what GitHub has shown to somebody else, also with no filter in the query (M3 M25)', async () => {
  await ada.client.github.issues({ ...notes, state: 'all' });

  const refused = await refusal(bob.client.github.issues(notes));
  const seen = await app.database.asUser(bob.userId, (db) =>
    db.execute<{ name: string }>(sql`
    select full_name as name from github_repositories union all select title from github_issues
    union all select sha from github_commits union all select kind from github_syncs`),
  );
  const own = await app.database.asUser(ada.userId, (db) => db.execute(sql`select 1 from github_issues`));

  expect(refused).toMatchObject({ code: 'not_found', status: 404 });
  expect(seen.rows.filter(({ name }) => !name.startsWith('bob/'))).toEqual([]);
  // The control: who was shown them does see them.
  expect(own.rows.length).toBeGreaterThan(0);
});

test('two people read one repository, each with their own rights (M3)', async () => {
  const shared = { owner: 'bob', name: 'shared' };

  const [hers, his] = [await ada.client.github.repository(shared), await bob.client.github.repository(shared)];

  expect(hers.id).toBe(his.id);
  expect([hers.permission, his.permission]).toEqual(['write', 'admin']);
  const { rows } = await app.database.asSystem((db) =>
    db.execute(sql`select 1 from github_access where repository_id = ${hers.id}`),
  );
  expect(rows).toHaveLength(2);
});

test.each([
  [
    'a repository that is not there',
    () => ada.client.github.issues({ owner: 'ada', name: 'nothing' }),
    'not_found',
    'does not exist on GitHub',
  ],
  [
    'an issue that is not there',
    () => ada.client.github.issue({ ...notes, number: 99_999 }),
    'not_found',
    'does not exist on GitHub',
  ],
  [
    'a pull request without its branch',
    () => ada.client.github.createPullRequest({ ...notes, title: 't', head: 'nowhere', base: 'main' }),
    'invalid_input',
    'head is invalid',
  ],
])('%s is refused in words (C1 C7)', async (_what, ask, code, words) => {
  const refused = await refusal(ask());

  expect(refused.code).toBe(code);
  expect(refused.message).toContain(words);
});

test('a second pull request for the same branch is refused with GitHub’s reason (C6)', async () => {
  await github.pushCommit('ada/notes', { branch: 'twice', files: { 't.txt': 't' } });
  const pull = { ...notes, title: 't', head: 'twice', base: 'main' };
  await ada.client.github.createPullRequest(pull);

  const refused = await refusal(ada.client.github.createPullRequest(pull));

  expect(refused.code).toBe('invalid_input');
  expect(refused.message).toContain('already exists for ada:twice');
});

test('without a connection every door says to connect first', async () => {
  const eve = await app.as('eve');

  const refused = await refusal(eve.client.github.repositories({}));

  expect(refused).toMatchObject({ code: 'conflict', data: { reason: 'connect' } });
  expect((await eve.client.github.status({})).connection).toBeNull();
});

test('every write at GitHub is written down with who did it (C5 N12)', async () => {
  const made = await bob.client.github.createIssue({ owner: 'bob', name: 'shared', title: 'Logged' });
  const at = { owner: 'bob', name: 'shared', number: made.number };
  await bob.client.github.updateIssue({ ...at, state: 'closed', labels: ['done'] });
  await bob.client.github.updateIssue({ ...at, state: 'open' });
  await bob.client.github.createComment({ ...at, body: 'words' });

  const { items } = await bob.client.audit.list({});
  const deeds = items.filter(({ target }) => target?.id === `bob/shared#${made.number}`).map(({ action }) => action);

  expect(deeds.toReversed()).toEqual([
    'github.issue_created',
    'github.write_requested',
    'github.issue_closed',
    'github.labels_changed',
    'github.write_requested',
    'github.issue_reopened',
    'github.write_requested',
    'github.comment_created',
  ]);
});

test('no write reaches GitHub without an entry, whenever this process ends (B12 N12)', async () => {
  github.makeTrouble('held', { times: 1 });
  onTestFinished(() => github.makeTrouble('none'));
  const writing = bob.client.github.createIssue({ owner: 'bob', name: 'shared', title: 'Between' });
  await vi.waitFor(async () => expect(await titlesAtGitHub()).toContain('Between'), 10_000);

  const between = (await bob.client.audit.list({ limit: 1 })).items;
  github.makeTrouble('none');
  await writing;
  const after = (await bob.client.audit.list({ limit: 2 })).items;

  expect(between).toMatchObject([
    {
      action: 'github.write_requested',
      target: { kind: 'github_repository', id: 'bob/shared' },
      details: { action: 'github.issue_created' },
    },
  ]);
  expect(after.map(({ action }) => action)).toEqual(['github.issue_created', 'github.write_requested']);
  expect(after.map(({ details }) => details['writeId'])).toEqual(Array(2).fill(between[0]?.details['writeId']));
});

test('a write that GitHub refused, and one whose answer got lost, are written down as such (B12 N12)', async () => {
  const outcomeOf = async (work: Promise<unknown>) => {
    await refusal(work);
    return (await bob.client.audit.list({ limit: 1 })).items[0];
  };
  const create = (title: string) => bob.client.github.createIssue({ owner: 'bob', name: 'shared', title });
  const refused = await outcomeOf(bob.client.github.createIssue({ owner: 'bob', name: 'nothing', title: 'Refused' }));
  github.makeTrouble('lost_answer', { times: 1 });
  onTestFinished(() => github.makeTrouble('none'));

  const lost = await outcomeOf(create('Lost'));

  expect(refused).toMatchObject({ action: 'github.write_failed', details: { outcome: 'refused' } });
  expect(lost).toMatchObject({ action: 'github.write_failed', details: { outcome: 'unknown' } });
  expect(await titlesAtGitHub()).toContain('Lost');
});

test('everything that was sent and answered in this file is what GitHub describes (C1)', () => {
  expect(github.violations()).toEqual([]);
});

async function titlesAtGitHub(): Promise<unknown[]> {
  const { body } = await github.as('bob', 'GET', '/repos/bob/shared/issues');
  return z
    .array(z.object({ title: z.string() }))
    .parse(body)
    .map(({ title }) => title);
}
