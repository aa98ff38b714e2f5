import { startTestApp, type TestApp } from '@yudai/server/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runOnApp } from '#testing/run-on-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

test('audit lists what was done, exports it with hashes, and verifies them (B12 O4)', async () => {
  const listed = await runOnApp(app, ['audit', '--json']);
  const verified = await runOnApp(app, ['audit', 'verify', '--json']);
  const exported = await runOnApp(app, ['audit', 'export', '--action', 'audit.verified']);
  const { head } = JSON.parse((await runOnApp(app, ['audit', 'verify', '--json'])).stdout);
  const foreign = await runOnApp(app, ['audit', 'verify', '--anchor', `${head.seq}:${'0'.repeat(64)}`]);

  expect(listed.code).toBe(0);
  expect(JSON.parse(verified.stdout)).toMatchObject({ valid: true });
  expect(JSON.parse(exported.stdout.split('\n')[0] ?? '')).toMatchObject({
    action: 'audit.verified',
    hash: expect.any(String),
  });
  expect(foreign).toMatchObject({ code: 1, stdout: expect.stringContaining('anchor') });
});

test.each([
  ['login', ['login'], 0],
  ['logout', ['logout'], 0],
  ['whoami', ['whoami'], 0],
  ['keys', ['keys'], 1],
  ['members invite', ['members', 'invite', 'demo', 'grace'], 1],
])('in local mode %s says that nobody signs in here', async (_, args, expected) => {
  const { code, stdout, stderr } = await runOnApp(app, args);

  expect(code).toBe(expected);
  expect(stdout + stderr).toContain('Nobody signs in to this Yudai');
});
