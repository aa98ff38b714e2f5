import type { Card, CardHead } from '@yudai/contract';
import { formatCount } from '#output/numbers.ts';
import { safeText } from '#output/safe-text.ts';
import type { Style } from '#output/style.ts';
import { formatTable } from '#output/table.ts';

interface Cards {
  readonly items: readonly CardHead[];
  readonly nextCursor: string | null;
  readonly total: { readonly cards: number; readonly tokens: number };
}

/** The cards of a project, one a line, and what they cost together. */
export function formatCards({ items, total }: Cards, style: Style): string {
  if (items.length === 0) return 'There are no cards. `yudai cards add src/file.ts:10-20` keeps some lines.';
  const rows = items.map((card) => [
    style('dim', card.id),
    card.source,
    style('bold', safeText(card.title)),
    `${formatCount(card.tokens)} tokens`,
    card.visibility === 'project' ? 'shared' : '',
    stateOf(card, style),
  ]);
  const rest = total.cards > items.length ? `, ${formatCount(items.length)} of them here` : '';
  return `${formatTable(rows)}\n\n${formatCount(total.cards)} cards, ${formatCount(total.tokens)} tokens${rest}.`;
}

/** A card with all of its text. */
export function formatCard(card: Card, style: Style): string {
  const facts = [
    card.source,
    card.category,
    `${formatCount(card.tokens)} tokens`,
    card.cite === null ? '' : safeText(card.cite),
    stateOf(card, style),
  ];
  const head = facts.filter((fact) => fact !== '').join(' · ');
  return `${style('bold', safeText(card.title))}\n${style('dim', head)}\n\n${safeText(card.content)}`;
}

function stateOf({ staleness }: CardHead, style: Style): string {
  if (staleness === null || staleness.state === 'current') return '';
  const { state, path, startLine, endLine } = staleness;
  const place = path === null ? '' : ` (${safeText(path)}:${startLine ?? ''}-${endLine ?? ''})`;
  return style('yellow', `${state}${place}`);
}
