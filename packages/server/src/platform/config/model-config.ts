import { type ModelProvider, modelProviders, modelRoles, type ModelRole } from '@yudai/contract';
import { type modelVariables, type NamedModel, variableOfRole } from '#platform/config/model-variables.ts';
import type { Read } from '#platform/config/reader.ts';
import type { Secret } from '#platform/config/secret.ts';

export interface ModelProviderConfig {
  readonly url: string;
  readonly key: Secret | null;
}

export interface ModelConfig {
  readonly providers: Readonly<Partial<Record<ModelProvider, ModelProviderConfig>>>;
  readonly roles: Readonly<Record<ModelRole, readonly NamedModel[]>>;
  readonly firstTokenMs: number;
  readonly pricesFile: string | null;
  readonly recordFile: string | null;
  readonly replayFile: string | null;
}

/** Reads which models there are, and says what is missing for those that are named. */
export function modelConfigOf(read: Read, problems: string[]): ModelConfig {
  const replayFile = read('YUDAI_MODEL_REPLAY') ?? null;
  const recordFile = read('YUDAI_MODEL_RECORD') ?? null;
  const providers = providersOf(read);
  const forAll = read('YUDAI_MODELS') ?? [];
  const roles = { chat: forAll, writer: forAll, architect: forAll, coder: forAll, reviewer: forAll, mentor: forAll };
  const named = new Map<string, string>(forAll.map(({ model }) => [model, 'YUDAI_MODELS']));
  for (const role of modelRoles) {
    const variable = variableOfRole(role);
    const own = read(variable);
    if (own === undefined) continue;
    roles[role] = own;
    for (const { model } of own) if (!named.has(model)) named.set(model, variable);
  }
  for (const [model, variable] of named) {
    const provider = modelProviders.find((known) => model.startsWith(`${known}/`));
    // What is replayed asks nobody, so it needs no key.
    if (provider === undefined || providers[provider] !== undefined || replayFile !== null) continue;
    problems.push(`${variable} names ${model}, which needs ${openedBy[provider]}.`);
  }
  if (recordFile !== null && replayFile !== null)
    problems.push('YUDAI_MODEL_RECORD and YUDAI_MODEL_REPLAY exclude each other.');
  return {
    providers,
    roles,
    firstTokenMs: read('YUDAI_MODEL_FIRST_TOKEN_MS') ?? 180_000,
    pricesFile: read('YUDAI_MODEL_PRICES') ?? null,
    recordFile,
    replayFile,
  };
}

const openedBy: Readonly<Record<ModelProvider, keyof typeof modelVariables>> = {
  openai: 'OPENAI_API_KEY',
  anthropic: 'ANTHROPIC_API_KEY',
  google: 'GOOGLE_GENERATIVE_AI_API_KEY',
  openrouter: 'OPENROUTER_API_KEY',
  compatible: 'YUDAI_MODEL_ENDPOINT',
};

function providersOf(read: Read): ModelConfig['providers'] {
  const endpoint = read('YUDAI_MODEL_ENDPOINT');
  const endpointKey = read('YUDAI_MODEL_ENDPOINT_KEY') ?? null;
  return {
    ...opened('openai', read('OPENAI_API_KEY'), read('OPENAI_BASE_URL'), '/v1'),
    ...opened('anthropic', read('ANTHROPIC_API_KEY'), read('ANTHROPIC_BASE_URL'), '/v1'),
    ...opened('google', read('GOOGLE_GENERATIVE_AI_API_KEY'), read('GOOGLE_GENERATIVE_AI_BASE_URL'), '/v1beta'),
    ...opened('openrouter', read('OPENROUTER_API_KEY'), read('OPENROUTER_BASE_URL'), '/api/v1'),
    ...(endpoint === undefined ? {} : { compatible: { url: endpoint, key: endpointKey } }),
  };
}

/** Tools disagree on whether such a variable holds the version too: an address without a path gets it. */
function opened(provider: ModelProvider, key: Secret | undefined, url: string | undefined, version: string) {
  if (key === undefined || url === undefined) return {};
  return { [provider]: { url: new URL(url).pathname === '/' ? `${url}${version}` : url, key } };
}
