// One database is enough: this is about which deeds are told; entries are written and read on both by audit.test.ts.
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AuditEntry, Id } from '@yudai/contract';
import { connectAndIndex, makeRepository, type TestRepository } from '#testing/make-repository.ts';
import { startTestApp, type TestApp } from '#testing/start-test-app.ts';

let app: TestApp;
let repository: TestRepository;
let projectId: Id<'project'>;

beforeAll(async () => {
  app = await startTestApp();
  repository = await makeRepository({ 'a.ts': 'export const a = 1;\n' });
  projectId = (await connectAndIndex(app, repository.folder)).project.id;
});
afterAll(async () => {
  await app.close();
  await repository.remove();
});

/** What the work wrote down, oldest first. */
async function writtenBy(work: () => Promise<unknown>): Promise<Partial<AuditEntry>[]> {
  const [last] = (await app.client.audit.list({ limit: 1 })).items;
  await work();
  const { items } = await app.client.audit.list({ limit: 100 });
  return items.filter(({ seq }) => seq > (last?.seq ?? 0)).toReversed();
}

/** Brings a job that has ended into another state, with a question if it waits. */
async function newJobThat(status: 'failed' | 'waiting_for_input'): Promise<Id<'job'>> {
  const { id } = await app.client.codebase.index({ projectId });
  await app.app.jobs.drain();
  const question = JSON.stringify([{ id: 'q', text: 'Go on?', kind: 'confirm' }]);
  await app.database.asSystem(async (db) => {
    await db.execute(sql`insert into job_questions select (jsonb_populate_record(null::job_questions, to_jsonb(row))).*
      from (select id as job_id, owner_id, 'k' as key, ${question}::jsonb as questions, now() as asked_at
        from jobs where id = ${id}) row`);
    await db.execute(
      status === 'failed'
        ? sql`update jobs set status = 'failed', result = null, error = '{"code":"timeout","message":"x"}' where id = ${id}`
        : sql`update jobs set status = 'waiting_for_input', finished_at = null, result = null, question_key = 'k', questions = ${question}::jsonb where id = ${id}`,
    );
  });
  return id;
}

test('connecting a project is written down with where it comes from (B12)', async () => {
  const { items } = await app.client.audit.list({ action: 'project.connected' });

  expect(items).toMatchObject([{ projectId, actor: { via: 'local' }, details: { source: repository.folder } }]);
});

test('renaming, archiving and bringing back are written down; what changes nothing is not (B12)', async () => {
  const written = await writtenBy(async () => {
    await app.client.projects.update({ id: projectId, name: 'New name' });
    await app.client.projects.update({ id: projectId, name: 'New name', archived: true });
    await app.client.projects.update({ id: projectId, archived: false });
  });

  expect(written).toMatchObject([
    { action: 'project.renamed', projectId, details: { to: 'New name' } },
    { action: 'project.archived', projectId },
    { action: 'project.unarchived', projectId },
  ]);
});

test('correcting what a file is for is written down (B12)', async () => {
  const correct = () => app.client.codebase.updateFile({ projectId, path: 'a.ts', category: 'test' });

  expect(await writtenBy(async () => [await correct(), await correct()])).toMatchObject([
    { action: 'category.corrected', target: { kind: 'file', id: 'a.ts' }, details: { from: 'source', to: 'test' } },
  ]);
});

test('cancelling, retrying and answering a job are written down, once (B12 O4)', async () => {
  const cancelled = await newJobThat('waiting_for_input');
  const retried = await newJobThat('failed');
  const answered = await newJobThat('waiting_for_input');

  const written = await writtenBy(async () => {
    await app.client.jobs.cancel({ id: cancelled });
    await app.client.jobs.cancel({ id: cancelled });
    await app.client.jobs.retry({ id: retried });
    await app.client.jobs.respond({ id: answered, answers: [{ questionId: 'q', answer: true }] });
  });
  await app.app.jobs.drain();

  expect(written).toMatchObject([
    {
      action: 'job.cancelled',
      target: { kind: 'job', id: cancelled },
      projectId,
      names: { project: 'New name', target: expect.stringMatching(/./) },
    },
    { action: 'job.retried', details: { retryOf: retried } },
    { action: 'job.answered', target: { kind: 'job', id: answered } },
  ]);
});

test('a change that fails writes nothing down', async () => {
  const stranger = await app.as('stranger');

  const written = await writtenBy(async () => {
    await stranger.client.projects.update({ id: projectId, name: 'Mine' }).catch(() => undefined);
    await stranger.client.projects.delete({ id: projectId }).catch(() => undefined);
  });

  expect(written).toEqual([]);
});

test('deleting a project is written down, and what was written of it stays, under its last name (B12)', async () => {
  const written = await writtenBy(() => app.client.projects.delete({ id: projectId }));

  expect(written).toMatchObject([{ action: 'project.deleted', projectId, details: { name: 'New name' } }]);
  const { items } = await app.client.audit.list({ projectId });
  expect(items.length).toBeGreaterThan(5);
  expect(new Set(items.map(({ names }) => names.project))).toEqual(new Set(['New name']));
  expect(await app.client.audit.verify({})).toMatchObject({ valid: true });
});
