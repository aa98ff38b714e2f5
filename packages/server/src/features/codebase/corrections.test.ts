// One database is enough: a correction is one row under policies, which tenant-isolation.test.ts tries on both.
import { sql } from 'drizzle-orm';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import type { FileCategory, Id, Topic } from '@yudai/contract';
import { startTestApp, type TestApp } from '#testing/index.ts';
import { connectAndIndex, makeRepository, type TestRepository } from '#testing/make-repository.ts';

const probe = 'tools/retry-probe.ts';
const queue = 'src/queue.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
  return () => app.close();
});

test('a corrected category is what the tree and the file say, beside what the file says of itself (G16)', async () => {
  const { projectId } = await newProject();

  const entry = await correct(projectId, probe, 'test');

  expect(entry).toMatchObject({ path: probe, kind: 'file', category: 'test' });
  expect(await categoryInTree(projectId)).toBe('test');
  expect(await fileAt(projectId, probe)).toMatchObject({ category: 'test', ownCategory: 'source' });
  expect(await fileAt(projectId, queue)).toMatchObject({ category: 'source', ownCategory: 'source' });
});

test('an open snapshot ranks by the correction from the next question on (G16)', async () => {
  const { projectId } = await newProject();
  const before = await found(projectId);

  await correct(projectId, probe, 'test');
  const hidden = await found(projectId);
  const asked = await found(projectId, { tests: true });
  await correct(projectId, probe, null);

  expect(before).toContain(probe);
  expect(hidden).not.toContain(probe);
  expect(hidden).toContain(queue);
  expect(asked).toContain(probe);
  expect(await found(projectId)).toContain(probe);
});

test('a correction stays when the project is indexed again, also when the file has changed (G16)', async () => {
  const { projectId, repository } = await newProject();
  await correct(projectId, probe, 'test');
  await repository.write({ [probe]: 'export const retryProbe = 2;\n', 'src/late.ts': 'export const late = 1;\n' });
  await repository.commit('Change');

  await app.client.codebase.index({ projectId });
  await app.app.jobs.drain();

  expect((await fileAt(projectId, 'src/late.ts')).text).toContain('late');
  expect(await fileAt(projectId, probe)).toMatchObject({ category: 'test', ownCategory: 'source' });
  expect(await found(projectId)).not.toContain(probe);
});

test.each([
  ['null', null],
  ['what the file says of itself', 'source' as const],
])('%s takes a correction back, and nothing of it is kept (G16)', async (_, category) => {
  const { projectId } = await newProject();
  await correct(projectId, probe, 'docs');

  const entry = await correct(projectId, probe, category);

  const { rows } = await app.database.asSystem((db) =>
    db.execute(sql`select from codebase_corrections where project_id = ${projectId}`),
  );
  expect(entry.category).toBe('source');
  expect(await categoryInTree(projectId)).toBe('source');
  expect(rows).toEqual([]);
});

test('who watches the project hears of a correction, and of none where nothing changed (G16)', async () => {
  const { projectId } = await newProject();
  const topic: Topic = `project:${projectId}`;
  const heard = async () =>
    (
      await app.database.asSystem((db) =>
        db.execute(sql`select 1 from live_events where topic = ${topic} and data ->> 'change' = 'corrected'`),
      )
    ).rows.length;

  await correct(projectId, probe, 'test');
  await correct(projectId, probe, 'test');

  expect(await heard()).toBe(1);
});

test('questions asked while files are corrected are answered (G16)', async () => {
  const { projectId } = await newProject();
  const categories: FileCategory[] = ['test', 'docs', 'data', 'test', 'config', 'source'];

  const answers = await Promise.all(
    categories.map(async (category) => {
      const asked = Array.from({ length: 4 }, () => found(projectId, { tests: true }));
      await correct(projectId, probe, category);
      return Promise.all([...asked, found(projectId, { tests: true })]);
    }),
  );

  for (const paths of answers.flat()) expect(paths).toContain(queue);
});

test.each([
  ['a path that is not there', { path: 'src/nowhere.ts' }, 'not_found'],
  ['a directory', { path: 'src' }, 'not_found'],
  ['a category that is none', { category: 'generated' }, 'invalid_input'],
  ['no category at all', { category: undefined }, 'invalid_input'],
])('%s is refused (G16)', async (_, wrong, code) => {
  const { projectId } = await newProject();

  const response = await app.fetch(`/api/v1/projects/${projectId}/files`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ path: probe, category: 'test', ...wrong }),
  });

  expect(await response.json()).toMatchObject({ error: { code } });
});

test('another person can neither make nor see a correction, in the database either (G16 B10)', async () => {
  const { projectId } = await newProject();
  const stranger = await app.as('stranger');
  await correct(projectId, probe, 'test');

  const attempt = stranger.client.codebase.updateFile({ projectId, path: probe, category: 'docs' });

  await expect(attempt).rejects.toMatchObject({ code: 'not_found' });
  expect(await categoryInTree(projectId)).toBe('test');
  const { rows } = await app.database.asUser(stranger.userId, (db) =>
    db.execute(sql`select from codebase_corrections`),
  );
  expect(rows).toEqual([]);
});

async function newProject(): Promise<{ projectId: Id<'project'>; repository: TestRepository }> {
  const repository = await makeRepository({
    [queue]: 'export function retryProbeQueue(retryProbe: number): number {\n  return retryProbe + 1;\n}\n',
    [probe]: 'export const retryProbe = 1;\n',
    'README.md': '# Demo\n',
  });
  onTestFinished(() => repository.remove());
  const { project } = await connectAndIndex(app, repository.folder);
  return { projectId: project.id, repository };
}

function correct(projectId: Id<'project'>, path: string, category: FileCategory | null) {
  return app.client.codebase.updateFile({ projectId, path, category });
}

function fileAt(projectId: Id<'project'>, path: string) {
  return app.client.codebase.file({ projectId, path });
}

async function categoryInTree(projectId: Id<'project'>) {
  const { items } = await app.client.codebase.tree({ projectId, path: 'tools' });
  return items.find(({ path }) => path === probe)?.category;
}

async function found(projectId: Id<'project'>, options: { tests?: boolean } = {}): Promise<string[]> {
  const { hits } = await app.client.codebase.search({ projectId, query: 'retryProbe', ...options });
  return hits.map(({ path }) => path);
}
