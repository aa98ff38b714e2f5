import {
  cardContentLimit,
  type CardAnchor,
  type CardsFile,
  type CardVisibility,
  type Id,
  type PortableCard,
  type Project,
} from '@yudai/contract';
import type { CodebaseService } from '#features/codebase/index.ts';
import type { Projects } from '#features/projects/index.ts';
import { AppError } from '#kernel/app-error.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Context } from '#kernel/context.ts';
import { decodeCursor, encodeCursor } from '#kernel/cursor.ts';
import { newId } from '#kernel/ids.ts';
import { announceCard } from './announce.ts';
import type { ChangeDeps } from './change-card.ts';
import { positionBetween } from './order.ts';
import { toHead } from './present.ts';
import { repositoryOf } from './read-github.ts';
import { countLines, type FileAnchor, findOnce, linesOf, symbolNamed } from './reanchor.ts';
import { type CardRow, insertCards, neighbourBefore, wholeCardsAfter } from './store.ts';
import { tokensIn } from './tokens-in.ts';

export interface TransferDeps extends ChangeDeps {
  readonly projects: Pick<Projects, 'require'>;
  readonly codebase: Pick<CodebaseService, 'file'>;
  readonly clock: Clock;
}

type OfProject = { readonly projectId: Id<'project'> };
type Paged = { readonly cursor?: string | undefined; readonly limit: number };

/** Cards out of Yudai and into it. What a file says of the code is looked up, never believed. */
export function createTransfer(deps: TransferDeps) {
  const { database, projects, codebase, live, clock } = deps;

  return {
    /** What the person sees, in its order: whole cards until a page of them is full or as large as the largest card. */
    async export(
      ctx: Context,
      { projectId, cursor, limit }: OfProject & Paged,
    ): Promise<CardsFile & { nextCursor: string | null }> {
      await projects.require(ctx, projectId, 'cards.read');
      const after = cursor === undefined ? null : decodeCursor(cursor, 2);
      const place = after === null ? null : { position: String(after[0]), id: String(after[1]) as CardRow['id'] };
      const rows = await database.asUser(ctx.actor.userId, (db) =>
        wholeCardsAfter(db, { projectId }, place, limit + 1),
      );
      let characters = 0;
      const fitting = rows.findIndex(({ content }, index) => {
        characters += content.length;
        return index === limit || (index > 0 && characters > cardContentLimit);
      });
      const page = fitting < 0 ? rows : rows.slice(0, fitting);
      const last = page.at(-1);
      return {
        format: 'yudai-cards',
        version: 1,
        cards: page.map(({ title, content, source, category, anchor }) => ({
          title,
          content,
          source,
          category,
          anchor,
        })),
        nextCursor: page.length < rows.length && last !== undefined ? encodeCursor([last.position, last.id]) : null,
      };
    },

    /**
     * Adds the cards of a file, last in the order: all of them or none. A place in the code stays only where the code has this text; what
     * cannot be read again here is kept as an upload.
     */
    async import(
      ctx: Context,
      input: OfProject & { file: CardsFile; visibility: CardVisibility },
    ): Promise<{ added: number; unpinned: number }> {
      const project = await projects.require(ctx, input.projectId, 'cards.write');
      const now = clock.now();
      const made: Omit<CardRow, 'position'>[] = [];
      let unpinned = 0;
      for (const portable of input.file.cards) {
        ctx.signal.throwIfAborted();
        const anchor = await holdingAnchor(ctx, project, portable);
        if (anchor === null && portable.anchor !== null) unpinned += 1;
        const isOwn = portable.source === 'note' || portable.source === 'upload';
        const { title, content, category } = portable;
        made.push({
          id: newId('card', now),
          projectId: project.id,
          ownerId: ctx.actor.userId,
          sharedWith: input.visibility === 'project' ? project.id : null,
          sessionId: null,
          title,
          content,
          source: isOwn ? portable.source : anchor === null ? 'upload' : sourceOf(anchor),
          category,
          anchor,
          tokens: await tokensIn(content),
          readAt: null,
          createdAt: now,
          updatedAt: now,
          removedAt: null,
        });
      }
      await database.asUser(ctx.actor.userId, async (db) => {
        let last = await neighbourBefore(db, project.id, null);
        const rows = made.map((card) => {
          last = positionBetween(last, null);
          return { ...card, position: last };
        });
        await insertCards(db, rows);
        for (const row of rows) await announceCard(db, live, 'add', toHead(row, undefined));
      });
      return { added: made.length, unpinned };
    },
  };

  /** The anchor as it holds in this project; null when it holds nowhere or cannot be looked up. */
  async function holdingAnchor(
    ctx: Context,
    project: Project,
    { anchor, source, content }: PortableCard,
  ): Promise<CardAnchor | null> {
    if (source === 'note' || source === 'upload') return null;
    switch (anchor?.kind) {
      case undefined:
      case 'message':
        return null;
      case 'file':
        return fileAnchor(ctx, project, anchor, content);
      case 'issue':
      case 'pull_request':
        return anchor.repository === repositoryOf(project) && anchor.number > 0 ? anchor : null;
      case 'commit':
        return /^[0-9a-f]{40}([0-9a-f]{24})?$/.test(anchor.sha) ? anchor : null;
      case 'url':
        return anchor.url.length <= 2048 && URL.canParse(anchor.url) && anchor.url.startsWith('https://')
          ? anchor
          : null;
    }
  }

  async function fileAnchor(
    ctx: Context,
    project: Project,
    { path, startLine, symbol, whole }: FileAnchor,
    content: string,
  ): Promise<FileAnchor | null> {
    const file = await codebase.file(ctx, { projectId: project.id, path }).catch(whenUnseen);
    if (file === null || file.text === null) return null;
    const pin = (start: number, end: number, more: { symbol: string | null; whole: boolean }): FileAnchor => ({
      kind: 'file',
      path,
      blob: file.blob,
      commit: project.commit ?? '',
      startLine: start,
      endLine: end,
      ...more,
    });
    if (whole && file.text === content) return pin(1, countLines(content.split('\n')), { symbol: null, whole: true });
    const length = content.split('\n').length;
    const isThere = linesOf(file.text, startLine, startLine + length - 1) === content;
    const found = isThere ? startLine : findOnce(file.text, content);
    if (found === null || found < 1) return null;
    const definition = symbol === null ? undefined : symbolNamed(file.outline, symbol);
    return pin(found, found + length - 1, { symbol: definition === undefined ? null : symbol, whole: false });
  }
}

function sourceOf(anchor: CardAnchor): CardRow['source'] {
  if (anchor.kind !== 'file') return anchor.kind;
  return anchor.symbol === null ? 'file' : 'symbol';
}

function whenUnseen(error: unknown): null {
  if (error instanceof AppError && error.code === 'not_found') return null;
  throw error;
}
