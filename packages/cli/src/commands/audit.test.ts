import { execFileSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestApp, type TestApp } from '@yudai/server/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runOnApp } from '#testing/run-on-app.ts';

// One database is enough: the command line knows only the door.

let app: TestApp;
let folder: string;
beforeAll(async () => {
  app = await startTestApp();
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'yudai-cli-audit-')));
  writeFileSync(join(folder, 'a.ts'), 'export const a = 1;\n');
  execFileSync('git', ['init', '--quiet'], { cwd: folder });
});
afterAll(async () => {
  await app.close();
  rmSync(folder, { recursive: true, force: true });
});

test('audit names a project, with its id for other commands, also when it is gone (B12 O4)', async () => {
  const { project } = await app.client.projects.connect({ source: { kind: 'folder', path: folder }, name: 'the shop' });
  await app.app.jobs.drain();
  await app.client.projects.delete({ id: project.id });

  const { stdout } = await runOnApp(app, ['audit']);

  expect(stdout).toMatch(new RegExp(`project\\.connected .*project the shop ${project.id}`));
  expect(stdout).toMatch(new RegExp(`project\\.deleted .*project the shop ${project.id}`));
});
