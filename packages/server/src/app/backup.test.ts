import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@yudai/contract/client';
import { createClient } from '@yudai/contract/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseConfig } from '#platform/config/index.ts';
import { silentLog } from '#platform/log/index.ts';
import { connectAndIndex, makeRepository, type TestRepository } from '#testing/make-repository.ts';
import { copyEmbeddedTemplate } from '#testing/open-test-database.ts';
import { backUp, restore } from './backup.ts';
import { type App, createApp } from './create-app.ts';

let folder: string;
let repository: TestRepository;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'yudai-backup-'));
  repository = await makeRepository({ 'src/index.ts': 'export const tea = 1;\n', 'readme.md': '# Tea\n' });
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await repository.remove();
});

test('what is backed up while work is under way answers the same elsewhere, and the work goes on there (Q2 R13)', async () => {
  const first = configOf(await copyEmbeddedTemplate());
  const before = await open(first);
  const { project } = await connectAndIndex({ client: before.client, app: before.app }, repository.folder);
  const jobs = [];
  for (let n = 0; n < 3; n += 1) jobs.push(await before.client.codebase.index({ projectId: project.id }));
  const said = await answersOf(before.client, project.id);
  await expect(backUp(first, join(folder, 'live.tar.gz'))).rejects.toMatchObject({ code: 'conflict' });
  await before.app.close();

  const file = join(folder, 'yudai.tar.gz');
  await backUp(first, file);
  await rm(first.dataDir, { recursive: true });
  const second = configOf(join(folder, 'elsewhere'));
  await restore(second, file);
  const after = await open(second);
  const restored = await answersOf(after.client, project.id);
  await after.app.jobs.drain();
  const ended = await Promise.all(jobs.map(({ id }) => after.client.jobs.get({ id })));
  await after.app.close();

  expect(restored).toEqual(said);
  expect(ended.map(({ status }) => status)).toEqual(['completed', 'completed', 'completed']);
  expect((await stat(file)).mode & 0o077).toBe(0);
});

test('boxes and their snapshots are not backed up: they are of this machine, and made again (Q2)', async () => {
  const data = configOf(await copyEmbeddedTemplate());
  for (const place of ['boxes/one', 'solves/snapshots/project', 'solves/logs']) {
    await mkdir(join(data.dataDir, place), { recursive: true });
    await writeFile(join(data.dataDir, place, 'file'), 'x');
  }
  const file = join(folder, 'boxless.tar.gz');
  const second = configOf(join(folder, 'boxless'));

  await backUp(data, file);
  await restore(second, file);

  expect(await readdir(join(second.dataDir, 'solves'))).toEqual(['logs']);
  expect(await readdir(second.dataDir)).not.toContain('boxes');
});

test('a backup is never overwritten, and a restore never touches what is there or leaves half of a broken file', async () => {
  const data = configOf(await copyEmbeddedTemplate());
  const file = join(folder, 'kept.tar.gz');
  await writeFile(file, 'an older one');
  const empty = configOf(join(folder, 'empty'));

  await expect(backUp(data, file)).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('exists'),
  });
  await expect(restore(data, file)).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('not empty'),
  });
  await expect(restore(empty, file)).rejects.toMatchObject({ code: 'unavailable' });

  expect((await readdir(empty.dataDir)).filter((name) => name !== 'lock')).toEqual([]);
  await rm(data.dataDir, { recursive: true });
});

function configOf(dataDir: string) {
  return parseConfig({ YUDAI_ENV: 'test', YUDAI_PORT: '0', YUDAI_DATA: dataDir });
}

async function open(config: ReturnType<typeof configOf>): Promise<{ app: App; client: Client }> {
  const app = await createApp(config, { log: silentLog() });
  return { app, client: createClient({ url: 'http://localhost', fetch: (request) => app.fetch(request) }) };
}

async function answersOf(client: Client, projectId: Parameters<Client['projects']['get']>[0]['id']) {
  const {
    activeJobId: _active,
    updatedAt: _updated,
    indexedAt: _indexed,
    ...project
  } = await client.projects.get({ id: projectId });
  const { ms: _ms, ...found } = await client.codebase.search({ projectId, query: 'tea' });
  return { project, found, tree: await client.codebase.tree({ projectId }), user: (await client.system.info({})).user };
}
