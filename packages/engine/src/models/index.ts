export { type AskFor, askFor } from './ask-for.ts';
export { recordTo, replayFrom } from './cassette.ts';
export { createModels, type ForRole, type Models, type ModelsDeps } from './create-models.ts';
export type { OnCall } from './call-record.ts';
export { ModelError } from './model-error.ts';
export { type ModelRelay, relayPath } from './relay.ts';
export type { RoleModel } from './router.ts';
export { contextWindowOf } from './prices.ts';
export { providerFacts, splitModelName } from './providers.ts';
export {
  type CandidateSettings,
  type ModelsSettings,
  type Patience,
  type ProviderSettings,
  standardOutputTokens,
} from './settings.ts';
export type { Time } from './time.ts';
