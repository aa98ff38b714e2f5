import type { CardAnchor, Id } from '@yudai/contract';
import type { CodebaseService } from '#features/codebase/index.ts';
import { AppError } from '#kernel/app-error.ts';
import type { Context } from '#kernel/context.ts';
import { type FileAnchor, reanchor, type Standing } from './reanchor.ts';

export type StandingOf = (
  ctx: Context,
  row: Pinned & { projectId: Id<'project'>; content: string },
) => Promise<Standing | undefined>;

/** What of a card decides how it stands to the code. */
export interface Pinned {
  readonly id: Id<'card'>;
  readonly anchor: CardAnchor | null;
  readonly updatedAt: Date;
}

export interface StalenessDeps {
  readonly codebase: Pick<CodebaseService, 'places' | 'file'>;
}

/** How cards stand, by their id; none for those that are pinned to no file and while nothing is indexed. */
export type Standings = ReadonlyMap<string, Standing>;

// What was found out is kept for so many cards, so that a list is read again without reading every file again.
const mostKept = 5000;
// Files that are read at once.
const readsAtOnce = 4;

/**
 * Finds out how cards stand to the code of now. `contentOf` is asked for those cards only whose file has changed. The caller has asked
 * whether the person may read the project.
 */
export function createStaleness({ codebase }: StalenessDeps) {
  const kept = new Map<string, Standing>();

  function keep(key: string, standing: Standing): Standing {
    kept.delete(key);
    kept.set(key, standing);
    const [oldest] = kept.keys();
    if (kept.size > mostKept && oldest !== undefined) kept.delete(oldest);
    return standing;
  }

  async function standingsOf<T extends Pinned>(
    ctx: Context,
    projectId: Id<'project'>,
    cards: readonly T[],
    contentOf: (cards: readonly T[]) => Promise<ReadonlyMap<string, string>>,
  ): Promise<Standings> {
    const pinned = cards.flatMap((card) => (card.anchor?.kind === 'file' ? [{ card, anchor: card.anchor }] : []));
    const standings = new Map<string, Standing>();
    if (pinned.length === 0) return standings;
    const places = await codebase.places(ctx, projectId, {
      paths: [...new Set(pinned.map(({ anchor }) => anchor.path))],
      blobs: [...new Set(pinned.map(({ anchor }) => anchor.blob))],
    });
    if (places === null) return standings;

    const changed: { card: T; anchor: FileAnchor; key: string }[] = [];
    for (const { card, anchor } of pinned) {
      const here = places.find(({ path }) => path === anchor.path);
      const elsewhere = places.find(({ blob }) => blob === anchor.blob);
      const same = here?.blob === anchor.blob ? here : here === undefined ? elsewhere : undefined;
      const { startLine, endLine } = anchor;
      const key = `${card.id} ${card.updatedAt.getTime()} ${here?.blob ?? ''} ${elsewhere?.path ?? ''}`;
      const known = kept.get(key);
      if (same !== undefined) {
        standings.set(card.id, { state: same === here ? 'current' : 'moved', place: { ...same, startLine, endLine } });
      } else if (here === undefined) standings.set(card.id, { state: 'gone', place: null });
      else if (known !== undefined) standings.set(card.id, keep(key, known));
      else changed.push({ card, anchor, key });
    }
    const contents =
      changed.length === 0 ? new Map<string, string>() : await contentOf(changed.map(({ card }) => card));
    const paths = [...new Set(changed.map(({ anchor }) => anchor.path))];
    await inTurns(paths, async (path) => {
      const file = await codebase.file(ctx, { projectId, path }).catch(whenNotFound);
      for (const { card, anchor, key } of changed) {
        if (anchor.path !== path) continue;
        const elsewhere = places.find(({ blob }) => blob === anchor.blob);
        const { startLine, endLine } = anchor;
        const standing: Standing =
          file === null ? { state: 'gone', place: null } : reanchor(anchor, contents.get(card.id) ?? '', file);
        const isLost = standing.state === 'changed' || standing.state === 'gone';
        standings.set(
          card.id,
          keep(
            key,
            isLost && elsewhere !== undefined
              ? { state: 'moved', place: { ...elsewhere, startLine, endLine } }
              : standing,
          ),
        );
      }
    });
    return standings;
  }

  const standingOf: StandingOf = async (ctx, row) => {
    const contents = new Map([[row.id as string, row.content]]);
    return (await standingsOf(ctx, row.projectId, [row], async () => contents)).get(row.id);
  };
  return { standingsOf, standingOf };
}

function whenNotFound(error: unknown): null {
  // It went while the list was read.
  if (error instanceof AppError && error.code === 'not_found') return null;
  throw error;
}

/** A few at a time. */
async function inTurns<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = [...items];
  const worker = async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) await work(next);
  };
  await Promise.all(Array.from({ length: readsAtOnce }, worker));
}
