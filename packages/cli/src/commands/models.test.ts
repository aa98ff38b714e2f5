import { type ScriptedModel, startScriptedModel, startTestApp, type TestApp } from '@yudai/server/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { runOnApp } from '#testing/run-on-app.ts';

// One database is enough: the command line knows only the door.

let model: ScriptedModel;
let app: TestApp;
beforeAll(async () => {
  model = await startScriptedModel({ provider: 'anthropic' });
  app = await startTestApp({ env: { ...model.env } });
});
beforeEach(() => model.reset());
afterAll(async () => {
  await app.close();
  await model.close();
});

test('models lists what each role has, for people and for programs (I7 O4)', async () => {
  const people = await runOnApp(app, ['models']);
  const programs = await runOnApp(app, ['models', '--json']);

  expect(people.stdout).toMatch(/chat +anthropic\/scripted +ready/);
  expect(people.stdout).not.toContain('no model');
  expect(JSON.parse(programs.stdout)).toMatchObject({ configured: true });
});

test('models without any says what to set, and a test of none fails with 4 (O4)', async () => {
  await using bare = await startTestApp();

  const listed = await runOnApp(bare, ['models']);
  const tested = await runOnApp(bare, ['models', 'test']);

  expect(listed.stdout).toContain('YUDAI_MODELS=openai/gpt-5-mini');
  expect(listed.stdout).toContain('Set ANTHROPIC_API_KEY to a key of Anthropic.');
  expect(tested).toMatchObject({ code: 4, stdout: expect.stringContaining('No model is set up.') });
});

test('models test asks, says what is wrong, and fails with 1 when one does not answer (I10 O4)', async () => {
  model.say({ text: 'ready' }, { status: 401 });

  const good = await runOnApp(app, ['models', 'test']);
  const bad = await runOnApp(app, ['models', 'test', 'anthropic', '--json']);

  expect(good).toMatchObject({ code: 0, stdout: expect.stringContaining('anthropic/scripted answers.') });
  expect(bad.code).toBe(1);
  expect(JSON.parse(bad.stdout)).toMatchObject({
    items: [{ outcome: 'refused', message: expect.stringContaining('ANTHROPIC_API_KEY') }],
  });
});

test('models usage counts what was asked (I7 O4)', async () => {
  model.say({ text: 'ready', usage: { input: 12, output: 3 } });
  await runOnApp(app, ['models', 'test']);

  const { stdout } = await runOnApp(app, ['models', 'usage', '--days', '1']);

  expect(stdout).toMatch(/tokens in/);
  expect(stdout).toContain('anthropic/scripted');
});

test('a provider that there is not is a wrong call (I18 O4)', async () => {
  expect((await runOnApp(app, ['models', 'test', 'azure'])).code).toBe(2);
});
