import type { Card, CardAnchor, CardCategory, CardSource, CardVisibility, Id, NewCard, Project } from '@yudai/contract';
import type { Projects } from '#features/projects/index.ts';
import { AppError, notFound } from '#kernel/app-error.ts';
import type { Context } from '#kernel/context.ts';
import { newId } from '#kernel/ids.ts';
import { announceCard } from './announce.ts';
import { type ChangeDeps, changeAndTell, type OfCard, requireCard } from './change-card.ts';
import { positionBetween } from './order.ts';
import { toCard, toHead } from './present.ts';
import { titleOfPlace } from './read-code.ts';
import { readSource, type SourceDeps, sourceOfAnchor } from './read-source.ts';
import type { Standing } from './reanchor.ts';
import type { Reading } from './reading.ts';
import type { StandingOf } from './staleness.ts';
import { type CardRow, insertCards, neighbourBefore } from './store.ts';
import { tokensIn } from './tokens-in.ts';

export interface MakeDeps extends SourceDeps, ChangeDeps {
  readonly projects: Pick<Projects, 'require'>;
  readonly standingOf: StandingOf;
  /** How a later feature tells whether the person sees a session of this project. */
  readonly hasSession: () => SessionCheck | null;
}

export type SessionCheck = (ctx: Context, projectId: Id<'project'>, sessionId: Id<'session'>) => Promise<boolean>;

export interface CreateCard {
  readonly projectId: Id<'project'>;
  readonly from: NewCard;
  readonly title?: string | undefined;
  readonly category?: CardCategory | undefined;
  readonly visibility: CardVisibility;
  readonly sessionId?: Id<'session'> | undefined;
}

/** Cards from where their content comes, for the first time and again. */
export function createMaking(deps: MakeDeps) {
  const { database, projects, live, clock, standingOf } = deps;

  return {
    /** Keeps something as a card, last in the order. For all but notes and uploads the content is read where it comes from. */
    async create(ctx: Context, input: CreateCard): Promise<Card> {
      const project = await projects.require(ctx, input.projectId, 'cards.write');
      const { sessionId = null } = input;
      if (sessionId !== null && (await deps.hasSession()?.(ctx, project.id, sessionId)) !== true) {
        throw notFound('conversation');
      }
      const reading = await readSource(deps, ctx, project, input.from);
      const now = clock.now();
      const unplaced = {
        id: newId('card', now),
        projectId: project.id,
        ownerId: ctx.actor.userId,
        sharedWith: input.visibility === 'project' ? project.id : null,
        sessionId,
        title: input.title ?? reading.title,
        content: reading.content,
        source: input.from.source,
        category: input.category ?? categoryOf(input.from.source),
        anchor: reading.anchor,
        tokens: await tokensIn(reading.content),
        readAt: reading.readAt,
        createdAt: now,
        updatedAt: now,
        removedAt: null,
      };
      const standing = standingOfNew(unplaced);
      const row = await database.asUser(ctx.actor.userId, async (db) => {
        const position = positionBetween(await neighbourBefore(db, project.id, null), null);
        const placed = { ...unplaced, position };
        await insertCards(db, [placed]);
        await announceCard(db, live, 'add', toHead(placed, standing));
        return placed;
      });
      return toCard(row, standing);
    },

    /**
     * Reads the content again from where it came. Code that only moved keeps its text and is pinned anew; code that is nowhere any more is
     * a `conflict`, for Yudai does not guess what took its place.
     */
    async refresh(ctx: Context, input: OfCard): Promise<Card> {
      const project = await projects.require(ctx, input.projectId, 'cards.write');
      const before = await database.asUser(ctx.actor.userId, (db) => requireCard(db, input));
      const standing = await standingOf(ctx, before);
      const { content, anchor, readAt } = await readAgain(ctx, project, before, standing);
      const tokens = content === before.content ? before.tokens : await tokensIn(content);
      const change = { title: titleNow(before, anchor), content, anchor, readAt, tokens, updatedAt: clock.now() };
      const row = await changeAndTell(deps, ctx, before, change, standingOfNew({ anchor }));
      return toCard(row, standingOfNew(row));
    },
  };

  async function readAgain(
    ctx: Context,
    project: Project,
    { anchor, content }: CardRow,
    standing: Standing | undefined,
  ): Promise<Omit<Reading, 'title'>> {
    const from = sourceOfAnchor(anchor);
    if (from === null)
      throw new AppError('invalid_input', 'This card was written or uploaded, so there is nothing to read it from.');
    if (anchor?.kind !== 'file' || standing === undefined) return readSource(deps, ctx, project, from);
    const { state, place } = standing;
    if (place === null) {
      throw new AppError(
        'conflict',
        'The text of this card is no longer in the code. Keep what took its place as a new card.',
      );
    }
    if (state === 'changed') return readSource(deps, ctx, project, from);
    const pinned = { ...anchor, ...place, commit: project.commit ?? anchor.commit };
    return { content, anchor: pinned, readAt: clock.now() };
  }
}

/** A name that says where the code is goes along with it; one that a person gave stays. */
function titleNow({ title, anchor }: CardRow, now: CardAnchor | null): string {
  const isPlace = anchor?.kind === 'file' && title === titleOfPlace(anchor);
  return isPlace && now?.kind === 'file' ? titleOfPlace(now) : title;
}

/** What was just read is as the code is. */
function standingOfNew({ anchor }: Pick<CardRow, 'anchor'>): Standing | undefined {
  return anchor?.kind === 'file' ? { state: 'current', place: anchor } : undefined;
}

function categoryOf(source: CardSource): CardCategory {
  switch (source) {
    case 'file':
    case 'symbol':
      return 'code';
    case 'issue':
      return 'requirement';
    case 'pull_request':
    case 'commit':
    case 'upload':
    case 'url':
      return 'reference';
    case 'message':
    case 'note':
      return 'other';
  }
}
