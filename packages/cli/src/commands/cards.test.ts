import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startTestApp, type TestApp } from '@yudai/server/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeCheckout } from '#testing/make-checkout.ts';
import { runOnApp } from '#testing/run-on-app.ts';

// One database is enough: the command line knows only the door.

let app: TestApp;
let checkout: ReturnType<typeof makeCheckout>;
let folder: string;
const queue = 'export class Queue {\n  push(job: string) {\n    return job;\n  }\n}\n';

beforeAll(async () => {
  app = await startTestApp();
  checkout = makeCheckout({ 'src/queue.ts': queue, '.env': 'KEY=1\n' });
  folder = checkout.folder;
  await runOnApp(app, ['index'], { cwd: folder });
});
afterAll(async () => {
  await app.close();
  checkout.remove();
});

test('code, notes, uploads and commits are kept, listed, shown, changed, ordered, removed and put back (D14)', async () => {
  const run = (...args: string[]) => runOnApp(app, ['cards', ...args], { cwd: folder });

  const lines = await run('add', 'src/queue.ts:2-4', '--json');
  const symbol = await run('add', 'src/queue.ts', '--symbol', 'Queue.push', '--title', 'Pushing');
  const note = await runOnApp(app, ['cards', 'add', '--note', '-'], { cwd: folder, stdin: 'Counted\u001b[2J twice' });
  const upload = await run('add', '--upload', 'src/queue.ts', '--category', 'reference');
  const commit = await run('add', '--commit', 'HEAD');
  expect([lines, symbol, note, upload].map(({ code }) => code)).toEqual([0, 0, 0, 0]);
  expect(commit.code).toBe(2);

  const { id, cite } = JSON.parse(lines.stdout);
  expect(cite).toMatch(/^src\/queue\.ts:2-4@/);
  const listed = await run();
  expect(listed.stdout).toContain('Pushing');
  expect(listed.stdout).toMatch(/4 cards, \d+ tokens/);
  expect(listed.stdout).not.toContain('\u001b');
  expect((await run('show', 'Pushing')).stdout).toContain('push(job: string)');

  expect((await run('edit', 'Pushing', '--title', 'Pushed', '--category', 'requirement')).code).toBe(0);
  expect((await run('edit', 'Pushed')).code).toBe(2);
  expect((await run('edit', 'Pushed', '--refresh')).stdout).toContain('is up to date');
  expect((await run('move', 'Pushed', '--before', id)).stdout).toContain('stands before');
  expect((await run('move', id)).stdout).toContain('stands last now');
  expect(JSON.parse((await run('list', '--json')).stdout).items.map((card: { title: string }) => card.title)).toEqual([
    'Pushed',
    expect.stringContaining('Counted'),
    'queue.ts',
    'src/queue.ts:2-4',
  ]);

  expect((await run('remove', id)).stdout).toContain(`restore ${id}`);
  expect((await run('show', id)).code).toBe(3);
  expect((await run('restore', id)).stdout).toContain('is back');
});

test('cards go into a file and come back from it, and what is no file of cards is refused (D14)', async () => {
  const run = (...args: string[]) => runOnApp(app, ['cards', ...args], { cwd: folder });
  await run('add', '--note', 'portable');

  const written = await run('export', 'cards.json');
  const file = JSON.parse(readFileSync(join(folder, 'cards.json'), 'utf8'));
  const printed = await run('export');
  const imported = await run('import', 'cards.json', '--json');
  writeFileSync(join(folder, 'cards.json'), '{"format": "other"}');
  const refused = await run('import', 'cards.json');

  expect(written.code).toBe(0);
  expect(JSON.parse(printed.stdout)).toEqual(file);
  expect(JSON.parse(imported.stdout)).toEqual({ added: file.cards.length, unpinned: 0 });
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('not a file of cards') });
});

test('what cannot be kept is said before or by the server, with an exit code (D14 N14)', async () => {
  const run = (...args: string[]) => runOnApp(app, ['cards', ...args], { cwd: folder });

  expect((await run('add')).code).toBe(2);
  expect((await run('add', 'src/queue.ts', '--note', 'x')).code).toBe(2);
  expect((await run('add', '.env')).stderr).toContain('secrets');
  expect((await run('add', 'nowhere.ts')).code).toBe(3);
  expect((await run('show', 'nothing of this name')).code).toBe(3);
  expect((await run('add', '--page', 'https://10.0.0.1/')).stderr).toContain('not on the public internet');
});
