import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { createScriptedModel } from '#agent/testing/scripted-model.ts';
import { needBoxes, openTemporaryFolder } from '#sandbox/testing/boxes.ts';
import { coding, planning, testing, typescriptSample as sample } from '#workflows/solving/testing/repositories.ts';
import { openSolve } from '#workflows/solving/testing/solve-here.ts';

beforeEach(needBoxes);

const models = () => ({
  architect: createScriptedModel(...planning(sample)),
  tester: createScriptedModel(...testing(sample)),
  coders: [createScriptedModel(...coding(sample))],
});

test('what was installed once is there in every box of the solve and of the next, and is no part of the change (H6)', async () => {
  const files = { ...sample.files, '.gitignore': 'installed\n' };
  const [first, next] = [await openSolve(files, sample.issue), await openSolve(files, sample.issue)];
  const snapshotFolder = join(await openTemporaryFolder(), 'snapshots');
  const setUp = [{ directory: '', commands: ['echo done > installed'], cacheKey: ['package.json'] }];
  const [look = {}, ...rest] = coding(sample);
  const looking = [{ ...look, tools: [{ name: 'bash', input: { command: 'cat installed' } }] }, ...rest];

  const end = await first.solve({ ...models(), task: { setUp }, ports: { snapshotFolder } });
  const again = await next.solve({
    ...models(),
    coders: [createScriptedModel(...looking)],
    task: { setUp },
    ports: { snapshotFolder },
  });

  expect([end.outcome, again.outcome]).toEqual(['solved', 'solved']);
  expect(first.records.filter(({ id }) => id.startsWith('set-up.')).map(({ id }) => id)).toEqual(['set-up.1.1']);
  expect(next.records.filter(({ id }) => id.startsWith('set-up.'))).toEqual([]);
  expect(next.records.find(({ id }) => id === 'coder.1.1.1.1')).toMatchObject({ exitCode: 0, output: 'done\n' });
  expect(await readdir(snapshotFolder)).toHaveLength(1);
  expect(await first.patchOf(end)).not.toContain('installed');
});

test('a set-up that fails is a record that those who plan and test are told of, and is not kept for others', async () => {
  const here = await openSolve(sample.files, sample.issue);
  const snapshotFolder = join(await openTemporaryFolder(), 'snapshots');
  const setUp = [{ directory: '', commands: ['echo no such package; exit 7', 'echo never'], cacheKey: [] }];

  const asked = models();

  const end = await here.solve({ ...asked, task: { setUp }, ports: { snapshotFolder } });

  // It solves what needs nothing installed all the same.
  expect(end.outcome).toBe('solved');
  expect(here.records.find(({ id }) => id === 'set-up.1.1')).toMatchObject({ exitCode: 7, stage: 'prepare' });
  expect(here.records.some(({ id }) => id === 'set-up.1.2')).toBe(false);
  expect(await readdir(snapshotFolder).catch(() => [])).toEqual([]);
  for (const { prompts } of [asked.architect, asked.tester]) expect(prompts[0]).toContain('no such package');
});

test('where nothing can be installed and no test runs without, it ends at once, says why, and no model is asked (H6 H9)', async () => {
  const manifest = {
    name: 'sums',
    type: 'module',
    scripts: { test: 'linter-of-nowhere && ava' },
    devDependencies: { ava: '6' },
  };
  const here = await openSolve({ ...sample.files, 'package.json': JSON.stringify(manifest) }, sample.issue);
  const asked = models();
  const fetching = 'curl --silent --show-error --fail http://packages.invalid/ || { echo no such package; exit 7; }';
  const setUp = [{ directory: '', commands: [fetching], cacheKey: [] }];

  const end = await here.solve({ ...asked, task: { setUp } });

  expect(end).toMatchObject({ outcome: 'unsolved', chosen: null });
  expect(end.reason).toContain('could not be installed');
  expect(end.reason).toContain('no such package');
  expect(end.reason).toContain('packages.invalid:80 is not among the hosts');
  expect(asked.architect.prompts).toEqual([]);
  expect(JSON.stringify(here.news)).toContain('The set-up failed');
  // It is seen while it runs.
  const printed = here.news.filter((news) => news.what === 'output' && news.callId === fetching);
  expect(JSON.stringify(printed)).toContain('no such package');
});
