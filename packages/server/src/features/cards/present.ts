import type { Card, CardHead, CardStaleness } from '@yudai/contract';
import type { Standing } from './reanchor.ts';
import type { CardHeadRow, CardRow } from './store.ts';

/** How a card is shown, without its content. */
export function toHead(row: CardRow | CardHeadRow, standing: Standing | undefined): CardHead {
  const { anchor } = row;
  return {
    id: row.id,
    projectId: row.projectId,
    ownerId: row.ownerId,
    visibility: row.sharedWith === null ? 'private' : 'project',
    sessionId: row.sessionId,
    title: row.title,
    source: row.source,
    category: row.category,
    anchor,
    staleness: standing === undefined ? null : toStaleness(standing),
    tokens: row.tokens,
    cite: citeOf(row, standing),
    excerpt: ('excerpt' in row ? row.excerpt : row.content.slice(0, 200)).toWellFormed(),
    readAt: row.readAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}

export function toCard(row: CardRow, standing: Standing | undefined): Card {
  return { ...toHead(row, standing), content: row.content };
}

/** Where the text is now when it is still the same, else where it was. */
export function citeOf({ anchor }: Pick<CardRow, 'anchor'>, standing: Standing | undefined): string | null {
  if (anchor?.kind !== 'file') return null;
  const isSame = standing?.state === 'current' || standing?.state === 'moved';
  const { path, startLine, endLine, blob } = (isSame ? standing.place : null) ?? anchor;
  return `${path}:${startLine}-${endLine}@${blob.slice(0, 12)}`;
}

function toStaleness({ state, place }: Standing): CardStaleness {
  return {
    state,
    path: place?.path ?? null,
    startLine: place?.startLine ?? null,
    endLine: place?.endLine ?? null,
  };
}
