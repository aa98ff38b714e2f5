import { expect, test } from 'vitest';
import { parseConfig } from '#platform/config/index.ts';
import { examine } from './doctor.ts';

const modelsOf = async (env: Record<string, string>) =>
  (await examine(parseConfig({ YUDAI_ENV: 'test', YUDAI_PORT: '0', ...env }))).find(({ name }) => name === 'models');

test('doctor says which models there are, and what to set for those that are missing', async () => {
  const key = { OPENAI_API_KEY: 'hunter2' };

  expect(await modelsOf({})).toMatchObject({ status: 'ok', detail: expect.stringContaining('none set up') });
  expect(await modelsOf(key)).toMatchObject({ status: 'warning', fix: expect.stringContaining('YUDAI_MODELS') });
  expect(await modelsOf({ ...key, YUDAI_MODELS_CHAT: 'openai/gpt-5' })).toMatchObject({
    status: 'warning',
    detail: 'openai/gpt-5',
    fix: expect.stringContaining('writer, architect, coder, reviewer, mentor'),
  });
  expect(await modelsOf({ ...key, YUDAI_MODELS: 'openai/gpt-5' })).toMatchObject({
    status: 'ok',
    detail: expect.stringContaining('openai/gpt-5'),
  });
});
