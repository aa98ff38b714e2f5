import type { ModelCandidate, ModelsOverview, ModelTest, ModelUsage } from '@yudai/contract';
import { formatAmount, formatDollars, formatDuration } from '#output/numbers.ts';
import { safeText } from '#output/safe-text.ts';
import type { Style } from '#output/style.ts';
import { formatTable } from '#output/table.ts';

/** Each role with its models in order, then what to set. */
export function formatModels({ roles, hint, providers }: ModelsOverview, style: Style): string {
  const rows = roles.flatMap(({ role, candidates, variable }) =>
    candidates.length === 0
      ? [[style('bold', role), style('yellow', 'no model'), '', style('dim', variable)]]
      : candidates.map((candidate, index) => [
          index === 0 ? style('bold', role) : '',
          safeText(candidate.model),
          formatState(candidate, style),
          style('dim', formatPrice(candidate)),
        ]),
  );
  const missing = providers.filter(({ hint: wanted }) => wanted !== '').map(({ hint: wanted }) => `  ${wanted}`);
  const lines = [formatTable(rows)];
  if (hint !== '') lines.push('', style('yellow', hint), ...missing);
  return lines.join('\n');
}

function formatState({ state }: ModelCandidate, style: Style): string {
  switch (state) {
    case 'ready':
      return style('green', 'ready');
    case 'resting':
      return style('red', 'rests after outages');
    case 'probing':
      return style('yellow', 'is tried again');
  }
}

function formatPrice({ price }: ModelCandidate): string {
  return price === null ? 'price not known' : `$${price.input} in, $${price.output} out a million tokens`;
}

/** One line for each provider that was asked. */
export function formatTests(tests: readonly ModelTest[], style: Style): string {
  return formatTable(
    tests.map(({ provider, outcome, message, ms }) => [
      outcome === 'answered' ? style('green', '✓') : style('red', '✗'),
      style('bold', provider),
      safeText(message),
      style('dim', ms === 0 ? '' : formatDuration(ms)),
    ]),
  );
}

/** What was used, and one line for each day, role and model. */
export function formatUsage({ total, rows }: ModelUsage, style: Style): string {
  if (rows.length === 0) return 'No model was called.';
  const more = total.unpriced === 0 ? '' : `, without ${formatAmount(total.unpriced, 'call')} of unknown price`;
  const summary = `${formatAmount(total.calls, 'call')} · ${total.inputTokens} tokens in · ${total.outputTokens} out · ${formatDollars(total.costMicros)}${more}`;
  const lines = rows.map((row) => [
    row.day,
    row.role,
    safeText(row.model),
    formatAmount(row.calls, 'call'),
    `${row.inputTokens} in`,
    `${row.outputTokens} out`,
    costOf(row),
  ]);
  return `${style('bold', summary)}\n${formatTable(lines)}`;
}

function costOf({ costMicros, unpriced }: ModelUsage['total']): string {
  if (unpriced === 0) return formatDollars(costMicros);
  return costMicros === 0 ? 'price not known' : `at least ${formatDollars(costMicros)}`;
}
