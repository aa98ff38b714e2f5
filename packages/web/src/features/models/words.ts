import type { ModelCandidate, ModelProvider, ModelRole } from '@yudai/contract';
import type { Tone } from '#ui/state-dot.tsx';

export const roleWords: Readonly<Record<ModelRole, string>> = {
  chat: 'Chat',
  writer: 'Writer',
  architect: 'Architect',
  coder: 'Coder',
  reviewer: 'Reviewer',
  mentor: 'Mentor',
};

export const providerWords: Readonly<Record<ModelProvider, string>> = {
  openai: 'OpenAI',
  anthropic: 'Anthropic',
  google: 'Google',
  openrouter: 'OpenRouter',
  compatible: 'Own endpoint',
};

export const stateWords: Readonly<Record<ModelCandidate['state'], { readonly tone: Tone; readonly text: string }>> = {
  ready: { tone: 'success', text: 'Ready' },
  resting: { tone: 'danger', text: 'Rests after outages' },
  probing: { tone: 'warning', text: 'Tried again' },
};

/** Micro-dollars: `$12.30`, `$0.0042`, `$0` for nothing. */
export function formatMoney(micros: number): string {
  if (micros === 0) return '$0';
  return `$${(micros / 1_000_000).toFixed(micros < 100_000 ? 4 : 2)}`;
}

/** What calls cost, as far as their prices are known. */
export function formatCost({
  costMicros,
  unpriced,
}: {
  readonly costMicros: number;
  readonly unpriced: number;
}): string {
  if (unpriced === 0) return formatMoney(costMicros);
  return costMicros === 0 ? 'not known' : `at least ${formatMoney(costMicros)}`;
}

/** Dollars that somebody typed as micro-dollars; null when they are no amount. */
export function microsOf(dollars: string): number | null {
  if (!/^\d{1,6}(\.\d{1,6})?$/.test(dollars.trim())) return null;
  return Math.round(Number(dollars) * 1_000_000);
}
