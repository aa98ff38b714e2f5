// One database is enough: candidates, prices and limits are worked out in memory; budget.test.ts counts what was spent on both.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Id, modelsOverview, modelUsage } from '@yudai/contract';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { newId } from '#kernel/ids.ts';
import { silentLog } from '#platform/log/index.ts';
import { createModels } from './index.ts';
import { modelSettingsOf } from '#app/model-settings.ts';
import { parseConfig } from '#platform/config/index.ts';
import { startScriptedModel, type ScriptedModel, startTestApp, type TestApp } from '#testing/index.ts';

let model: ScriptedModel;
let app: TestApp;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'yudai-models-'));
  model = await startScriptedModel();
  const prices = join(folder, 'prices.json');
  await writeFile(prices, JSON.stringify({ [model.name]: { input: 2, cached: 0.5, output: 10 } }));
  app = await startTestApp({ env: { ...model.env, YUDAI_MODEL_PRICES: prices } });
});
beforeEach(() => model.reset());
afterAll(async () => {
  await app.close();
  await model.close();
  await rm(folder, { recursive: true, force: true });
});

const owner = async () => (await app.client.system.info({})).user.id;

/** A job that only exists as far as its calls of models are concerned. */
async function jobOf(userId: Id<'user'>, projectId: Id<'project'> | null = null) {
  const settings = await modelSettingsOf(
    parseConfig({ ...model.env, YUDAI_MODEL_PRICES: join(folder, 'prices.json') }),
  );
  const models = createModels({ settings, database: app.database, clock: { now: () => new Date() }, fetch });
  const spent: number[] = [];
  const stop = new AbortController();
  const run = {
    id: newId('job', new Date()),
    ctx: { actor: { userId, name: 'x', via: 'job' as const }, signal: stop.signal, requestId: 'r' },
    log: silentLog(),
    spend: async (micros: number) => void spent.push(micros),
  };
  const ask = async () => {
    const answer = models.forJob(run, { role: 'chat', projectId });
    return await answer.doGenerate({ prompt: [{ role: 'user', content: [{ type: 'text', text: 'Say hello.' }] }] });
  };
  return { models, run, spent, stop, ask };
}

test('the list says which models each role has, how they stand, what they cost, and never a key (I7)', async () => {
  const raw = await (await app.fetch('/api/v1/models')).text();
  const overview = modelsOverview.parse(JSON.parse(raw));

  expect(overview).toMatchObject({ configured: true, hint: '' });
  expect(overview.roles.map(({ role }) => role)).toEqual([
    'chat',
    'writer',
    'architect',
    'coder',
    'reviewer',
    'mentor',
  ]);
  expect(overview.roles[0]?.candidates).toEqual([
    {
      model: 'compatible/scripted',
      provider: 'compatible',
      state: 'ready',
      restsUntil: null,
      temperature: null,
      maxOutputTokens: 8192,
      price: { input: 2, cached: 0.5, output: 10 },
    },
  ]);
  expect(overview.providers.find(({ provider }) => provider === 'openai')).toMatchObject({
    configured: false,
    endpoint: null,
    hint: 'Set OPENAI_API_KEY to a key of OpenAI.',
  });
});

test('with no model everything starts, and the list says exactly what to set', async () => {
  await using bare = await startTestApp();
  await using keyed = await startTestApp({ env: { ANTHROPIC_API_KEY: 'hunter2' } });

  const overview = await bare.client.models.list({});
  const half = await (await keyed.fetch('/api/v1/models')).text();

  expect(overview.configured).toBe(false);
  expect(overview.hint).toContain('OPENAI_API_KEY and YUDAI_MODELS=openai/gpt-5-mini');
  expect(JSON.parse(half)).toMatchObject({ hint: expect.stringContaining('YUDAI_MODELS, such as anthropic/…') });
  expect(half).not.toContain('hunter2');
  expect(await bare.client.models.test({ provider: 'openai' })).toMatchObject({
    outcome: 'not_configured',
    model: null,
    message: 'OpenAI is not set up: set OPENAI_API_KEY.',
  });
});

test('a test asks the model once, says how it went, and is counted (I7 I10)', async () => {
  model.say({ text: 'ready' }, { status: 401 }, { status: 503 });

  const [good, refused, away] = [
    await app.client.models.test({ provider: 'compatible' }),
    await app.client.models.test({ provider: 'compatible' }),
    await app.client.models.test({ provider: 'compatible', model: 'compatible/scripted' }),
  ];

  expect(good).toMatchObject({
    outcome: 'answered',
    model: 'compatible/scripted',
    message: 'compatible/scripted answers.',
  });
  expect(refused).toMatchObject({ outcome: 'refused', message: expect.stringContaining('YUDAI_MODEL_ENDPOINT') });
  expect(away.outcome).toBe('unreachable');
  expect(model.requests).toHaveLength(3);
  const { total } = await app.client.models.usage({});
  expect(total.calls).toBeGreaterThanOrEqual(3);
  expect(total.failed).toBeGreaterThanOrEqual(2);
});

test('a model that is not among the candidates is refused, not exchanged (I14 I18)', async () => {
  const other = await app.client.models.test({ provider: 'compatible', model: 'compatible/other' });
  const mixed = await app.client.models
    .test({ provider: 'openai', model: 'compatible/x' })
    .catch((error: unknown) => error);
  const { models } = await jobOf(await owner());

  expect(other.outcome).toBe('not_configured');
  expect(mixed).toMatchObject({ code: 'invalid_input' });
  expect(() => models.requireCandidate('chat', 'openai/gpt-4o')).toThrow(
    expect.objectContaining({ code: 'invalid_input' }),
  );
  expect(model.requests).toHaveLength(0);
});

test('every call of a job is written down and charged with its price (I7)', async () => {
  const somebody = await app.as('spender');
  const { ask, spent } = await jobOf(somebody.userId);
  model.say(
    { text: 'Hello.', usage: { input: 1000, output: 50 } },
    { text: 'Again.', usage: { input: 10, output: 1 } },
  );

  await ask();
  await ask();

  expect(spent).toEqual([2500, 30]);
  const usage = modelUsage.parse(await somebody.client.models.usage({ days: 1 }));
  expect(usage.rows).toEqual([
    {
      day: new Date().toISOString().slice(0, 10),
      role: 'chat',
      model: 'compatible/scripted',
      calls: 2,
      failed: 0,
      inputTokens: 1010,
      cachedTokens: 0,
      outputTokens: 51,
      reasoningTokens: 0,
      costMicros: 2530,
      unpriced: 0,
    },
  ]);
  expect(usage.total).toMatchObject({ calls: 2, costMicros: 2530 });
});

test('a failed call fails the job in words and with a code, and costs nothing (I10)', async () => {
  const somebody = await app.as('unlucky');
  const { ask, spent } = await jobOf(somebody.userId);
  model.say({ status: 401 });

  const error = await ask().catch((caught: unknown) => caught);

  expect(error).toMatchObject({ name: 'AppError', code: 'upstream_failed', details: { reason: 'refused' } });
  expect(spent).toEqual([]);
  expect((await somebody.client.models.usage({})).total).toMatchObject({ calls: 1, failed: 1, costMicros: 0 });
});

test('the usage of a project is its members’, and nobody else’s (B10 B11 I7)', async () => {
  await writeFile(join(folder, 'a.ts'), 'export const a = 1;\n');
  const { project } = await app.client.projects.connect({ source: { kind: 'folder', path: folder } });
  const { ask } = await jobOf(await owner(), project.id);
  model.say({ text: 'Hello.', usage: { input: 100, output: 10 } });
  await ask();
  const stranger = await app.as('stranger');

  const mine = await app.client.models.usageOfProject({ projectId: project.id });
  const theirs = await stranger.client.models
    .usageOfProject({ projectId: project.id })
    .catch((error: unknown) => error);

  expect(mine.total).toMatchObject({ calls: 1, inputTokens: 100, costMicros: 300 });
  expect(theirs).toMatchObject({ code: 'not_found' });
  expect((await stranger.client.models.usage({})).total.calls).toBe(0);
});

test('nobody changes or removes what was spent, not even who spent it (M25)', async () => {
  const somebody = await app.as('regretful');
  const { ask } = await jobOf(somebody.userId);
  model.say({ text: 'Hello.' });
  await ask();

  const changed = await app.database.asUser(somebody.userId, async (db) => [
    (await db.execute(sql`update model_calls set cost_micros = 0`)).rowCount,
    (await db.execute(sql`delete from model_calls`)).rowCount,
  ]);

  expect(changed).toEqual([0, 0]);
});

test('a person limits what their jobs may use, and a maintainer what those of a project may (I7)', async () => {
  const { items } = await app.client.projects.list({});
  const projectId = items[0]?.id;
  if (projectId === undefined) throw new Error('There is no project.');

  await app.app.jobs.drain();

  const mine = await app.client.models.setBudget({ limitMicros: 5_000_000, limitMs: null });
  const ofProject = await app.client.models.setProjectBudget({ projectId, limitMicros: null, limitMs: 60_000 });
  const both = await app.client.models.budgets({});

  expect(mine).toMatchObject({ limitMicros: 5_000_000, limitMs: null });
  expect(ofProject).toMatchObject({ limitMicros: null, limitMs: 60_000 });
  expect(both.person).toEqual(mine);
  expect(both.projects).toContainEqual({ projectId, ...ofProject });
  const stranger = await app.as('stranger');
  expect((await stranger.client.models.budgets({})).projects).toEqual([]);
  const { items: written } = await app.client.audit.list({ action: 'budget.changed' });
  expect(written.map(({ projectId: of, details }) => [of, details])).toEqual([
    [projectId, { limitMicros: null, limitMs: 60_000 }],
    [null, { limitMicros: 5_000_000, limitMs: null }],
  ]);
});

test('health says that models can be called, and that they rest when all do (L2)', async () => {
  const { models } = await jobOf(await owner());
  expect(await models.probe?.()).toBe('6 roles have models');
  const health: unknown = await (await app.fetch('/health')).json();
  expect(JSON.stringify(health)).toContain('6 roles have models');
});

test('a file of prices that cannot be read stops the start and says why', async () => {
  const bad = join(folder, 'bad.json');
  await writeFile(bad, '{"openai/x": {"input": "dear"}}');

  const problem = (file: string) =>
    modelSettingsOf(parseConfig({ YUDAI_MODEL_PRICES: file })).catch((error: unknown) => String(error));

  expect(await problem(bad)).toContain('openai/x.input');
  expect(await problem(join(folder, 'none.json'))).toContain('it cannot be read');
});

test('traffic is recorded without keys, and replayed by a Yudai without any (N13)', async () => {
  const cassette = join(folder, 'cassette.jsonl');
  await using openai = await startScriptedModel({ provider: 'openai' });
  openai.say({ text: 'ready' });
  await using recording = await startTestApp({ env: { ...openai.env, YUDAI_MODEL_RECORD: cassette } });
  const recorded = await recording.client.models.test({ provider: 'openai' });
  await openai.close();

  await using replaying = await startTestApp({ env: { YUDAI_MODELS: openai.name, YUDAI_MODEL_REPLAY: cassette } });
  const [replayed, missing] = [
    await replaying.client.models.test({ provider: 'openai' }),
    await replaying.client.models.test({ provider: 'openai' }),
  ];

  expect([recorded.outcome, replayed.outcome]).toEqual(['answered', 'answered']);
  expect(missing).toMatchObject({ outcome: 'failed', message: expect.stringContaining('not in the recording') });
});
