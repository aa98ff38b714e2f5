// One database is enough: what GitHub says and does not say differs here; what is kept of it is stored and read on both by github.test.ts.
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
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
  await github.addRepository({
    fullName: 'ada/notes',
    private: true,
    description: 'about engines',
    files: { 'a.txt': 'needle\n' },
  });
  await github.addRepository({
    fullName: 'bob/shared',
    private: true,
    files: { 'c.txt': 'c\n' },
    collaborators: ['ada'],
  });
  app = await startTestApp({ env: { YUDAI_GITHUB_URL: github.url } });
  ada = await app.as('ada');
  bob = await app.as('bob');
  await ada.client.github.connect({ token: github.personalToken('ada') });
  await bob.client.github.connect({ token: github.personalToken('bob') });
  await ada.client.github.createIssue({ ...notes, title: 'Labelled', labels: ['bug'] });
});
afterAll(async () => {
  await app.close();
  await github.close();
});

const trouble = (...args: Parameters<GitHubDouble['makeTrouble']>): void => {
  github.makeTrouble(...args);
  onTestFinished(() => github.makeTrouble('none'));
};
const refusal = (work: Promise<unknown>): Promise<{ code: string; status: number; message: string; data: unknown }> =>
  work.then(
    () => {
      throw new Error('This was not refused.');
    },
    (error: { code: string; status: number; message: string; data: unknown }) => error,
  );

test('what was read before is readable while GitHub is away, and says how old it is (C7 C10)', async () => {
  const made = await ada.client.github.createIssue({ ...notes, title: 'Kept', labels: ['kept'] });
  const before = await ada.client.github.issues({ ...notes, label: 'kept' });
  await ada.client.github.repositories({});
  await ada.client.github.branches(notes);
  await ada.client.github.commits(notes);
  await ada.client.github.pullRequests(notes);
  trouble('unreachable');

  const issues = await ada.client.github.issues({ ...notes, label: 'kept' });
  const issue = await ada.client.github.issue({ ...notes, number: made.number });
  const branches = await ada.client.github.branches(notes);
  const pulls = await ada.client.github.pullRequests(notes);
  const commits = await ada.client.github.commits(notes);
  const repository = await ada.client.github.repository(notes);
  const repositories = await ada.client.github.repositories({ refresh: true, query: 'notes' });

  expect(issues.items).toEqual(before.items);
  expect(issue).toMatchObject({ title: 'Kept' });
  expect(branches.items[0]?.name).toBe('main');
  expect(repositories.items).toMatchObject([{ fullName: 'ada/notes' }]);
  for (const { freshness } of [issues, issue, branches, pulls, commits, repository, repositories]) {
    expect(freshness.stale).toBe(true);
    expect(new Date(freshness.syncedAt).getTime()).toBeLessThanOrEqual(Date.now());
  }
  expect((await refusal(ada.client.github.createIssue({ ...notes, title: 'Not now' }))).code).toBe('upstream_failed');
  expect((await refusal(ada.client.github.issues({ owner: 'ada', name: 'many-1' }))).code).toBe('upstream_failed');
});

test('who may not see a repository any more does not see what others keep of it, not even while GitHub is away (M3 M25)', async () => {
  const shared = { owner: 'bob', name: 'shared' };
  await ada.client.github.issues(shared);
  await github.as('bob', 'DELETE', '/repos/bob/shared/collaborators/ada');
  await bob.client.github.createIssue({ ...shared, title: 'Not for Ada' });
  await bob.client.github.issues(shared);
  trouble('rate_limit', { retryAfterSeconds: 600 });
  const limited = await refusal(ada.client.github.issues(shared));
  github.makeTrouble('none');
  const refused = await refusal(ada.client.github.issues(shared));
  github.makeTrouble('unreachable');
  const away = await refusal(ada.client.github.issues(shared));
  const control = await bob.client.github.issues(shared);

  expect(limited.code).toBe('too_many_requests');
  expect(refused.code).toBe('not_found');
  expect(away.code).toBe('upstream_failed');
  expect(control.items.map(({ title }) => title)).toContain('Not for Ada');
});

test('what was kept is shown for a week after GitHub showed it, also by row-level security (M25)', async () => {
  const count = () => app.database.asUser(ada.userId, (db) => db.execute(sql`select 1 from github_issues`));
  await ada.client.github.issues({ ...notes, state: 'all' });
  const before = (await count()).rows.length;

  await app.database.asUser(ada.userId, (db) =>
    db.execute(sql`update github_access set seen_at = now() - interval '8 days'`),
  );
  const after = (await count()).rows.length;
  await ada.client.github.issues({ ...notes, state: 'all' });

  expect(before).toBeGreaterThan(0);
  expect(after).toBe(0);
  expect((await count()).rows.length).toBe(before);
});

test('an outage of a moment is sat out when reading, and nothing is written twice (C7)', async () => {
  trouble('outage', { times: 2 });
  const read = await ada.client.github.issues(notes);
  github.makeTrouble('outage', { times: 1 });
  const before = github.requests().length;
  const written = await refusal(ada.client.github.createIssue({ ...notes, title: 'Once' }));

  expect(read.freshness.stale).toBe(false);
  expect(written).toMatchObject({ code: 'upstream_failed', status: 502 });
  expect(github.requests().length - before).toBe(1);
});

test('limits of GitHub are honoured: a short wait is sat out, a long one is told with its length (C7)', async () => {
  trouble('secondary_limit', { times: 1, retryAfterSeconds: 1 });
  const short = await ada.client.github.labels(notes);
  github.makeTrouble('secondary_limit', { times: 9, retryAfterSeconds: 90 });
  const long = await refusal(ada.client.github.labels(notes));
  github.makeTrouble('rate_limit', { times: 9, retryAfterSeconds: 1800 });
  const primary = await refusal(ada.client.github.labels(notes));

  expect(short.items.length).toBeGreaterThan(0);
  expect(long).toMatchObject({ code: 'too_many_requests', status: 429, data: { retryAfterSeconds: 90 } });
  expect(primary.code).toBe('too_many_requests');
  expect(primary.message).toMatch(/30 minutes/);
});

test('what has not changed costs no rate limit: it is asked for with its tag (C10)', async () => {
  await ada.client.github.labels(notes);
  const before = github.requests().length;

  const again = await ada.client.github.labels(notes);

  expect(github.requests().slice(before)).toMatchObject([{ path: '/repos/ada/notes/labels', status: 304 }]);
  expect(again.items.length).toBeGreaterThan(0);
});

test('a permission that is missing is told as such, and stays apart from not being signed in (C7)', async () => {
  trouble('forbidden');

  const refused = await refusal(ada.client.github.labels(notes));

  expect(refused).toMatchObject({ code: 'forbidden', status: 403 });
  expect(refused.message).toContain('Resource not accessible by integration');
});

test('everything that was sent and answered in this file is what GitHub describes (C1)', () => {
  expect(github.violations()).toEqual([]);
});
