import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { startTestApp, type TestApp } from '#testing/index.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const run = promisify(execFile);

test('a folder is connected, its job ends and the project is ready (G1 J1)', async () => {
  const folder = await makeFolder({ 'a.txt': 'hello\n' });

  const { project, job } = await app.client.projects.connect({ source: { kind: 'folder', path: folder } });
  await app.app.jobs.drain();

  expect(project).toMatchObject({ status: 'connecting', activeJobId: job.id, origin: 'connected', ref: null });
  expect(job).toMatchObject({ kind: 'project.connect', projectId: project.id });
  expect((await app.client.jobs.get({ id: job.id })).status).toBe('completed');
  expect(await app.client.projects.get({ id: project.id })).toMatchObject({ status: 'ready', failure: null });
});

test('an unknown branch fails the project with the names that are close (G5)', async () => {
  const folder = await makeFolder({ 'a.txt': 'x' }, { git: true });

  const { project, job } = await app.client.projects.connect({ source: { kind: 'folder', path: folder }, ref: 'mian' });
  await app.app.jobs.drain();

  const failed = await app.client.projects.get({ id: project.id });
  expect(failed).toMatchObject({ status: 'failed', activeJobId: null });
  expect(failed.failure).toEqual({
    code: 'invalid_input',
    message: 'There is no branch or tag “mian”. Did you mean “main”?',
  });
  expect((await app.client.jobs.get({ id: job.id })).error).toEqual(failed.failure);
});

test.each([
  [{ kind: 'folder', path: '/nowhere/at/all' }, 422, 'There is no folder'],
  [{ kind: 'folder', path: 'relative' }, 422, 'whole path'],
  [{ kind: 'git', url: 'file:///etc' }, 422, 'https://'],
  [{ kind: 'git', url: 'ext::sh -c id' }, 422, ''],
  [{ kind: 'git', url: '-uhttps://a/b' }, 422, 'dash'],
  [{ kind: 'git', url: 'https://10.0.0.1/a/b' }, 403, 'public internet'],
  [{ kind: 'git', url: 'https://169.254.169.254/a/b' }, 403, 'public internet'],
  [{ kind: 'git', url: 'https://me:secret@example.org/a/b' }, 422, 'tokens out of the URL'],
])('the source %j is refused in words, at both doors, and makes nothing (S10)', async (source, status, words) => {
  for (const path of ['/api/v1/projects', '/api/v1/sources/inspect']) {
    const answer = await app.fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ source }),
    });
    const body = await answer.text();

    expect(answer.status).toBe(status);
    expect(body).toContain(words);
    expect(body).not.toContain('secret');
  }
});

test('a token is kept sealed and never returned (S6)', async () => {
  const { project } = await app.client.projects.connect({
    source: { kind: 'git', url: 'http://127.0.0.1:9/a/b' },
    token: 'ghp_visible_nowhere',
  });
  await app.app.jobs.drain();

  const dump = await app.database.asSystem((db) => db.execute(sql`select to_jsonb(p)::text as row from projects p`));
  const rows = JSON.stringify(dump.rows);
  expect(rows).toContain('v2.');
  expect(rows).not.toContain('ghp_visible_nowhere');
  expect(JSON.stringify(await app.client.projects.get({ id: project.id }))).not.toContain('ghp_');
  expect((await app.client.projects.get({ id: project.id })).status).toBe('failed');
});

test('projects are listed newest first in pages, found by name and put away (D1)', async () => {
  const user = await app.as('lister');
  const folder = await makeFolder({ a: 'a' });
  const names = ['one 100%', 'two_', 'three'];
  const ids: string[] = [];
  for (const name of names) {
    const { project } = await user.client.projects.connect({ source: { kind: 'folder', path: folder }, name });
    ids.unshift(project.id);
  }
  await app.app.jobs.drain();

  const first = await user.client.projects.list({ limit: 2 });
  const second = await user.client.projects.list({ limit: 2, cursor: first.nextCursor ?? '' });
  const found = await user.client.projects.list({ query: '0%' });
  const [archivedId] = first.items.map((project) => project.id);
  if (archivedId === undefined) throw new Error('The list is empty.');
  const renamed = await user.client.projects.update({ id: archivedId, archived: true, name: 'old' });

  expect([...first.items, ...second.items].map((project) => project.id)).toEqual(ids);
  expect(second.nextCursor).toBeNull();
  expect(found.items.map((project) => project.name)).toEqual(['one 100%']);
  expect(renamed).toMatchObject({ archived: true, name: 'old' });
  expect((await user.client.projects.list({})).items.map((project) => project.id)).not.toContain(archivedId);
  expect((await user.client.projects.list({ archived: true })).items.map((project) => project.id)).toEqual([
    archivedId,
  ]);
});

test('another person’s project does not exist, for every verb (B10 S2)', async () => {
  const folder = await makeFolder({ a: 'a' });
  const { project } = await app.client.projects.connect({ source: { kind: 'folder', path: folder } });
  const other = await app.as('stranger');
  const input = { id: project.id };

  const { projects } = other.client;
  for (const knock of [
    () => projects.get(input),
    () => projects.refs(input),
    () => projects.update({ ...input, name: 'mine' }),
    () => projects.delete(input),
  ]) {
    await expect(knock()).rejects.toMatchObject({ code: 'not_found' });
  }
  expect((await projects.list({})).items).toEqual([]);
  await app.app.jobs.drain();
});

test('a deleted project is gone with its git directory and its jobs, and the folder stays (G1 J9)', async () => {
  const folder = await makeFolder({ a: 'a' }, { git: true });
  const { project } = await app.client.projects.connect({ source: { kind: 'folder', path: folder } });
  await app.app.jobs.drain();
  const repositories = join(app.app.config.dataDir, 'repositories');
  expect(await readdir(repositories)).toContain(`${project.id}.git`);

  await app.client.projects.delete({ id: project.id });

  await expect(app.client.projects.get({ id: project.id })).rejects.toMatchObject({ code: 'not_found' });
  await expect(app.client.projects.delete({ id: project.id })).rejects.toMatchObject({ code: 'not_found' });
  expect(await readdir(repositories)).not.toContain(`${project.id}.git`);
  await access(join(folder, 'a'));
});

test('deleting a project while it is fetched cancels the job and leaves nothing (J9)', async () => {
  const server = await startSilentServer();
  const { project, job } = await app.client.projects.connect({ source: { kind: 'git', url: `${server.origin}/a/b` } });
  await server.asked;

  await app.client.projects.delete({ id: project.id });
  await app.app.jobs.drain();

  expect((await app.client.jobs.get({ id: job.id })).status).toBe('cancelled');
  const left = await readdir(join(app.app.config.dataDir, 'repositories')).catch(() => []);
  expect(left.filter((name) => name.startsWith(project.id))).toEqual([]);
});

test('branches and tags are read anew from the source (G5)', async () => {
  const folder = await makeFolder({ a: 'a' }, { git: true });
  const source = { kind: 'folder', path: folder } as const;
  const before = await app.client.projects.inspect({ source });
  const { project } = await app.client.projects.connect({ source });
  await app.app.jobs.drain();
  await run('git', ['-C', folder, 'tag', 'v1']);

  const after = await app.client.projects.refs({ id: project.id });

  expect(before).toMatchObject({ branches: ['main'], tags: [], defaultRef: null, truncated: false });
  expect(after.tags).toEqual(['v1']);
});

async function makeFolder(files: Record<string, string>, options: { git?: boolean } = {}): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'yudai-project-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await mkdir(folder, { recursive: true });
  for (const [path, content] of Object.entries(files)) await writeFile(join(folder, path), content);
  if (options.git === true) {
    const person = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org'];
    await run('git', ['init', '--quiet', '--initial-branch=main', folder]);
    await run('git', ['-C', folder, 'add', '--all']);
    await run('git', ['-C', folder, ...person, 'commit', '--quiet', '--message', 'one']);
  }
  return folder;
}

/** Takes requests and never answers. */
async function startSilentServer() {
  const { createServer } = await import('node:http');
  const asked = Promise.withResolvers<void>();
  const server = createServer(() => asked.resolve());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { origin: `http://127.0.0.1:${port}`, asked: asked.promise };
}
