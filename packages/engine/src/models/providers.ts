import type { LanguageModelV4 } from '@ai-sdk/provider';
import { type ModelName, type ModelProvider, modelProviders } from '@yudai/contract';
import type { ModelsSettings, ProviderSettings } from './settings.ts';

/** What people call a provider, and the variable that opens it. */
export const providerFacts: Readonly<Record<ModelProvider, { readonly label: string; readonly variable: string }>> = {
  openai: { label: 'OpenAI', variable: 'OPENAI_API_KEY' },
  anthropic: { label: 'Anthropic', variable: 'ANTHROPIC_API_KEY' },
  google: { label: 'Google', variable: 'GOOGLE_GENERATIVE_AI_API_KEY' },
  openrouter: { label: 'OpenRouter', variable: 'OPENROUTER_API_KEY' },
  compatible: { label: 'the model endpoint', variable: 'YUDAI_MODEL_ENDPOINT' },
};

/** Takes `provider/model` apart. Throws for a provider that there is not: a model is never exchanged for another one. */
export function splitModelName(name: ModelName): { readonly provider: ModelProvider; readonly id: string } {
  const slash = name.indexOf('/');
  const provider = modelProviders.find((known) => known === name.slice(0, slash));
  const id = name.slice(slash + 1);
  if (provider === undefined || id === '')
    throw new Error(`'${name}' is no model: provider/name, with one of ${modelProviders.join(', ')}.`);
  return { provider, id };
}

export type LoadModel = (name: ModelName) => Promise<LanguageModelV4>;

/** Makes models of the AI SDK, each once. The SDK of a provider is loaded when first used: most installations have one. */
export function createLoader(settings: ModelsSettings, fetch: typeof globalThis.fetch): LoadModel {
  const loaded = new Map<ModelName, Promise<LanguageModelV4>>();
  return (name) => {
    const known = loaded.get(name) ?? load(name, settings, fetch);
    loaded.set(name, known);
    return known;
  };
}

async function load(name: ModelName, settings: ModelsSettings, fetch: typeof globalThis.fetch) {
  const { provider, id } = splitModelName(name);
  const opening = settings.providers[provider];
  if (opening === undefined) throw new Error(`The provider of ${name} is not set up.`);
  return await loaders[provider](id, opening, fetch);
}

type Load = (id: string, opening: ProviderSettings, fetch: typeof globalThis.fetch) => Promise<LanguageModelV4>;

const loaders: Readonly<Record<ModelProvider, Load>> = {
  async openai(id, { url, key }, fetch) {
    const { createOpenAI } = await import('@ai-sdk/openai');
    return createOpenAI({ baseURL: url, apiKey: key ?? '', fetch })(id);
  },
  async anthropic(id, { url, key }, fetch) {
    const { createAnthropic } = await import('@ai-sdk/anthropic');
    return createAnthropic({ baseURL: url, apiKey: key ?? '', fetch })(id);
  },
  async google(id, { url, key }, fetch) {
    const { createGoogle } = await import('@ai-sdk/google');
    return createGoogle({ baseURL: url, apiKey: key ?? '', fetch })(id);
  },
  async openrouter(id, { url, key }, fetch) {
    const { createOpenRouter } = await import('@openrouter/ai-sdk-provider');
    return createOpenRouter({ baseURL: url, apiKey: key ?? '', compatibility: 'strict', fetch })(id);
  },
  async compatible(id, { url, key }, fetch) {
    const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible');
    return createOpenAICompatible({
      name: 'compatible',
      baseURL: url,
      ...(key === null ? {} : { apiKey: key }),
      includeUsage: true,
      supportsStructuredOutputs: true,
      fetch,
    })(id);
  },
};
