import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jobsOverview, pageOf, job as jobSchema } from '@yudai/contract';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '#testing/index.ts';

let app: TestApp;
let folder: string;
beforeAll(async () => {
  app = await startTestApp();
  folder = await mkdtemp(join(tmpdir(), 'yudai-jobs-'));
  await writeFile(join(folder, 'a.ts'), 'export const a = 1;\n');
});
afterAll(async () => {
  await app.close();
  await rm(folder, { recursive: true, force: true });
});

async function connect(): Promise<{
  projectId: string & { readonly __kind: 'project' };
  jobId: string & { readonly __kind: 'job' };
}> {
  const { project, job } = await app.client.projects.connect({ source: { kind: 'folder', path: folder } });
  await app.app.jobs.drain();
  return { projectId: project.id, jobId: job.id };
}

test('a poll of a job answers what the contract says, with every step (J5)', async () => {
  const { jobId } = await connect();

  const response = await app.fetch(`/api/v1/jobs/${jobId}`);
  const job = await app.client.jobs.get({ id: jobId });

  expect(response.status).toBe(200);
  expect(job).toMatchObject({ kind: 'project.connect', status: 'completed', progress: 100, error: null });
  expect(job.steps.map(({ name, status }) => [name, status])).toEqual([
    ['fetch', 'completed'],
    ['announce', 'completed'],
  ]);
});

test('the list of a project has `items`, newest first, and pages to its end without a gap or a repeat (J8)', async () => {
  const { projectId } = await connect();
  await app.client.codebase.index({ projectId });
  await app.app.jobs.drain();

  const whole = await app.client.jobs.listOfProject({ projectId });
  const paged: string[] = [];
  for (let cursor: string | undefined; ;) {
    const page = await app.client.jobs.list({ projectId, limit: 1, ...(cursor === undefined ? {} : { cursor }) });
    paged.push(...page.items.map(({ id }) => id));
    if (page.nextCursor === null) break;
    cursor = page.nextCursor;
  }

  const raw: unknown = await (await app.fetch(`/api/v1/jobs/${projectId}/list`)).json();
  expect(pageOf(jobSchema).safeParse(raw).success).toBe(true);
  expect(whole.items.map(({ kind }) => kind)).toEqual(['codebase.index', 'codebase.index', 'project.connect']);
  expect(paged).toEqual(whole.items.map(({ id }) => id));
});

test('the overview is not taken for a job of that name, and counts what there is (J15)', async () => {
  await connect();

  const overview = await app.client.jobs.overview({});

  expect(jobsOverview.safeParse(overview).success).toBe(true);
  expect(overview.byStatus.completed).toBeGreaterThanOrEqual(2);
  expect(overview.byKind.find(({ kind }) => kind === 'codebase.index')?.completed).toBeGreaterThanOrEqual(1);
  expect(overview.workers).toHaveLength(1);
  expect(overview.perDay.at(-1)?.completed).toBeGreaterThanOrEqual(2);
});

test("another person's job is not there: not to read, list, cancel, retry or answer (B11 J9)", async () => {
  const { projectId, jobId } = await connect();
  const other = await app.as('other');

  const refusals = await Promise.all([
    other.client.jobs.get({ id: jobId }).catch((error: unknown) => error),
    other.client.jobs.cancel({ id: jobId }).catch((error: unknown) => error),
    other.client.jobs.retry({ id: jobId }).catch((error: unknown) => error),
    other.client.jobs
      .respond({ id: jobId, answers: [{ questionId: 'a', answer: 'b' }] })
      .catch((error: unknown) => error),
  ]);
  const listed = await other.client.jobs.list({});

  expect(refusals.map((error) => (error as { code: string }).code)).toEqual(Array(4).fill('not_found'));
  expect(listed.items).toEqual([]);
  expect((await other.client.jobs.listOfProject({ projectId }).catch(() => ({ items: [] }))).items).toEqual([]);
});

test('what has ended cannot be cancelled or answered, and says so (J9)', async () => {
  const { jobId } = await connect();

  const cancelled = await app.client.jobs.cancel({ id: jobId }).catch((error: unknown) => error);
  const answered = await app.client.jobs
    .respond({ id: jobId, answers: [{ questionId: 'a', answer: true }] })
    .catch((error: unknown) => error);

  expect(cancelled).toMatchObject({ code: 'conflict', status: 409 });
  expect(answered).toMatchObject({ code: 'conflict', status: 409 });
});

test('a failed job is started again as a new one that names the old (J1)', async () => {
  const { project, job } = await app.client.projects.connect({ source: { kind: 'folder', path: folder } });
  await app.app.jobs.drain();
  await app.database.asSystem((db) =>
    db.execute(
      sql`update jobs set status = 'failed', result = null, error = '{"code":"timeout","message":"x"}' where id = ${job.id}`,
    ),
  );

  const again = await app.client.jobs.retry({ id: job.id });
  await app.app.jobs.drain();

  expect(again).toMatchObject({ retryOf: job.id, kind: 'project.connect', projectId: project.id });
  expect((await app.client.jobs.get({ id: again.id })).status).toBe('completed');
});
