import { readFile } from 'node:fs/promises';
import { modelPrice, modelProviders, type ModelPrice, type ModelRole } from '@yudai/contract';
import { type ModelsSettings, recordTo, replayFrom, standardOutputTokens } from '@yudai/engine/models';
import { z } from 'zod';
import { type Config, ConfigError } from '#platform/config/index.ts';

/** What calls to models need to know, with the file of prices read. Throws ConfigError when that cannot be. */
export async function modelSettingsOf({ models }: Pick<Config, 'models'>): Promise<ModelsSettings> {
  const candidatesOf = (role: ModelRole) =>
    models.roles[role].map(({ model, temperature, maxOutputTokens }) => ({
      model,
      temperature,
      maxOutputTokens: maxOutputTokens ?? standardOutputTokens[role],
    }));
  return {
    providers: providersOf(models),
    roles: {
      chat: candidatesOf('chat'),
      writer: candidatesOf('writer'),
      architect: candidatesOf('architect'),
      coder: candidatesOf('coder'),
      reviewer: candidatesOf('reviewer'),
      mentor: candidatesOf('mentor'),
    },
    ...(models.pricesFile === null ? {} : { prices: await readPrices(models.pricesFile) }),
    patience: { firstTokenMs: models.firstTokenMs },
  };
}

/** What carries requests to models: the network, a recorder before it, or a recording instead of it. */
export function modelFetchOf({ models }: Pick<Config, 'models'>): typeof globalThis.fetch {
  if (models.replayFile !== null) return replayFrom(models.replayFile);
  if (models.recordFile === null) return fetch;
  const keys = Object.values(models.providers).flatMap(({ key }) => (key === null ? [] : [key.reveal()]));
  return recordTo(models.recordFile, fetch, keys);
}

function providersOf({ providers, replayFile }: Config['models']): ModelsSettings['providers'] {
  return Object.fromEntries(
    modelProviders.flatMap((provider) => {
      const opening = providers[provider];
      if (opening !== undefined) return [[provider, { url: opening.url, key: opening.key?.reveal() ?? null }] as const];
      // A recording answers for providers that nobody has a key of.
      return replayFile === null ? [] : [[provider, { url: 'https://recording.invalid/v1', key: 'none' }] as const];
    }),
  );
}

const prices = z.record(
  z.string(),
  modelPrice
    .partial({ cached: true })
    .transform(({ input, cached, output }): ModelPrice => ({ input, cached: cached ?? null, output })),
);

async function readPrices(path: string): Promise<Record<string, ModelPrice>> {
  try {
    return prices.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    const example = '{"compatible/qwen3": {"input": 0.1, "output": 0.4}}';
    throw new ConfigError([`YUDAI_MODEL_PRICES must name a readable JSON file such as ${example}: ${whyOf(error)}.`]);
  }
}

function whyOf(error: unknown): string {
  if (error instanceof z.ZodError)
    return error.issues.map(({ path, message }) => `${path.join('.')} ${message}`).join('; ');
  return error instanceof SyntaxError ? 'it is no JSON' : 'it cannot be read';
}
