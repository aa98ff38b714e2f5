// One database is enough: what GitHub says differs here; cards are stored and read on both by cards.test.ts.
import type { Id, NewCard } from '@yudai/contract';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type GitHubDouble, startGitHubDouble } from '#testing/github/index.ts';
import { startTestApp, type TestApp, type TestUser } from '#testing/index.ts';

let github: GitHubDouble;
let app: TestApp;
let ada: TestUser;
let projectId: Id<'project'>;
const engine = { owner: 'ada', name: 'engine' };

beforeAll(async () => {
  github = await startGitHubDouble();
  await github.addUser({ login: 'ada' });
  await github.addRepository({ fullName: 'ada/engine', private: true, files: { 'a.ts': 'export const one = 1;\n' } });
  app = await startTestApp({ env: { YUDAI_GITHUB_URL: github.url } });
  ada = await app.as('ada');
  await ada.client.github.connect({ token: github.personalToken('ada') });
  const { project } = await ada.client.projects.connect({ source: { kind: 'github', repository: 'ada/engine' } });
  await app.app.jobs.drain();
  projectId = project.id;
});
afterAll(async () => {
  await app.close();
  await github.close();
});

test('an issue is kept with its comments, and while GitHub is away what was read of it, saying how old it is (C10 D14)', async () => {
  const issue = await ada.client.github.createIssue({ ...engine, title: 'It stalls', body: 'After <b>an hour</b>.' });
  await ada.client.github.createComment({ ...engine, number: issue.number, body: 'Here too.' });

  const made = await keep({ source: 'issue', number: issue.number });
  expect(made).toMatchObject({
    title: `#${issue.number} It stalls`,
    source: 'issue',
    category: 'requirement',
    anchor: { kind: 'issue', repository: 'ada/engine', number: issue.number },
  });
  expect(made.content).toContain(`Issue ada/engine#${issue.number}: It stalls`);
  expect(made.content).toContain('After <b>an hour</b>.');
  expect(made.content).toContain('Here too.');

  github.makeTrouble('unreachable');
  onTestFinished(() => github.makeTrouble('none'));
  const again = await ada.client.cards.refresh({ projectId, id: made.id });

  expect(again.content).toContain('After <b>an hour</b>.');
  expect(again.content).toContain('1 of 1 comments are not here');
  expect(new Date(again.readAt ?? '').getTime()).toBeLessThan(new Date(again.updatedAt).getTime());
});

test('a pull request is kept with the names of what it changes, a commit with its message (D14)', async () => {
  const push = await github.pushCommit('ada/engine', {
    branch: 'topic',
    files: { 'b.ts': 'export const two = 2;\n' },
    message: 'Add two',
  });
  const pull = await ada.client.github.createPullRequest({
    ...engine,
    title: 'Two',
    head: 'topic',
    base: 'main',
    body: 'See.',
  });

  const kept = await keep({ source: 'pull_request', number: pull.number });
  const commit = await keep({ source: 'commit', sha: push.after });

  expect(kept).toMatchObject({ title: `#${pull.number} Two`, source: 'pull_request', category: 'reference' });
  expect(kept.content).toContain('topic into main');
  expect(commit).toMatchObject({ title: 'Add two', anchor: { kind: 'commit', sha: push.after } });
  expect(commit.content).not.toContain('two = 2');
});

test('numbers that GitHub does not know are not found (D14)', async () => {
  for (const source of ['issue', 'pull_request'] as const) {
    await expect(keep({ source, number: 9999 })).rejects.toMatchObject({ code: 'not_found' });
  }
});

function keep(from: NewCard) {
  return ada.client.cards.create({ projectId, from });
}
