import { type ModelsOverview, modelsOverview } from '@yudai/contract';
import { expect, test } from 'vitest';
import { ModelsPage } from '#features/models/models-page.tsx';
import { authStatusQuery } from '#lib/auth-status.ts';
import { api } from '#lib/client.ts';
import { render } from '#testing/render.tsx';
import { signedIn } from '#testing/samples.ts';

const candidate = {
  model: 'openai/gpt-5-mini',
  provider: 'openai',
  state: 'resting',
  restsUntil: '2026-11-21T10:01:00.000Z',
  temperature: null,
  maxOutputTokens: 8192,
  price: { input: 0.25, cached: 0.025, output: 2 },
} as const;

function overviewWith(isSetUp: boolean): ModelsOverview {
  return modelsOverview.parse({
    configured: isSetUp,
    hint: isSetUp ? '' : 'Set OPENAI_API_KEY and YUDAI_MODELS.',
    roles: [{ role: 'chat', variable: 'YUDAI_MODELS_CHAT', candidates: isSetUp ? [candidate] : [] }],
    providers: [
      {
        provider: 'openai',
        configured: isSetUp,
        variable: 'OPENAI_API_KEY',
        endpoint: isSetUp ? 'https://api.openai.com' : null,
        models: isSetUp ? [candidate.model] : [],
        hint: isSetUp ? '' : 'Set OPENAI_API_KEY to a key of OpenAI.',
      },
    ],
  });
}

const counts = {
  calls: 3,
  failed: 1,
  inputTokens: 12_345,
  cachedTokens: 0,
  outputTokens: 678,
  reasoningTokens: 0,
  costMicros: 4_200,
  unpriced: 1,
};

function show(overview: ModelsOverview, administrator: boolean) {
  return render(<ModelsPage />, (queries) => {
    const status = signedIn();
    const account = status.account === null ? null : { ...status.account, administrator };
    queries.setQueryData(authStatusQuery.queryKey, { ...status, account });
    queries.setQueryData(api.models.list.queryKey({ input: {} }), overview);
    queries.setQueryData(api.models.usage.queryKey({ input: { days: 30 } }), {
      total: counts,
      rows: [{ day: '2026-11-21', role: 'chat', model: candidate.model, ...counts }],
    });
    queries.setQueryData(api.models.budgets.queryKey({ input: {} }), {
      person: { limitMicros: 5_000_000, spentMicros: 4_200, limitMs: null, spentMs: 0 },
      projects: [],
    });
  });
}

test('with no model the page says what to set, and offers no test', async () => {
  const { text, buttons } = await show(overviewWith(false), true);

  expect(text()).toContain('Set OPENAI_API_KEY and YUDAI_MODELS. Everything that needs no model works.');
  expect(text()).toContain('Set OPENAI_API_KEY to a key of OpenAI.');
  expect(text()).toContain('YUDAI_MODELS_CHAT');
  expect(buttons()).not.toContain('Test OpenAI');
});

test('each role shows its models, how they stand and what they cost', async () => {
  const { text } = await show(overviewWith(true), false);

  expect(text()).toContain('openai/gpt-5-miniRests after outages$0.25 in, $2 out per million tokens');
});

test('who looks after this Yudai may test a provider, others may not (B10)', async () => {
  const administrator = await show(overviewWith(true), true);
  const person = await show(overviewWith(true), false);

  expect(administrator.buttons()).toContain('Test OpenAI');
  expect(person.buttons()).not.toContain('Test OpenAI');
});

test('what was used is told with what of its price is not known, and what is left of the budget', async () => {
  const { text } = await show(overviewWith(true), false);

  expect(text()).toContain('$0.0042 in 3 calls, as far as prices are known: not those of 1 call.');
  expect(text()).toContain('12.3K');
  expect(text()).toContain('Your jobs have spent $0.0042 of $5.00.');
});
