// One database is enough: this is about files and boxes.
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newId } from '#kernel/ids.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectAndIndex, makeRepository, type TestRepository } from '#testing/make-repository.ts';
import { type ScriptedModel, startScriptedModel } from '#testing/scripted-model.ts';
import { boxless, solverHands, type SolveScript, solvesBy } from '#testing/scripted-solve.ts';
import { startTestApp, type TestApp } from '#testing/start-test-app.ts';
import { createSweep } from './sweep.ts';

let app: TestApp;
let model: ScriptedModel;
let repository: TestRepository;
let folder: string;
let script: SolveScript = solvesBy({ 'a.ts': '2\n' });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'yudai-sweep-'));
  model = await startScriptedModel();
  repository = await makeRepository({ 'a.ts': '1\n' });
  app = await startTestApp({ env: { ...model.env }, solve: (task, ports) => script(task, ports), sandbox: boxless() });
});
afterAll(async () => {
  await app.close();
  await model.close();
  await repository.remove();
  await rm(folder, { recursive: true, force: true });
});

test('boxes, logs and snapshots that nobody comes back to are removed, and those of a solve that goes on stay (H13)', async () => {
  const { project } = await connectAndIndex(app, repository.folder);
  const { start } = solverHands(app.client, app.app, project.id, project.ownerId);
  const { solve: finished } = await start('One');
  await app.app.jobs.drain();
  const begun = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  script = async (task, ports) => {
    begun.resolve();
    await goOn.promise;
    return solvesBy({ 'a.ts': '3\n' })(task, ports);
  };
  const { solve: running } = await start('Two');
  await begun.promise;
  const now = new Date();
  const [goneSolve, goneProject] = [newId('solve', now), newId('project', now)];
  for (const id of [finished.id, running.id, goneSolve]) await mkdir(join(folder, 'logs', id), { recursive: true });
  for (const id of [project.id, goneProject]) await mkdir(join(folder, 'snapshots', id), { recursive: true });
  const discarded: string[] = [];
  const left = [`${finished.id}-1`, `${running.id}-1`, `${running.id}-v1`, `${goneSolve}-a1`, 'check-1'];
  const sandbox = {
    ...boxless(),
    leftBehind: async () => left,
    discard: async (id: string) => void discarded.push(id),
  };

  const count = await createSweep({ database: app.app.database, sandbox, folder })();
  goOn.resolve();
  await app.app.jobs.drain();

  expect(discarded.toSorted()).toEqual([`${finished.id}-1`, `${goneSolve}-a1`, 'check-1'].toSorted());
  expect((await readdir(join(folder, 'logs'))).toSorted()).toEqual([finished.id, running.id].toSorted());
  expect(await readdir(join(folder, 'snapshots'))).toEqual([project.id]);
  expect(count).toBe(5);
});

test('where nothing was solved yet there is nothing to remove', async () => {
  const sweep = createSweep({ database: app.app.database, sandbox: boxless(), folder: join(folder, 'not-there') });

  expect(await sweep()).toBe(0);
});
