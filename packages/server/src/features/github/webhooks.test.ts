// One database is enough: deliveries are rows and jobs like those of github.test.ts and platform/jobs, which run on both.
import { createHmac } from 'node:crypto';
import { createRequire } from 'node:module';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { deliver, type Delivery, type GitHubDouble, type Json, startGitHubDouble } from '#testing/github/index.ts';
import { startTestApp, type TestApp } from '#testing/index.ts';

const secret = 'a-webhook-secret-of-the-test';
const notes = { owner: 'ada', name: 'notes' };
const path = 'http://localhost/api/v1/webhooks/github';

/** What people have collected of GitHub's real deliveries. */
const examples = z
  .array(z.object({ name: z.string(), examples: z.array(z.looseObject({})) }))
  .parse(createRequire(import.meta.url)('@octokit/webhooks-examples'));

let github: GitHubDouble;
let app: TestApp;

beforeAll(async () => {
  github = await startGitHubDouble();
  await github.addUser({ login: 'ada' });
  await github.addRepository({ fullName: 'ada/notes', private: true, files: { 'a.ts': 'export const a = 1;\n' } });
  await github.addRepository({ fullName: 'ada/other', private: true, files: { 'a.ts': 'export {};\n' } });
  app = await startTestApp({ env: { YUDAI_GITHUB_URL: github.url, YUDAI_GITHUB_WEBHOOK_SECRET: secret } });
  await app.client.github.connect({ token: github.personalToken('ada') });
  // Webhooks count for repositories that somebody here has been shown.
  await app.client.github.repository(notes);
});
afterAll(async () => {
  await app.close();
  await github.close();
});

async function send(delivery: Omit<Delivery, 'url' | 'secret'>): Promise<{ status: number; outcome: string }> {
  const answer = await deliver({ url: path, secret, ...delivery }, (request) => app.app.fetch(request));
  const body = (await answer.json()) as { outcome?: string; error?: { code: string } };
  return { status: answer.status, outcome: body.outcome ?? body.error?.code ?? '' };
}

async function issuePayload(number: number, change: Record<string, Json> = {}, action = 'edited'): Promise<Json> {
  const issue = (await github.as('ada', 'GET', `/repos/ada/notes/issues/${number}`)).body;
  const repository = (await github.as('ada', 'GET', '/repos/ada/notes')).body ?? null;
  return { action, issue: { ...(issue as Record<string, Json>), ...change }, repository, sender: { login: 'ada' } };
}

async function keptTitle(number: number): Promise<unknown> {
  const { rows } = await app.database.asSystem((db) =>
    db.execute<{ title: string }>(sql`select title from github_issues where number = ${number}`),
  );
  return rows[0]?.title ?? null;
}

test('a delivery without the right signature changes nothing, and is written down (C8 S7)', async () => {
  const issue = await app.client.github.createIssue({ ...notes, title: 'True' });
  const payload = await issuePayload(issue.number, { title: 'Forged', updated_at: '2099-01-01T00:00:00Z' });
  const body = JSON.stringify(payload);
  const forgeries: (string | null)[] = [
    null,
    '',
    'sha256=',
    `sha256=${'0'.repeat(64)}`,
    `sha1=${createHmac('sha1', secret).update(body).digest('hex')}`,
    `sha256=${createHmac('sha256', 'another secret').update(body).digest('hex')}`,
    `sha256=${createHmac('sha256', secret).update(`${body} `).digest('hex')}`,
    createHmac('sha256', secret).update(body).digest('hex'),
  ];

  for (const signature of forgeries) {
    expect(await send({ event: 'issues', payload, signature })).toEqual({ status: 403, outcome: 'forbidden' });
  }

  expect(await keptTitle(issue.number)).toBe('True');
  const { items } = await app.client.audit.list({ action: 'github.webhook_refused' });
  expect(items).toHaveLength(forgeries.length);
  // The control: signed as it should be, the same delivery counts.
  expect(await send({ event: 'issues', payload })).toEqual({ status: 202, outcome: 'handled' });
  expect(await keptTitle(issue.number)).toBe('Forged');
});

test('a delivery counts once, also when it is replayed or comes ten times at the same moment (C8)', async () => {
  const issue = await app.client.github.createIssue({ ...notes, title: 'Once' });
  const payload = await issuePayload(issue.number, { title: 'Renamed', updated_at: '2030-01-01T00:00:00Z' });
  const delivery = '72d3162e-cc78-11e3-81ab-4c9367dc0958';

  const outcomes = await Promise.all(Array.from({ length: 10 }, () => send({ event: 'issues', payload, delivery })));
  await app.database.asSystem((db) =>
    db.execute(sql`update github_issues set title = 'Since' where number = ${issue.number}`),
  );
  const replayed = await send({ event: 'issues', payload, delivery });

  expect(outcomes.map(({ outcome }) => outcome).toSorted()).toEqual([...Array<string>(9).fill('duplicate'), 'handled']);
  expect(replayed).toEqual({ status: 202, outcome: 'duplicate' });
  expect(await keptTitle(issue.number)).toBe('Since');
});

test('what arrives late does not undo what is newer (C8)', async () => {
  const issue = await app.client.github.createIssue({ ...notes, title: 'First' });
  const newer = await issuePayload(issue.number, { title: 'Third', updated_at: '2031-01-03T00:00:00Z' });
  const older = await issuePayload(issue.number, { title: 'Second', updated_at: '2031-01-02T00:00:00Z' });

  await send({ event: 'issues', payload: newer });
  await send({ event: 'issues', payload: older });

  expect(await keptTitle(issue.number)).toBe('Third');
});

test('old deliveries are forgotten, so that the table stays small (C8)', async () => {
  await app.database.asSystem((db) =>
    db.execute(sql`insert into github_deliveries (id, event, received_at)
      select 'old-' || n, 'push', now() - interval '8 days' from generate_series(1, 500) n`),
  );

  await send({ event: 'ping', payload: { zen: 'Keep it logically awesome.' } });

  const { rows } = await app.database.asSystem((db) =>
    db.execute(sql`select 1 from github_deliveries where id like 'old-%'`),
  );
  expect(rows).toEqual([]);
});

test('what is no delivery is refused by its shape, its type and its size (C8)', async () => {
  const post = (body: string, headers: Record<string, string>) =>
    app.fetch('/api/v1/webhooks/github', {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...headers },
    });
  const signed = (body: string) => ({
    'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
  });
  const names = { 'x-github-event': 'issues', 'x-github-delivery': 'aaaaaaaa-bbbb' };
  const large = JSON.stringify({ text: 'x'.repeat(6 * 1024 * 1024) });

  const statuses = [
    (await post('{', { ...signed('{'), ...names })).status,
    (await post('{}', signed('{}'))).status,
    (await post('{}', { ...signed('{}'), ...names, 'x-github-event': 'issues; drop' })).status,
    (await post(large, { ...signed(large), ...names })).status,
    (await post('payload=%7B%7D', { ...names, 'content-type': 'application/x-www-form-urlencoded' })).status,
  ];

  expect(statuses).toEqual([400, 400, 400, 413, 415]);
});

test('without a secret there is no such door (C8)', async () => {
  await using closed = await startTestApp();

  const answer = await deliver({ url: path, secret, event: 'push', payload: {} }, (request) =>
    closed.app.fetch(request),
  );

  expect(answer.status).toBe(404);
});

test('every example that GitHub publishes is answered, and none is a failure (C8)', async () => {
  const deliveries = examples.flatMap(({ name, examples: payloads }) =>
    payloads.map((payload) => ({ event: name, payload: payload as unknown as Json })),
  );
  // The repositories of the examples are made known, so that their contents are read and kept.
  const known = new Map<number, string>();
  for (const { payload } of deliveries) {
    const { repository } = payload as { repository?: { id?: number; full_name?: string } };
    if (repository?.id !== undefined && repository.full_name !== undefined)
      known.set(repository.id, repository.full_name);
  }
  await app.database.asSystem(async (db) => {
    for (const [id, fullName] of known) {
      await db.execute(sql`insert into github_repositories (id, full_name, owner, name, private, archived, fork, default_branch, url, synced_at)
        values (${id}, ${fullName}, split_part(${fullName}, '/', 1), split_part(${fullName}, '/', 2), false, false, false, 'main', '', now())
        on conflict do nothing`);
    }
  });

  const outcomes = new Map<string, Set<string>>();
  for (const { event, payload } of deliveries) {
    const { status, outcome } = await send({ event, payload });
    expect([event, status]).toEqual([event, 202]);
    outcomes.set(event, (outcomes.get(event) ?? new Set()).add(outcome));
  }

  expect(deliveries.length).toBeGreaterThan(200);
  for (const event of [
    'push',
    'issues',
    'pull_request',
    'check_run',
    'check_suite',
    'repository',
    'member',
    'github_app_authorization',
  ]) {
    expect([event, [...(outcomes.get(event) ?? [])]]).toEqual([event, expect.arrayContaining(['handled'])]);
  }
  const { rows } = await app.database.asSystem((db) => db.execute(sql`select 1 from github_pull_requests`));
  expect(rows.length).toBeGreaterThan(0);
});

test('a push indexes the projects that follow its branch again, and tells who watches (C8 E9)', async () => {
  const source = { kind: 'github' as const, repository: 'ada/notes' };
  const { project } = await app.client.projects.connect({ source });
  const other = await app.client.projects.connect({ source: { kind: 'github', repository: 'ada/other' } });
  await app.app.jobs.drain();
  const before = await app.client.projects.get({ id: project.id });
  const push = await github.pushCommit('ada/notes', { files: { 'b.ts': 'export const added = 2;\n' } });
  const payload = await github.pushPayload('ada/notes', push);

  const outcomes = [await send({ event: 'push', payload }), await send({ event: 'push', payload })];
  const runs = (await app.client.codebase.analyses({ projectId: project.id })).items.length;
  await app.app.jobs.drain();
  const late = await send({ event: 'push', payload });
  await app.app.jobs.drain();

  expect(outcomes.map(({ outcome }) => outcome)).toEqual(['handled', 'handled']);
  expect(late.outcome).toBe('handled');
  expect(before.commit).toBe(push.before);
  expect(await app.client.projects.get({ id: project.id })).toMatchObject({ commit: push.after, fileCount: 2 });
  // One for connecting and one for both pushes: what waits reads the branch when it begins; what is indexed is not indexed again.
  expect(runs).toBe(2);
  expect((await app.client.codebase.analyses({ projectId: project.id })).items).toHaveLength(2);
  expect((await app.client.codebase.analyses({ projectId: other.project.id })).items).toHaveLength(1);
  const { rows } = await app.database.asSystem((db) =>
    db.execute<{ topic: string }>(sql`select topic from live_events where type = 'github_update'`),
  );
  expect(new Set(rows.map(({ topic }) => topic))).toEqual(new Set([`project:${project.id}`]));
});

test('a push to another branch, a deleted branch and a tag index nothing (C8)', async () => {
  const { project } = await app.client.projects.connect({
    source: { kind: 'github', repository: 'ada/notes' },
    ref: 'main',
  });
  await app.app.jobs.drain();
  const push = await github.pushCommit('ada/notes', { branch: 'aside', files: { 'c.ts': '' } });
  const payload = await github.pushPayload('ada/notes', push);

  await send({ event: 'push', payload });
  await send({ event: 'push', payload: { ...payload, ref: 'refs/heads/main', deleted: true, after: '0'.repeat(40) } });
  await send({ event: 'push', payload: { ...payload, ref: 'refs/tags/main' } });
  await app.app.jobs.drain();

  expect((await app.client.codebase.analyses({ projectId: project.id })).items).toHaveLength(1);
});

test('a repository that turned private is shown to nobody before GitHub does so again (M3)', async () => {
  await app.client.github.repository(notes);
  const repository = (await github.as('ada', 'GET', '/repos/ada/notes')).body ?? null;
  const { rows: before } = await app.database.asSystem((db) =>
    db.execute(
      sql`select 1 from github_access a join github_repositories r on r.id = a.repository_id where r.full_name = 'ada/notes'`,
    ),
  );

  await send({ event: 'repository', payload: { action: 'privatized', repository } });

  const { rows: after } = await app.database.asSystem((db) =>
    db.execute(
      sql`select 1 from github_access a join github_repositories r on r.id = a.repository_id where r.full_name = 'ada/notes'`,
    ),
  );
  expect([before.length, after.length]).toEqual([1, 0]);
  expect(await app.client.github.repository(notes)).toMatchObject({ fullName: 'ada/notes' });
});

test('everything that was sent and answered in this file is what GitHub describes (C1)', () => {
  expect(github.violations()).toEqual([]);
});
