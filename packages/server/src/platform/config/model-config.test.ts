import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { ConfigError, parseConfig } from '#platform/config/index.ts';

const keys = { OPENAI_API_KEY: 'hunter2', ANTHROPIC_API_KEY: 'hunter2' };

test('one list of models serves every role, and a role may have its own, with limits (I7)', () => {
  const { models } = parseConfig({
    ...keys,
    YUDAI_MODELS: 'anthropic/claude-sonnet-4-5, openai/gpt-5-mini',
    YUDAI_MODELS_CODER: 'openai/gpt-5?temperature=0.2&maxTokens=64000',
  });

  expect(models.roles.chat.map(({ model }) => model)).toEqual(['anthropic/claude-sonnet-4-5', 'openai/gpt-5-mini']);
  expect(models.roles.mentor).toEqual(models.roles.chat);
  expect(models.roles.coder).toEqual([{ model: 'openai/gpt-5', temperature: 0.2, maxOutputTokens: 64_000 }]);
});

test('without a model nothing is refused: everything that needs none works', () => {
  const { models } = parseConfig({ OPENAI_API_KEY: 'hunter2' });

  expect(Object.values(models.roles).flat()).toEqual([]);
  expect(Object.keys(models.providers)).toEqual(['openai']);
});

test.each([
  ['YUDAI_MODELS', 'gpt-4o'],
  ['YUDAI_MODELS', 'azure/gpt-4o'],
  ['YUDAI_MODELS', 'openai/'],
  ['YUDAI_MODELS', 'openai/gpt 4o'],
  ['YUDAI_MODELS', 'openai/gpt-4o?temperature=9'],
  ['YUDAI_MODELS', 'openai/gpt-4o?maxTokens=0'],
  ['YUDAI_MODELS', 'openai/gpt-4o?seed=1'],
  ['YUDAI_MODELS_CODER', 'openai/gpt-4o,what'],
])('%s=%s stops the start: what there is not is never exchanged for what there is (I14 I18)', (name, value) => {
  const problems = problemsOf({ ...keys, [name]: value });

  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain(`${name} must be models such as openai/gpt-5-mini`);
});

test('a role that there is not stops the start, and the nearest one is named (I18)', () => {
  expect(problemsOf({ ...keys, YUDAI_MODELS_CODR: 'openai/gpt-5' })[0]).toContain('Did you mean YUDAI_MODELS_CODER?');
});

test.each([
  ['openai/gpt-5', 'OPENAI_API_KEY'],
  ['anthropic/claude-sonnet-4-5', 'ANTHROPIC_API_KEY'],
  ['google/gemini-2.5-pro', 'GOOGLE_GENERATIVE_AI_API_KEY'],
  ['openrouter/deepseek/deepseek-chat', 'OPENROUTER_API_KEY'],
  ['compatible/qwen3:8b', 'YUDAI_MODEL_ENDPOINT'],
])('%s without what opens its provider stops the start and says what to set (I18)', (model, variable) => {
  expect(problemsOf({ YUDAI_MODELS_CHAT: model })).toEqual([
    `YUDAI_MODELS_CHAT names ${model}, which needs ${variable}.`,
  ]);
});

test('an address without a path gets the version of the API, one with a path is taken as it is', () => {
  const { providers } = parseConfig({
    ...keys,
    ANTHROPIC_BASE_URL: 'https://proxy.example/',
    OPENAI_BASE_URL: 'https://proxy.example/openai/v1',
    YUDAI_MODEL_ENDPOINT: 'http://127.0.0.1:11434/v1',
  }).models;

  expect(providers.anthropic?.url).toBe('https://proxy.example/v1');
  expect(providers.openai?.url).toBe('https://proxy.example/openai/v1');
  expect(providers.compatible).toEqual({ url: 'http://127.0.0.1:11434/v1', key: null });
});

test('what is replayed needs no key; recording and replaying exclude each other', () => {
  expect(problemsOf({ YUDAI_MODELS: 'openai/gpt-5', YUDAI_MODEL_REPLAY: 'a.jsonl' })).toEqual([]);
  expect(problemsOf({ YUDAI_MODEL_RECORD: 'a.jsonl', YUDAI_MODEL_REPLAY: 'a.jsonl' })[0]).toContain('exclude');
});

test('no way of printing the configuration shows the key of a provider (N13)', () => {
  const config = parseConfig({ ...keys, GOOGLE_GENERATIVE_AI_API_KEY: 'hunter2', OPENROUTER_API_KEY: 'hunter2' });

  expect(JSON.stringify(config) + inspect(config, { depth: 9 })).not.toContain('hunter2');
  expect(config.models.providers.openai?.key?.reveal()).toBe('hunter2');
});

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    parseConfig(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}
