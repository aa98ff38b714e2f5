import {
  type ModelCandidate,
  type ModelProvider,
  modelProviders,
  modelRoles,
  type ModelsOverview,
} from '@yudai/contract';
import {
  type CandidateSettings,
  type Models as EngineModels,
  type ModelsSettings,
  providerFacts,
  splitModelName,
} from '@yudai/engine/models';

/** Which models there are, how they stand in this process, and what to set where something is missing. */
export async function overviewOf(settings: ModelsSettings, engine: EngineModels): Promise<ModelsOverview> {
  const roles = await Promise.all(
    modelRoles.map(async (role) => ({
      role,
      variable: `YUDAI_MODELS_${role.toUpperCase()}`,
      candidates: await Promise.all(settings.roles[role].map((candidate) => toCandidate(candidate, engine))),
    })),
  );
  return {
    configured: roles.every(({ candidates }) => candidates.length > 0),
    hint: hintOf(settings),
    roles,
    providers: modelProviders.map((provider) => toProvider(provider, settings)),
  };
}

async function toCandidate(
  { model, temperature, maxOutputTokens }: CandidateSettings,
  engine: EngineModels,
): Promise<ModelCandidate> {
  const { state, restsUntil } = engine.stateOf(model);
  return {
    model,
    provider: splitModelName(model).provider,
    state,
    restsUntil: restsUntil === null ? null : new Date(restsUntil).toISOString(),
    temperature,
    maxOutputTokens,
    price: await engine.priceOf(model),
  };
}

function toProvider(provider: ModelProvider, settings: ModelsSettings): ModelsOverview['providers'][number] {
  const { label, variable } = providerFacts[provider];
  const opening = settings.providers[provider];
  const models = modelsOf(settings, provider);
  const unset =
    provider === 'compatible'
      ? `Set ${variable} to the address of an endpoint, such as http://127.0.0.1:11434/v1 for Ollama.`
      : `Set ${variable} to a key of ${label}.`;
  const unused = `Name a model of it in YUDAI_MODELS, as ${provider}/….`;
  return {
    provider,
    configured: opening !== undefined,
    variable,
    endpoint: opening === undefined ? null : new URL(opening.url).origin,
    models,
    hint: opening === undefined ? unset : models.length === 0 ? unused : '',
  };
}

/** The models of one provider among the candidates of all roles, each once. */
export function modelsOf(settings: ModelsSettings, provider: ModelProvider): string[] {
  const named = modelRoles.flatMap((role) => settings.roles[role].map(({ model }) => model));
  return [...new Set(named)].filter((model) => splitModelName(model).provider === provider);
}

/** What to set, exactly; empty when every role has a model. */
export function hintOf(settings: ModelsSettings): string {
  const without = modelRoles.filter((role) => settings.roles[role].length === 0);
  if (without.length === 0) return '';
  const opened = modelProviders.filter((provider) => settings.providers[provider] !== undefined);
  if (opened.length === 0)
    return 'Set the key of a provider and the models to use, for example OPENAI_API_KEY and YUDAI_MODELS=openai/gpt-5-mini, then start Yudai again.';
  if (without.length === modelRoles.length)
    return `Name the models to use in YUDAI_MODELS, such as ${opened[0]}/…, then start Yudai again.`;
  return `No model is named for ${without.join(', ')}: set YUDAI_MODELS for all roles, or YUDAI_MODELS_${(without[0] ?? '').toUpperCase()}.`;
}
