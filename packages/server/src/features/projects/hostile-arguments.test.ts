import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { errorBody } from '@yudai/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectAndIndex, makeRepository, type TestRepository } from '#testing/make-repository.ts';
import { startTestApp, type TestApp } from '#testing/start-test-app.ts';

// One database is enough: this is about what git is told.

// Words of a person that end up beside git: none of them may become an option, a command or another repository.

const json = { 'content-type': 'application/json' };
let app: TestApp;
let repository: TestRepository;
let touched: string;
let projectId: string;
beforeAll(async () => {
  app = await startTestApp();
  repository = await makeRepository({ 'a.ts': 'export const a = 1;\n' });
  touched = join(repository.folder, 'touched');
  projectId = (await connectAndIndex(app, repository.folder)).project.id;
});
afterAll(async () => {
  await app.close();
  await repository.remove();
});

/** TOUCH is a command that leaves a file behind. */
const refs = String.raw`
--upload-pack=TOUCH
--exec=TOUCH
-uTOUCH
-cprotocol.ext.allow=always
--output=TOUCHED
--
-
--help
main --upload-pack=TOUCH
main;TOUCH
main|TOUCH
main&&TOUCH
$(TOUCH)
x$(TOUCH)
main^{/x}
main~1
main@{upstream}
@{-1}
:/x
HEAD:a.ts
refs/heads/main:refs/heads/other
^main
../../etc/passwd
..
main..other
main.
/main
main/
main//x
main x
main?
main*
main[0]
main\x
.hidden`
  .trim()
  .split('\n')
  .concat(['main\n--upload-pack=TOUCH', 'main\u0000--x', 'main\u001b[31m', 'x'.repeat(251), '']);

test.each(refs)('the ref %j is refused before git sees it (S12 G5)', async (ref) => {
  const real = ref.replaceAll('TOUCHED', touched).replaceAll('TOUCH', `touch ${touched}`);
  const source = { kind: 'folder', path: repository.folder };

  const answers = await Promise.all([
    app.fetch('/api/v1/projects', { method: 'POST', headers: json, body: JSON.stringify({ source, ref: real }) }),
    app.fetch(`/api/v1/projects/${projectId}/index`, {
      method: 'POST',
      headers: json,
      body: JSON.stringify({ ref: real }),
    }),
  ]);

  for (const answer of answers)
    expect([answer.status, errorBody.parse(await answer.json()).error.code]).toEqual([422, 'invalid_input']);
});

test('names that a shell or git could take for more are names like any other: there is no such branch (S12)', async () => {
  const names = [
    '$IFS$9x',
    '`touch-x`',
    ';touch-x',
    '${IFS}x',
    '|x',
    '&x',
    '#x',
    "'x",
    '"x',
    '%0ax',
    '@x',
    '+main',
    '!x',
    '\u202ex',
  ];
  for (const ref of names)
    await app.client.projects.connect({ source: { kind: 'folder', path: repository.folder }, ref, name: 'Hostile' });
  await app.app.jobs.drain();

  const { items } = await app.client.projects.list({ query: 'Hostile' });
  expect(new Set(items.map(({ ref }) => ref))).toEqual(new Set(names));
  expect(items.map(({ failure }) => failure?.code)).toEqual(names.map(() => 'invalid_input'));
});

test.each(['a b', 'a\nb', 'a\r\nX-Evil: 1', 'a\u0000b', 'é', '', 'x'.repeat(1001)])(
  'the token %j is refused: it goes into a header (S12)',
  async (token) => {
    const body = JSON.stringify({ source: { kind: 'git', url: 'https://example.org/a/b' }, token });

    for (const path of ['/api/v1/sources/inspect', '/api/v1/projects']) {
      const answer = await app.fetch(path, { method: 'POST', headers: json, body });
      const text = await answer.text();
      expect(answer.status).toBe(422);
      expect(token.length > 3 && text.includes(JSON.stringify(token).slice(1, -1))).toBe(false);
    }
  },
);

test('nothing was run (S12)', () => {
  expect(existsSync(touched)).toBe(false);
});

test('control: git runs what such an option names, where it is let through', async () => {
  const fetchBy = ['fetch', repository.folder, `--upload-pack=touch ${touched};git-upload-pack`];
  await promisify(execFile)('git', fetchBy, { cwd: repository.folder }).catch(() => undefined);

  expect(existsSync(touched)).toBe(true);
  await rm(touched);
});
