// One database is enough: deliveries are rows and jobs like those of publishing.test.ts, which runs on both.
import type { Id, SolveHead } from '@yudai/contract';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { deliver, type GitHubDouble, type Json, type JsonObject } from '#testing/github/index.ts';
import type { TestApp, TestUser } from '#testing/index.ts';
import { solvesBy } from '#testing/scripted-solve.ts';
import { startSolvingOnGitHub, type TestSolvingOnGitHub } from '#testing/start-solving.ts';

const secret = 'a-webhook-secret-of-the-test';
let solving: TestSolvingOnGitHub;
let github: GitHubDouble;
let app: TestApp;
let ada: TestUser;
let projectId: Id<'project'>;
let hands: TestSolvingOnGitHub['hands'];
let made = 0;

beforeAll(async () => {
  // Eve sees the repository, but is not in the project.
  const env = { YUDAI_GITHUB_WEBHOOK_SECRET: secret };
  solving = await startSolvingOnGitHub({ others: ['eve'], collaborators: ['eve'], env });
  ({ app, ada, github, projectId, hands } = solving);
  const { settings } = await ada.client.solver.settings({ projectId });
  await ada.client.solver.updateSettings({ projectId, settings: { ...settings, label: 'solve me' } });
});
afterAll(() => solving.close());
beforeEach(() => {
  solving.script = solvesBy({ 'src/queue.ts': `export const take = () => ${(made += 1) + 1};\n` });
});

test('a comment and a label start a solve of an issue that was opened on GitHub, of who may (B12 H1)', async () => {
  const [first, second] = [await openIssue('By comment'), await openIssue('By label')];
  const notes: (string | null)[] = [];
  solving.script = async (task, ports) => {
    notes.push(task.note);
    return solvesBy({ 'src/queue.ts': 'export const take = () => 9;\n' })(task, ports);
  };

  await comment(first, 'ada', 'What do you think?');
  await comment(first, 'eve', '/yudai solve');
  await label(second, 'eve', 'solve me');
  await label(second, 'ada', 'bug');
  expect(await solves()).toEqual([]);
  await comment(first, 'ada', 'Please:\n/yudai solve with two lines');
  await label(second, 'ada', 'solve me');
  await app.app.jobs.drain();

  const all = await solves();
  expect(all.map(({ title, outcome }) => [title, outcome])).toEqual([
    ['By label', 'solved'],
    ['By comment', 'solved'],
  ]);
  expect(new Set(notes)).toEqual(new Set([null, 'with two lines']));
  const issue = await ada.client.issues.get({ projectId, id: all[0]?.issueId ?? missing() });
  expect(issue).toMatchObject({ origin: 'github', status: 'solving', github: { number: second } });
});

test('what is said on the pull request starts another solve on its branch, three times at most (C6 H8)', async () => {
  const first = await published('Followed');
  const number = first.pullRequest?.number ?? missing();

  await comment(number, 'eve', '/yudai smaller', true);
  await comment(number, 'ada', 'Nice.', true);
  await app.app.jobs.drain();
  expect((await ofIssue(first.issueId)).map(({ id }) => id)).toEqual([first.id]);
  for (const wish of ['/yudai smaller', '/yudai faster', '/yudai nicer', '/yudai again']) {
    solving.script = solvesBy({ 'src/queue.ts': `export const take = () => '${wish}';\n` });
    await comment(number, 'ada', wish, true);
    await app.app.jobs.drain();
    const [last] = await ofIssue(first.issueId);
    await ada.client.solver.publish({ projectId, id: last?.id ?? missing() });
    await app.app.jobs.drain();
  }

  const all = await ofIssue(first.issueId);
  expect(all).toHaveLength(4);
  expect(new Set(all.map(({ pullRequest }) => pullRequest?.number))).toEqual(new Set([number]));
  expect((await hands.get(all[0]?.id ?? missing())).note).toBe('nicer');
});

test('a failing check starts one solve, however many fail, and none where the project does not want that (C6 H8)', async () => {
  const first = await published('Checked');
  const head = await github.repositories.git('ada/engine', 'rev-parse', first.branch ?? '');
  const sha = head.trim();
  const { settings } = await ada.client.solver.settings({ projectId });

  await ada.client.solver.updateSettings({ projectId, settings: { ...settings, followUps: false } });
  await check(sha, 'failure');
  await ada.client.solver.updateSettings({ projectId, settings });
  await check(sha, 'success');
  await app.app.jobs.drain();
  expect(await ofIssue(first.issueId)).toHaveLength(1);
  await check(sha, 'failure');
  await check(sha, 'timed_out');
  await app.app.jobs.drain();

  const [last, ...others] = await ofIssue(first.issueId);
  expect(others.map(({ id }) => id)).toEqual([first.id]);
  expect(last).toMatchObject({ parentId: first.id, branch: first.branch });
  expect((await hands.get(last?.id ?? missing())).note).toContain('"unit tests"');
});

test('a check of a commit that was seen to starts nothing more: neither a late one nor one of an older commit (C6 H8)', async () => {
  const first = await published('Seen to');
  const sha = (await github.repositories.git('ada/engine', 'rev-parse', first.branch ?? '')).trim();
  await check(sha, 'failure');
  await app.app.jobs.drain();
  await check(sha, 'failure');
  await app.app.jobs.drain();
  const [second] = await ofIssue(first.issueId);
  expect(await ofIssue(first.issueId)).toHaveLength(2);

  await ada.client.solver.publish({ projectId, id: second?.id ?? missing() });
  await app.app.jobs.drain();
  await check(sha, 'failure');
  await app.app.jobs.drain();
  expect(await ofIssue(first.issueId)).toHaveLength(2);
});

test('that a pull request was merged or closed comes back to the solve and its issue (C6 H8)', async () => {
  const [merged, closed] = [await published('Merged'), await published('Closed')];

  await pullRequest(merged, { state: 'closed', merged: true, merged_at: '2026-11-22T08:00:00Z' });
  await pullRequest(closed, { state: 'closed', merged: false });

  expect((await hands.get(merged.id)).pullRequest?.state).toBe('merged');
  expect((await hands.get(closed.id)).pullRequest?.state).toBe('closed');
  expect(await statusOf(merged)).toBe('solved');
  expect(await statusOf(closed)).toBe('draft');
  const statistics = await ada.client.solver.statistics({ projectId });
  expect(statistics.pullRequests).toMatchObject({ merged: 1, closed: 1 });
});

test('where nobody wants to be asked, what is solved is published by itself (H8 H12)', async () => {
  const { solve } = await hands.start('Unasked', { gate: 'none' });
  await app.app.jobs.drain();

  expect((await hands.get(solve.id)).pullRequest).toMatchObject({ state: 'open', draft: true });
});

async function published(title: string): Promise<SolveHead> {
  const { solve } = await hands.start(title);
  await app.app.jobs.drain();
  await ada.client.solver.publish({ projectId, id: solve.id });
  await app.app.jobs.drain();
  return hands.get(solve.id);
}

const solves = async () => (await ada.client.solver.list({ projectId })).items;
const ofIssue = async (issueId: Id<'issue'>) => (await ada.client.solver.list({ projectId, issueId })).items;
const statusOf = async ({ issueId }: SolveHead) => (await ada.client.issues.get({ projectId, id: issueId })).status;

async function openIssue(title: string): Promise<number> {
  const { body } = await github.as('ada', 'POST', '/repos/ada/engine/issues', { title, body: 'It fails.' });
  return Number((body as JsonObject)['number']);
}

async function comment(number: number, login: string, body: string, onPullRequest = false): Promise<void> {
  const shown = onPullRequest
    ? { ...(await read(`/pulls/${number}`)), pull_request: {} }
    : await read(`/issues/${number}`);
  await send('issue_comment', {
    action: 'created',
    issue: shown,
    comment: { body, user: user(login) },
    sender: user(login),
  });
}

async function label(number: number, login: string, name: string): Promise<void> {
  const issue = await read(`/issues/${number}`);
  await send('issues', { action: 'labeled', issue, label: { name }, sender: user(login) });
}

async function check(sha: string, conclusion: string): Promise<void> {
  await send('check_run', { action: 'completed', check_run: { head_sha: sha, name: 'unit tests', conclusion } });
}

async function pullRequest(solve: SolveHead, change: JsonObject): Promise<void> {
  const pull = await read(`/pulls/${solve.pullRequest?.number}`);
  const shown = { ...pull, updated_at: '2099-01-01T00:00:00Z', ...change };
  await send('pull_request', { action: 'closed', pull_request: shown });
}

async function read(path: string): Promise<JsonObject> {
  return (await github.as('ada', 'GET', `/repos/ada/engine${path}`)).body as JsonObject;
}

async function send(event: string, payload: JsonObject): Promise<void> {
  const repository: Json = await read('');
  const url = 'http://localhost/api/v1/webhooks/github';
  const answer = await deliver({ url, secret, event, payload: { ...payload, repository } }, (request) =>
    app.app.fetch(request),
  );
  expect(answer.status).toBe(202);
}

function user(login: string): JsonObject {
  return { id: solving.ids[login] ?? 0, login, type: 'User' };
}

function missing(): never {
  throw new Error('It is not there.');
}
