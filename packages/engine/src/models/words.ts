import type { ModelFailure, ModelName } from '@yudai/contract';
import { providerFacts, splitModelName } from './providers.ts';

/** What a person is told when a model gave no answer: what happened, and what to do. */
export function wordsFor(
  reason: ModelFailure,
  model: ModelName,
  more: { readonly retryAfterMs?: number | null; readonly detail?: string } = {},
): string {
  const { label, variable } = providerFacts[splitModelName(model).provider];
  const again = whenAgain(more.retryAfterMs ?? null);
  switch (reason) {
    case 'not_configured':
      return `${model} cannot be used: ${label} is not set up. Set ${variable}.`;
    case 'refused':
      return `${label} refused ${model}. Check ${variable}, the name of the model, and whether this key may use it.`;
    case 'limited':
      return `${model} takes no more requests for now: its limit or the quota of the account is used up. ${again}`;
    case 'unreachable':
      return more.detail === 'cut'
        ? `The answer of ${model} broke off on its way. ${again}`
        : `${model} cannot be reached or has trouble of its own. ${again}`;
    case 'stalled':
      return `${model} went silent, so it is no longer waited for. ${again}`;
    case 'malformed':
      return more.detail === 'empty'
        ? `${model} gave an empty answer. ${again}`
        : `What ${model} sent cannot be read. ${again} If it stays so, check that its address is an API and no web page.`;
    case 'too_long':
      return `The conversation is longer than ${model} takes. Leave something out, or use a model with more room.`;
    case 'filtered':
      return `${model} declined to answer this. Say it differently, or use another model.`;
    case 'failed':
      return `${model} could not carry out the request. See whether it can do what is asked of it, or use another model.`;
  }
}

function whenAgain(retryAfterMs: number | null): string {
  if (retryAfterMs === null) return 'Try again in a while.';
  const seconds = Math.max(1, Math.ceil(retryAfterMs / 1000));
  if (seconds < 90) return `Try again in ${seconds} seconds.`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 90 ? `Try again in ${minutes} minutes.` : `Try again in ${Math.ceil(minutes / 60)} hours.`;
}
