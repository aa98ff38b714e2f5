import { type Id, type Issue, issueDocument, type Job } from '@yudai/contract';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { z } from 'zod';
import { deliver, type GitHubDouble, type Json, startGitHubDouble } from '#testing/github/index.ts';
import { startTestApp, type TestApp, type TestUser } from '#testing/index.ts';

const secret = 'a-webhook-secret-of-the-test';
const engine = { owner: 'ada', name: 'engine' };
let github: GitHubDouble;
let app: TestApp;
let ada: TestUser;
let bob: TestUser;
let projectId: Id<'project'>;

beforeAll(async () => {
  github = await startGitHubDouble();
  await github.addUser({ login: 'ada' });
  await github.addUser({ login: 'bob' });
  await github.addRepository({
    fullName: 'ada/engine',
    private: true,
    files: { 'src/a.ts': 'export const one = 1;\n' },
    collaborators: ['bob'],
  });
  for (const name of ['bug', 'later'])
    await github.as('ada', 'POST', '/repos/ada/engine/labels', { name, color: 'ff0000' });
  app = await startTestApp({ env: { YUDAI_GITHUB_URL: github.url, YUDAI_GITHUB_WEBHOOK_SECRET: secret } });
  ada = await app.as('ada');
  bob = await app.as('bob');
  await ada.client.github.connect({ token: github.personalToken('ada') });
  await bob.client.github.connect({ token: github.personalToken('bob') });
  const { project } = await ada.client.projects.connect({ source: { kind: 'github', repository: 'ada/engine' } });
  await app.app.jobs.drain();
  projectId = project.id;
  await app.database.asSystem((db) =>
    db.execute(
      `insert into project_members (project_id, user_id, role, since) values ('${projectId}', '${bob.userId}', 'member', now())`,
    ),
  );
});
afterAll(async () => {
  await app.close();
  await github.close();
});

const make = (title: string, more: object = {}): Promise<Issue> =>
  ada.client.issues.create({ projectId, document: issueDocument.parse({ title, problem: 'It fails.' }), ...more });
const get = (id: Id<'issue'>) => ada.client.issues.get({ projectId, id });
const trouble = (kind: 'held' | 'lost_answer' | 'unreachable' | 'forbidden'): void => {
  github.makeTrouble(kind, kind === 'held' || kind === 'lost_answer' ? { times: 1 } : {});
  onTestFinished(() => github.makeTrouble('none'));
};

async function atGitHub(title: string) {
  const { body } = await github.as('ada', 'GET', '/repos/ada/engine/issues?state=all&per_page=100');
  return z
    .array(z.object({ number: z.number(), title: z.string(), body: z.string().nullable() }))
    .parse(body)
    .filter((issue) => issue.title === title);
}

async function publish(made: Issue, who: TestUser = ada): Promise<Issue> {
  await who.client.issues.publish({ projectId, id: made.id, version: made.version });
  await app.app.jobs.drain();
  return get(made.id);
}

test('what was previewed is published, with its labels and assignees, and linked both ways (F2 F3 F4)', async () => {
  const made = await make('Linked', { labels: ['bug', 'later'], assignees: ['bob'] });
  const preview = await ada.client.issues.preview({ projectId, id: made.id });
  expect(made.status).toBe('draft');

  const published = await publish(made);

  const [there] = await atGitHub('Linked');
  const shown = await ada.client.github.issue({ ...engine, number: there?.number ?? 0 });
  expect(shown).toMatchObject({ title: preview.title, body: preview.body, assignees: ['bob'] });
  expect(shown.labels.toSorted()).toEqual(['bug', 'later']);
  expect(shown.body).toContain(`<!-- yudai:${made.id} -->`);
  expect(published).toMatchObject({
    status: 'published',
    publishedVersion: 1,
    publishingJobId: null,
    github: { repository: 'ada/engine', number: shown.number, url: shown.url, state: 'open', changed: [] },
  });
  const { items } = await ada.client.audit.list({});
  expect(items.map(({ action }) => action)).toEqual(
    expect.arrayContaining(['issue.published', 'github.issue_created']),
  );
});

test('a double click, two people and a second time publish one issue (F3)', async () => {
  const made = await make('Once');
  const clicks = await Promise.all(
    [ada, ada, bob].map(({ client }) => client.issues.publish({ projectId, id: made.id, version: 1 })),
  );
  await app.app.jobs.drain();
  const again = await bob.client.issues.publish({ projectId, id: made.id, version: 1 });
  const old = await ada.fetch(`/api/v1/projects/${projectId}/issues/${made.id}/create-github-issue`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ version: 1 }),
  });

  expect(new Set(clicks.map(({ job }) => job?.id)).size).toBe(1);
  expect(again).toMatchObject({ job: null, issue: { status: 'published' } });
  expect(old.status).toBe(202);
  expect(await atGitHub('Once')).toHaveLength(1);
});

test('an answer that got lost is found again, and no second issue is made (F3 C7)', async () => {
  const made = await make('Lost answer');
  loseAnswerTo('POST');

  const published = await publish(made);

  expect(published).toMatchObject({ status: 'published', failure: null });
  expect(await atGitHub('Lost answer')).toHaveLength(1);
  expect(published.github?.number).toBe((await atGitHub('Lost answer'))[0]?.number);
});

test('a process that ends between GitHub’s yes and our note leaves one issue, which is found (F3 N12)', async () => {
  const made = await make('Between');
  loseAnswerTo('POST', 'held');
  const { job } = await ada.client.issues.publish({ projectId, id: made.id, version: 1 });
  await vi.waitFor(async () => expect(await atGitHub('Between')).toHaveLength(1), 15_000);
  await ada.client.jobs.cancel({ id: job?.id ?? ('' as Id<'job'>) });
  github.makeTrouble('none');
  await app.app.jobs.drain();
  expect(await get(made.id)).toMatchObject({ status: 'draft', github: null, publishingJobId: null });

  const published = await publish(made, bob);

  expect(published.status).toBe('published');
  expect(await atGitHub('Between')).toHaveLength(1);
});

test('when GitHub is away or says no the draft stays, says why, and can be published later (F3 C7)', async () => {
  const made = await make('Refused');
  trouble('forbidden');
  const failed = await publish(made);
  expect(failed).toMatchObject({ status: 'draft', github: null, publishingJobId: null });
  expect(failed.failure?.message).toMatch(/GitHub/);

  github.makeTrouble('none');
  expect(await publish(made)).toMatchObject({ status: 'published', failure: null });
});

test('another version than the one that was looked at is not published (F2 F3)', async () => {
  const made = await make('Changed meanwhile');
  await bob.client.issues.update({ projectId, id: made.id, version: 1, document: { problem: 'Other.' } });

  await expect(ada.client.issues.publish({ projectId, id: made.id, version: 1 })).rejects.toMatchObject({
    code: 'conflict',
    data: { version: 2 },
  });
  expect(await atGitHub('Changed meanwhile')).toEqual([]);
});

test('a job of publishing that is started again by hand makes no second issue (F3 J10)', async () => {
  const made = await make('Retried');
  trouble('forbidden');
  const { job } = await ada.client.issues.publish({ projectId, id: made.id, version: 1 });
  await app.app.jobs.drain();
  github.makeTrouble('none');
  await publish(made);

  const again: Job = await ada.client.jobs.retry({ id: job?.id ?? ('' as Id<'job'>) });
  await app.app.jobs.drain();

  expect((await ada.client.jobs.get({ id: again.id })).status).toBe('completed');
  expect(await atGitHub('Retried')).toHaveLength(1);
});

test('what changes at GitHub is shown, and what is written here stays as it is (F5 C8)', async () => {
  const published = await publish(await make('Watched', { labels: ['bug'] }));
  const number = published.github?.number ?? 0;
  await ada.client.issues.update({ projectId, id: published.id, version: 1, document: { problem: 'My own words.' } });

  await tell(number, 'edited', { title: 'Renamed there', updated_at: '2099-01-01T00:00:00Z' });
  const renamed = await get(published.id);
  expect((await ada.client.issues.statistics({ projectId })).changedOnGithub).toBe(1);
  await tell(number, 'closed', { state: 'closed', state_reason: 'completed', updated_at: '2099-01-02T00:00:00Z' });
  const closed = await get(published.id);
  await tell(number, 'edited', { title: 'Late news', state: 'open', updated_at: '2098-01-01T00:00:00Z' });
  const late = await get(published.id);
  await tell(number, 'reopened', { state: 'open', updated_at: '2099-01-03T00:00:00Z' });
  const reopened = await get(published.id);
  await tell(number, 'deleted');

  expect(renamed.github?.changed).toEqual([{ field: 'title', published: 'Watched', onGithub: 'Renamed there' }]);
  expect(renamed).toMatchObject({ title: 'Watched', version: 2, document: { problem: 'My own words.' } });
  expect(closed).toMatchObject({ status: 'closed', github: { state: 'closed' } });
  expect(late).toMatchObject({ status: 'closed', github: { state: 'closed' } });
  expect(reopened).toMatchObject({ status: 'published', github: { state: 'open' } });
  expect((await get(published.id)).github?.state).toBe('deleted');
});

test('an issue is closed and opened again here and there; without webhooks it can be asked how it stands (F5 F10)', async () => {
  const published = await publish(await make('Closed here'));
  const at = { projectId, id: published.id };
  const number = published.github?.number ?? 0;

  expect(await ada.client.issues.close({ ...at, reason: 'not_planned' })).toMatchObject({ status: 'closed' });
  expect(await ada.client.github.issue({ ...engine, number })).toMatchObject({
    state: 'closed',
    stateReason: 'not_planned',
  });
  expect(await ada.client.issues.reopen(at)).toMatchObject({ status: 'published', github: { state: 'open' } });
  await github.as('ada', 'PATCH', `/repos/ada/engine/issues/${number}`, { state: 'closed' });
  expect(await ada.client.issues.refresh(at)).toMatchObject({ status: 'closed' });
  await expect(ada.client.issues.remove(at)).rejects.toMatchObject({ code: 'conflict' });
  await expect(ada.client.issues.archive(at)).resolves.toMatchObject({ archived: true });
});

test('likely duplicates at GitHub and labels that it does not have are found, and said while it is away (F9)', async () => {
  await ada.client.github.createIssue({
    ...engine,
    title: 'Engine overheats when the governor sticks',
    body: 'The governor sticks.',
  });
  const made = await make('The governor sticks and the engine overheats', { labels: ['bug', 'imaginary'] });
  const at = { projectId, id: made.id };

  const readiness = await ada.client.issues.check(at);
  expect(readiness.duplicates[0]).toMatchObject({ title: 'Engine overheats when the governor sticks', state: 'open' });
  expect(readiness.reasons.filter(({ code }) => code === 'label_unknown').map((it) => it.at)).toEqual(['imaginary']);

  trouble('unreachable');
  const away = await ada.client.issues.check(at);
  expect(away.duplicates[0]?.title).toBe('Engine overheats when the governor sticks');
});

test('everything that was sent and answered in this file is what GitHub describes (C1)', () => {
  expect(github.violations()).toEqual([]);
});

/** The next request of this method is done by GitHub, and its answer gets lost or waits. */
function loseAnswerTo(method: string, kind: 'held' | 'lost_answer' = 'lost_answer'): void {
  github.makeTrouble(kind, { times: 1, method });
  onTestFinished(() => github.makeTrouble('none'));
}

async function tell(number: number, action: string, change: Record<string, Json> = {}): Promise<void> {
  const issue = (await github.as('ada', 'GET', `/repos/ada/engine/issues/${number}`)).body;
  const repository = (await github.as('ada', 'GET', '/repos/ada/engine')).body ?? null;
  const payload = {
    action,
    issue: { ...(issue as Record<string, Json>), ...change },
    repository,
    sender: { login: 'ada' },
  };
  const url = 'http://localhost/api/v1/webhooks/github';
  const answer = await deliver({ url, secret, event: 'issues', payload }, (request) => app.app.fetch(request));
  expect(answer.status).toBe(202);
}
