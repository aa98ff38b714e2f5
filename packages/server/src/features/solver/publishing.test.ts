import type { Id, Solve } from '@yudai/contract';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import type { GitHubDouble } from '#testing/github/index.ts';
import type { TestApp, TestUser } from '#testing/index.ts';
import { codeOf, solvesBy } from '#testing/scripted-solve.ts';
import { fix, startSolvingOnGitHub, type TestSolvingOnGitHub } from '#testing/start-solving.ts';

let solving: TestSolvingOnGitHub;
let github: GitHubDouble;
let app: TestApp;
let ada: TestUser;
let bob: TestUser;
let projectId: Id<'project'>;
let hands: TestSolvingOnGitHub['hands'];

beforeAll(async () => {
  solving = await startSolvingOnGitHub({ others: ['bob'] });
  ({ app, ada, github, projectId, hands } = solving);
  bob = await app.as('bob');
  await app.database.asSystem((db) =>
    db.execute(
      `insert into project_members (project_id, user_id, role, since) values ('${projectId}', '${bob.userId}', 'member', now())`,
    ),
  );
});
afterAll(() => solving.close());
beforeEach(() => {
  solving.script = solvesBy(fix);
});

test('what was previewed is pushed and opened as one draft, and again stays one (C6 H8)', async () => {
  const solve = await solved('Take gives one @bob closes #1');
  const of = { projectId, id: solve.id };
  const preview = await ada.client.solver.preview(of);
  const clicks = await Promise.all([ada.client.solver.publish(of), ada.client.solver.publish(of)]);
  await app.app.jobs.drain();
  const again = await ada.client.solver.publish(of);
  await app.app.jobs.drain();
  const published = await hands.get(solve.id);
  const pulls = await pullsOf(preview.branch);
  const message = await github.repositories.git('ada/engine', 'log', '-1', '--format=%an%n%B', preview.branch);

  expect(preview).toMatchObject({ repository: 'ada/engine', refusal: null, base: 'main', commits: [{ files: 1 }] });
  expect(new Set(clicks.map(({ job }) => job?.id)).size).toBe(1);
  expect(again.job).toBeNull();
  expect(pulls).toMatchObject([{ draft: true, title: solve.title, body: preview.body }]);
  expect(published).toMatchObject({
    branch: preview.branch,
    publishingJobId: null,
    pullRequest: { repository: 'ada/engine', number: pulls[0]?.number, state: 'open', draft: true },
  });
  expect(preview.branch).toMatch(/^yudai\/take-gives-one-bob-closes-1-\w{6}$/);
  expect(preview.body).toContain('| It gives two | test `takes two` | ✅ passed | It ran. |');
  expect(preview.body).toContain('| before | 1 | 1 | 0 |');
  expect(preview.body).not.toContain('Closes');
  expect(message.split('\n')[0]).toBe('Yudai');
  expect(message).toContain(`Yudai-Solve: ${solve.id}\nCo-authored-by: ada`);
  expect(message.trim()).toBe(`Yudai\n${preview.commits[0]?.message.trim() ?? ''}`);
  const { items } = await ada.client.audit.list({});
  expect(items.map(({ action }) => action)).toEqual(
    expect.arrayContaining(['solve.published', 'github.pull_request_created']),
  );
});

test('an issue that is on GitHub is closed by the pull request that solves it (C6 F4)', async () => {
  const issue = await hands.makeIssue('On GitHub');
  await ada.client.issues.publish({ projectId, id: issue.id, version: issue.version });
  await app.app.jobs.drain();
  const { solve } = await ada.client.solver.start({ projectId, issueId: issue.id, settings: {} });
  await app.app.jobs.drain();
  const there = await ada.client.issues.get({ projectId, id: issue.id });
  const preview = await ada.client.solver.preview({ projectId, id: solve.id });

  expect(there.status).toBe('solving');
  expect(preview.branch).toMatch(new RegExp(`^yudai/${there.github?.number}-\\w{6}$`));
  expect(preview.body).toContain(`Closes #${there.github?.number}`);
});

test('an answer that nobody heard opens no second pull request (C6 H8 N12)', async () => {
  const solve = await solved('Lost');
  github.makeTrouble('lost_answer', { times: 1, method: 'POST' });
  onTestFinished(() => github.makeTrouble('none'));

  await ada.client.solver.publish({ projectId, id: solve.id });
  await app.app.jobs.drain();

  const published = await hands.get(solve.id);
  expect(await pullsOf(published.branch ?? '')).toMatchObject([{ number: published.pullRequest?.number }]);
});

test('what is gone on from goes on in the same pull request, without force (C6 H8)', async () => {
  const first = await solved('Goes on');
  await ada.client.solver.publish({ projectId, id: first.id });
  await app.app.jobs.drain();
  const before = await hands.get(first.id);
  solving.script = solvesBy({ 'src/queue.ts': 'export const take = () => 3;\n' });
  const next = await ada.client.solver.continue({ projectId, id: first.id, note: 'Three.', settings: {} });
  await app.app.jobs.drain();
  await ada.client.solver.publish({ projectId, id: next.solve.id });
  await app.app.jobs.drain();

  const after = await hands.get(next.solve.id);
  const commits = await github.repositories.git('ada/engine', 'rev-list', '--count', `main..${after.branch ?? ''}`);
  expect(after).toMatchObject({ branch: before.branch, pullRequest: { number: before.pullRequest?.number } });
  expect(commits.trim()).toBe('2');
  expect(await pullsOf(after.branch ?? '')).toHaveLength(1);
  expect(after.failure).toBeNull();
});

test('what goes on from before a later change of a pull request has one of its own (C6 H8)', async () => {
  const first = await solved('Forks');
  await ada.client.solver.publish({ projectId, id: first.id });
  await app.app.jobs.drain();
  const branches: (string | null)[] = [];
  for (const number of [3, 4]) {
    solving.script = solvesBy({ 'src/queue.ts': `export const take = () => ${number};\n` });
    const { solve } = await ada.client.solver.continue({ projectId, id: first.id, settings: {} });
    await app.app.jobs.drain();
    await ada.client.solver.publish({ projectId, id: solve.id });
    await app.app.jobs.drain();
    const { branch, failure } = await hands.get(solve.id);
    expect(failure).toBeNull();
    branches.push(branch);
  }

  const { branch } = await hands.get(first.id);
  expect(branches[0]).toBe(branch);
  expect(branches[1]).not.toBe(branch);
  expect(await pullsOf(branches[1] ?? '')).toHaveLength(1);
});

test('a pull request that is open is given another title, where nothing else of it changes (C6 H8)', async () => {
  const solve = await solved('First title');
  const of = { projectId, id: solve.id };
  await ada.client.solver.publish(of);
  await app.app.jobs.drain();
  await ada.client.solver.publish({ ...of, title: 'Second title' });
  await app.app.jobs.drain();

  const { branch } = await hands.get(solve.id);
  expect(await pullsOf(branch ?? '')).toMatchObject([{ title: 'Second title' }]);
});

test('who may not push is told so and has the patch; a folder has nowhere to publish (C6 H8)', async () => {
  const solve = await solved('No rights');
  const of = { projectId, id: solve.id };
  const refused = await bob.client.solver.preview(of);

  expect(refused.refusal).toContain('ada/engine');
  expect(refused.refusal).toContain('The patch can be downloaded all the same.');
  expect(await codeOf(bob.client.solver.publish(of))).not.toBe('ok');
  expect((await bob.client.solver.patch(of)).text).toContain('+export const take = () => 2;');
  expect((await hands.get(solve.id)).pullRequest).toBeNull();
});

async function solved(title: string): Promise<Solve> {
  const { solve } = await hands.start(title);
  await app.app.jobs.drain();
  return hands.get(solve.id);
}

async function pullsOf(branch: string) {
  const { body } = await github.as('ada', 'GET', '/repos/ada/engine/pulls?state=all&per_page=100');
  return z
    .array(
      z.object({
        number: z.number(),
        title: z.string(),
        body: z.string().nullable(),
        draft: z.boolean(),
        head: z.object({ ref: z.string() }),
      }),
    )
    .parse(body)
    .filter(({ head }) => head.ref === branch);
}
