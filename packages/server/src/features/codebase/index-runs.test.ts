// The embedded database only: runs are jobs, which platform/jobs tries on both; what they store is read on both by the other suites of this folder.
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { type Id, liveEvent, type LiveEvent, type Topic } from '@yudai/contract';
import { type Client, createClient } from '@yudai/contract/client';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { openDatabase } from '#platform/db/index.ts';
import { silentLog } from '#platform/log/index.ts';
import { startTestApp, type TestApp } from '#testing/index.ts';
import { connectAndIndex, lastAnalysis, makeRepository, type TestRepository } from '#testing/make-repository.ts';
import { copyEmbeddedTemplate } from '#testing/open-test-database.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ env: { YUDAI_INDEX_WORKERS: '1' } });
});
afterAll(() => app.close());

test('indexing again what did not change reads no file (G14)', async () => {
  const { folder } = await newRepository({ 'a.ts': 'export const a = 1;\n', 'b.py': 'b = 2\n' });
  const { project, analysis } = await connectAndIndex(app, folder);

  await app.client.codebase.index({ projectId: project.id });
  await app.app.jobs.drain();

  expect(analysis.summary?.parsed).toBe(2);
  const again = await lastAnalysis(app.client, project.id);
  expect(again.id).not.toBe(analysis.id);
  expect(again).toMatchObject({ status: 'completed', summary: { files: 2, indexed: 2, parsed: 0 } });
});

test('a file that could not be read is listed anew as soon as it can be, though the tree is the same (G4 G14)', async () => {
  const { folder } = await newRepository({ 'a.ts': 'export const a = 1;\n', 'b.ts': 'export const beside = 2;\n' });
  const { project } = await connectAndIndex(app, folder);
  const projectId = project.id;
  // As a run leaves it that met a damaged blob.
  await app.database.asSystem(async (db) => {
    await db.execute(sql`delete from codebase_packs where project_id = ${projectId}`);
    await db.execute(
      sql`update codebase_files set skipped = 'unreadable', facts = null, language = null where project_id = ${projectId} and path = 'a.ts'`,
    );
  });
  const before = await app.client.codebase.search({ projectId, query: 'a.ts', mode: 'path' });

  await app.client.codebase.index({ projectId });
  await app.app.jobs.drain();

  expect(before.hits).toHaveLength(1);
  expect(await lastAnalysis(app.client, projectId)).toMatchObject({ summary: { indexed: 2, parsed: 2 } });
  expect((await app.client.codebase.skipped({ projectId })).items).toEqual([]);
  expect((await app.client.codebase.symbols({ projectId, query: 'a' })).items[0]).toMatchObject({ path: 'a.ts' });
});

test('a file that stays unreadable is listed once, not by every run anew (G4 G14)', async () => {
  const repository = await newRepository({
    'lost.ts': 'export const lost = 1;\n',
    'kept.ts': 'export const kept = 2;\n',
  });
  const blob = await repository.git('rev-parse', 'HEAD:lost.ts');
  await rm(join(repository.folder, '.git', 'objects', blob.slice(0, 2), blob.slice(2)));
  const { project } = await connectAndIndex(app, repository.folder, 'main');
  const listedBy = () =>
    app.database.asSystem(async (db) => {
      const found = await db.execute(sql`select analysis_id from codebase_snapshots where project_id = ${project.id}`);
      return found.rows;
    });
  const before = await listedBy();

  await app.client.codebase.index({ projectId: project.id });
  await app.app.jobs.drain();

  const { items } = await app.client.codebase.skipped({ projectId: project.id });
  expect(items).toMatchObject([{ path: 'lost.ts', reason: 'unreadable' }]);
  expect(await listedBy()).toEqual(before);
});

test('another branch costs only the files that differ, and going back costs nothing (G5 G14)', async () => {
  const repository = await newRepository(fillers(20));
  await repository.git('checkout', '-q', '-b', 'feature');
  await repository.write({ 'filler-3.ts': 'export function changed() {}\n', 'new.ts': 'export const added = 1;\n' });
  await repository.commit('Change');
  await repository.git('rm', '-q', 'filler-4.ts');
  await repository.commit('Remove');
  const { project, analysis } = await connectAndIndex(app, repository.folder, 'main');
  const projectId = project.id;

  await app.client.codebase.index({ projectId, ref: 'feature' });
  await app.app.jobs.drain();
  const feature = await lastAnalysis(app.client, projectId);
  const paths = (await app.client.codebase.tree({ projectId })).items.map(({ path }) => path);
  const symbols = await app.client.codebase.symbols({ projectId, query: 'changed' });
  const ofFeature = await app.client.projects.get({ id: projectId });
  await app.client.codebase.index({ projectId, ref: 'main' });
  await app.app.jobs.drain();
  const back = await lastAnalysis(app.client, projectId);

  expect(analysis.summary).toMatchObject({ files: 20, parsed: 20 });
  expect(feature).toMatchObject({ ref: 'feature', summary: { files: 20, parsed: 2 } });
  expect(feature.commit).toBe(await repository.git('rev-parse', 'feature'));
  expect(paths).toContain('new.ts');
  expect(paths).not.toContain('filler-4.ts');
  expect(symbols.items[0]).toMatchObject({ name: 'changed', path: 'filler-3.ts' });
  expect(ofFeature).toMatchObject({ ref: 'feature', commit: feature.commit, fileCount: 20 });
  expect(back).toMatchObject({ ref: 'main', summary: { files: 20, parsed: 0 } });
  expect((await app.client.codebase.symbols({ projectId, query: 'changed' })).items).toEqual([]);
});

test('what a folder holds but has not committed is indexed too (G5)', async () => {
  const repository = await newRepository({ 'a.ts': 'export const a = 1;\n' });
  await repository.write({ 'draft.ts': 'export const unfinished = 1;\n' });

  const { project } = await connectAndIndex(app, repository.folder);

  const file = await app.client.codebase.file({ projectId: project.id, path: 'draft.ts' });
  expect(file.outline.map(({ name }) => name)).toEqual(['unfinished']);
});

test('a run is pending, then running, then completed, and every run is kept, newest first (G8)', async () => {
  const { folder } = await newRepository(fillers(30));
  const { project } = await connectAndIndex(app, folder);
  const projectId = project.id;

  const job = await app.client.codebase.index({ projectId });
  const pending = await lastAnalysis(app.client, projectId);
  await eventOf(`job:${job.id}`, ({ type }) => type === 'progress');
  const running = await lastAnalysis(app.client, projectId);
  await app.app.jobs.drain();

  expect(pending).toMatchObject({ jobId: job.id, completedAt: null, summary: null });
  expect(['pending', 'running']).toContain(pending.status);
  expect(running.startedAt).not.toBeNull();
  const first = await app.client.codebase.analyses({ projectId, limit: 1 });
  const second = await app.client.codebase.analyses({ projectId, limit: 1, cursor: first.nextCursor ?? '' });
  expect(first.items[0]).toMatchObject({ jobId: job.id, status: 'completed' });
  expect(second.items[0]).toMatchObject({ status: 'completed' });
  expect(second.nextCursor).toBeNull();
});

test('a run that cannot be made fails with words, and the index before it stays (G8)', async () => {
  const { folder } = await newRepository({ 'a.ts': 'export const kept = 1;\n' });
  const { project } = await connectAndIndex(app, folder);
  const projectId = project.id;

  const job = await app.client.codebase.index({ projectId, ref: 'nowhere' });
  await app.app.jobs.drain();

  const failed = await lastAnalysis(app.client, projectId);
  expect(failed).toMatchObject({ jobId: job.id, status: 'failed', ref: 'nowhere', summary: null });
  expect(failed.failure?.message).toContain('no branch or tag “nowhere”');
  expect(failed.completedAt).not.toBeNull();
  expect((await app.client.codebase.symbols({ projectId, query: 'kept' })).items).toHaveLength(1);
  expect(await app.client.projects.get({ id: projectId })).toMatchObject({ ref: null, commit: project.commit });
});

test('a cancelled run stops, keeps what it has read, and the next one goes on from there (J9 J12 G14)', async () => {
  const { folder } = await newRepository(fillers(900));
  const { project } = await app.client.projects.connect({ source: { kind: 'folder', path: folder } });
  const jobId = await indexJobOf(project.id);
  await eventOf(`job:${jobId}`, isReading);

  await app.client.jobs.cancel({ id: jobId });
  await app.app.jobs.drain();
  const cancelled = await lastAnalysis(app.client, project.id);
  await app.client.codebase.index({ projectId: project.id });
  await app.app.jobs.drain();

  expect(cancelled).toMatchObject({ jobId, status: 'cancelled', summary: null });
  const { summary } = await lastAnalysis(app.client, project.id);
  expect(summary?.files).toBe(900);
  expect(summary?.parsed).toBeGreaterThan(0);
  expect(summary?.parsed).toBeLessThan(900);
});

test('a project that is deleted while it is indexed leaves nothing behind (D1 J9)', async () => {
  const { folder } = await newRepository(fillers(900));
  const { project } = await app.client.projects.connect({ source: { kind: 'folder', path: folder } });
  const jobId = await indexJobOf(project.id);
  await eventOf(`job:${jobId}`, isReading);

  await app.client.projects.delete({ id: project.id });
  await app.app.jobs.drain();

  const left = await app.database.asSystem((db) =>
    db.execute(sql`select (select count(*) from codebase_files where project_id = ${project.id})
      + (select count(*) from codebase_packs where project_id = ${project.id})
      + (select count(*) from codebase_analyses where project_id = ${project.id}) as "count"`),
  );
  expect(Number(left.rows[0]?.['count'])).toBe(0);
  expect(await app.client.jobs.get({ id: jobId })).toMatchObject({ status: 'cancelled' });
  expect(await readdir(join(app.app.config.dataDir, 'repositories'))).not.toContain(`${project.id}.git`);
});

test('a server that is killed while it indexes goes on without reading a stored file twice (J10 G14)', async () => {
  const total = 900;
  const { folder } = await newRepository(fillers(total));
  const dataDir = await copyEmbeddedTemplate();
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }));

  const first = await startServer(dataDir);
  const { project } = await first.client.projects.connect({ source: { kind: 'folder', path: folder } });
  await first.reading(project.id);
  await first.kill();
  const known = await storedFacts(dataDir);
  const second = await startServer(dataDir);
  const analysis = await vi.waitFor(
    async () => {
      const analysis = await lastAnalysis(second.client, project.id);
      expect(analysis).toMatchObject({ status: 'completed', failure: null });
      return analysis;
    },
    { timeout: 60_000 },
  );
  await second.kill();

  expect(known).toBeGreaterThan(0);
  expect(known).toBeLessThan(total);
  expect(analysis).toMatchObject({ status: 'completed', summary: { files: total, indexed: total } });
  expect(analysis.summary?.parsed).toBe(total - known);
}, 120_000);

async function newRepository(files: Readonly<Record<string, string>>): Promise<TestRepository> {
  const repository = await makeRepository(files);
  onTestFinished(() => repository.remove());
  return repository;
}

/** Files that take a moment to read, no two of them alike. */
function fillers(count: number): Record<string, string> {
  const body = (at: number) => `export function filler${at}(value: number) {\n  return value + ${at};\n}\n`.repeat(30);
  return Object.fromEntries(Array.from({ length: count }, (_, at) => [`filler-${at}.ts`, body(at)]));
}

function isReading(event: LiveEvent): boolean {
  return event.type === 'progress' && event.data.progress > 30 && event.data.progress < 80;
}

async function indexJobOf(projectId: Id<'project'>): Promise<Id<'job'>> {
  const event = await eventOf(`project:${projectId}`, isIndexJob);
  if (event.type !== 'job_update') throw new Error('This is no event of a job.');
  return event.data.id;
}

function isIndexJob(event: LiveEvent): boolean {
  return event.type === 'job_update' && event.data.kind === 'codebase.index';
}

/** The first event of a topic that is wanted, from its beginning on. */
async function eventOf(topic: Topic, isWanted: (event: LiveEvent) => boolean): Promise<LiveEvent> {
  const { user } = await app.client.system.info({});
  const signal = AbortSignal.timeout(20_000);
  const ctx = { actor: { userId: user.id, name: user.name, via: 'local' as const }, signal, requestId: 'test' };
  for await (const event of app.app.live.subscribe(ctx, new Map([[topic, 0]]), { signal, bufferLimit: {} })) {
    if (isWanted(event)) return event;
    if (event.type === 'result') break;
  }
  throw new Error('The job ended before the event came.');
}

interface Server {
  readonly client: Client;
  /** Resolves while the files of the project are being read. */
  reading(projectId: Id<'project'>): Promise<void>;
  kill(): Promise<void>;
}

/** The real server in a process of its own. */
async function startServer(dataDir: string): Promise<Server> {
  const main = fileURLToPath(new URL('../../main.ts', import.meta.url));
  const env = {
    ...process.env,
    YUDAI_ENV: 'test',
    YUDAI_DATA: dataDir,
    YUDAI_PORT: '0',
    YUDAI_INDEX_WORKERS: '1',
    YUDAI_DATABASE_URL: '',
  };
  const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const url = await urlOf(child);
  const client = createClient({ url });
  return {
    client,
    reading: async (projectId) => {
      for await (const event of eventsOf(url, `project:${projectId}`)) {
        if (!isIndexJob(event) || event.type !== 'job_update') continue;
        for await (const { type, data } of eventsOf(url, `job:${event.data.id}`)) {
          if (type === 'progress' && data.progress > 30) return;
        }
      }
    },
    kill: async () => {
      const exit = once(child, 'exit');
      child.kill('SIGKILL');
      await exit;
    },
  };
}

async function urlOf(child: ChildProcessByStdio<null, Readable, Readable>): Promise<string> {
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => said.push(text));
  }
  return vi.waitFor(
    () => {
      const url = /http:\/\/127\.0\.0\.1:\d+/.exec(said.join(''))?.[0];
      if (url === undefined) throw new Error(`The server is not ready: ${said.join('')}`);
      return url;
    },
    { timeout: 60_000 },
  );
}

/** What a live topic says, from its beginning on. Leaving the loop hangs up. */
async function* eventsOf(url: string, topic: Topic): AsyncIterable<LiveEvent> {
  const { body } = await fetch(`${url}/api/v1/live?topics=${topic}`, { headers: { 'last-event-id': `${topic}=0` } });
  if (body === null) throw new Error('There is no stream.');
  let rest = '';
  for await (const text of body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (!line.startsWith('data: {')) continue;
      const event = liveEvent.safeParse(JSON.parse(line.slice('data: '.length)));
      if (event.success) yield event.data;
    }
  }
}

async function storedFacts(dataDir: string): Promise<number> {
  const database = await openDatabase({ dataDir, log: silentLog() });
  try {
    const { rows } = await database.asSystem((db) =>
      db.execute(sql`select coalesce(sum(cardinality(keys)), 0) as "count" from codebase_packs`),
    );
    return Number(rows[0]?.['count']);
  } finally {
    await database.close();
  }
}
