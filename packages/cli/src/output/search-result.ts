import type { SearchHit, SearchResult } from '@yudai/contract';
import { formatAmount, formatDuration } from '#output/numbers.ts';
import { safeText } from '#output/safe-text.ts';
import type { Style } from '#output/style.ts';

/** Hits in order, each with where it is, why it is there and a few lines of it. `pathsOnly`: the distinct paths alone. */
export function formatSearch(result: SearchResult, style: Style, pathsOnly: boolean): string {
  if (pathsOnly) return [...new Set(result.hits.map((hit) => safeText(hit.path)))].join('\n');
  const count = `${formatAmount(result.hits.length, 'hit')}${result.truncated ? ' (there are more)' : ''}`;
  const footer = [`${count} in ${formatDuration(result.ms)}`, ...result.notes].map((line) =>
    style('dim', safeText(line)),
  );
  return [...result.hits.map((hit) => `${formatHit(hit, style)}\n`), ...footer].join('\n');
}

function formatHit(hit: SearchHit, style: Style): string {
  const place = `${style('bold', safeText(hit.path))}${style('dim', `:${hit.startLine}-${hit.endLine}`)}`;
  const symbol =
    hit.symbol === null ? '' : `  ${style('cyan', `${hit.symbol.kind} ${safeText(qualified(hit.symbol))}`)}`;
  const reasons = hit.reasons
    .map(({ signal, detail }) => (detail === '' ? signal : `${signal}: ${detail}`))
    .join(' · ');
  const preview = hit.preview.map(
    ({ line, text }) => `  ${style('dim', String(line).padStart(5))} ${safeText(text).slice(0, 160)}`,
  );
  return [place + symbol, ...(reasons === '' ? [] : [`  ${style('dim', safeText(reasons))}`]), ...preview].join('\n');
}

function qualified({ container, name }: { container: string; name: string }): string {
  return container === '' ? name : `${container}.${name}`;
}
