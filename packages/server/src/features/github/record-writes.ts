import { randomUUID } from 'node:crypto';
import type { Audit, Deed } from '#features/audit/index.ts';
import { AppError } from '#kernel/app-error.ts';
import type { Context } from '#kernel/context.ts';
import type { Database } from '#platform/db/index.ts';
import type { RepositoryName } from './repositories.ts';

export interface Write<T> {
  /** What it is meant to do, and to what: the repository, or the issue that is there. */
  readonly action: Deed['action'];
  readonly target: { readonly kind: string; readonly id: string };
  readonly send: () => Promise<T>;
  /** What was done, from GitHub's answer. */
  readonly deeds: (answer: T) => readonly Deed[];
}

export type RecordWrite = <T>(ctx: Context, write: Write<T>) => Promise<T>;

/**
 * Nothing can be written at GitHub and here in one transaction. So the wish is written down before GitHub is asked, and what came of it
 * after; both name the same `writeId`. A wish alone means that this process ended in between: GitHub knows what came of it.
 */
export function createRecordWrite(deps: {
  readonly database: Database;
  readonly audit: Pick<Audit, 'record'>;
}): RecordWrite {
  const { database, audit } = deps;

  return async (ctx, { action, target, send, deeds }) => {
    const writeId = randomUUID();
    const writeDown = (...done: readonly Deed[]) =>
      database.asUser(ctx.actor.userId, async (db) => {
        for (const deed of done) await audit.record(db, ctx, { ...deed, details: { ...deed.details, writeId } });
      });
    await writeDown({ action: 'github.write_requested', target, details: { action } });
    let answer;
    try {
      answer = await send();
    } catch (error) {
      await writeDown({ action: 'github.write_failed', target, details: { action, outcome: outcomeOf(error) } });
      throw error;
    }
    await writeDown(...deeds(answer));
    return answer;
  };
}

/** The target of what has no number yet. */
export function repositoryOf({ owner, name }: RepositoryName): Write<unknown>['target'] {
  return { kind: 'github_repository', id: `${owner}/${name}` };
}

/** Whether GitHub said no, or whether nobody here knows what it did. */
function outcomeOf(error: unknown): 'refused' | 'unknown' {
  if (!(error instanceof AppError)) return 'unknown';
  return error.code === 'upstream_failed' || error.code === 'cancelled' ? 'unknown' : 'refused';
}
