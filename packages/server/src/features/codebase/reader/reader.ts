import type { Id } from '@yudai/contract';
import { AppError } from '#kernel/app-error.ts';
import type { Context } from '#kernel/context.ts';
import type { Database } from '#platform/db/index.ts';
import { createFactsStore } from '../facts-store.ts';
import { entriesOf } from '../file-rows.ts';
import { filesOf, snapshotHeadOf, type SnapshotHead } from '../store.ts';
import type { ReaderCalls } from './calls.ts';
import type { Answer, Method } from './protocol.ts';
import { createReaderThread } from './thread.ts';

/** Answers questions to indexed projects on a thread of its own, so that a search never holds up a request. */
export interface CodebaseReader {
  /**
   * Asks the current snapshot of a project; the caller has checked that the person may see it. Opens the snapshot when it is not in
   * memory. Throws `conflict` when nothing is indexed yet, `invalid_input` for a question that cannot be asked.
   */
  ask<M extends Method>(
    ctx: Context,
    projectId: Id<'project'>,
    method: M,
    args: Parameters<ReaderCalls[M]>,
    signal?: AbortSignal,
  ): Promise<Answer<M>>;
  /** Opens the project's snapshot in the background, where there is one, so that the first question finds it open. */
  warm(ctx: Context, projectId: Id<'project'>): void;
  close(): Promise<void>;
}

export interface ReaderDeps {
  readonly database: Database;
  readonly gitDirOf: (id: Id<'project'>) => string;
  readonly onDefect: (stack: string) => void;
}

// Snapshots kept in memory; the one asked longest ago goes first.
const mostOpen = 4;

export function createReader(deps: ReaderDeps): CodebaseReader {
  const { database, gitDirOf } = deps;
  const thread = createReaderThread(deps.onDefect);
  const open = new Map<string, Promise<unknown>>();
  thread.onRestart(() => open.clear());

  function requireOpen(ctx: Context, projectId: Id<'project'>, key: string): Promise<unknown> {
    const opening = open.get(key) ?? openSnapshot(ctx, projectId, key);
    // Set again, so that the order of the map is the order of use.
    open.delete(key);
    open.set(key, opening);
    opening.catch(() => {
      if (open.get(key) === opening) open.delete(key);
    });
    for (const other of open.keys()) {
      if (open.size <= mostOpen && !isOlder(other, key)) continue;
      if (other === key) continue;
      open.delete(other);
      thread.close(other);
    }
    return opening;
  }

  async function openSnapshot(ctx: Context, projectId: Id<'project'>, key: string): Promise<void> {
    const ownerId = ctx.actor.userId;
    const { snapshot, rows } = await database.asUser(ownerId, async (db) => ({
      snapshot: await snapshotHeadOf(db, projectId),
      rows: await filesOf(db, projectId),
    }));
    if (snapshot === undefined) throw notIndexed();
    const { tree, commit } = snapshot;
    const entries = entriesOf(rows);
    const keys = entries.flatMap(({ facts }) => facts ?? []);
    await thread.open(
      { key, gitDir: gitDirOf(projectId), tree, commit: commit ?? tree, historyOf: commit, entries },
      createFactsStore(database, ownerId, projectId).load(keys),
    );
  }

  async function currentKey(ctx: Context, projectId: Id<'project'>): Promise<string> {
    const head = await database.asUser(ctx.actor.userId, (db) => snapshotHeadOf(db, projectId));
    if (head === undefined) throw notIndexed();
    const key = keyOf(projectId, head);
    await requireOpen(ctx, projectId, key);
    return key;
  }

  return {
    ask: (ctx, projectId, method, args, signal = ctx.signal) =>
      currentKey(ctx, projectId).then((key) => thread.call(key, method, args, signal)),
    // What goes wrong here goes wrong again, with words, when somebody asks.
    warm: (ctx, projectId) => void currentKey(ctx, projectId).catch(() => {}),
    close: () => thread.stop(),
  };
}

function keyOf(projectId: string, { tree, commit, factsVersion }: SnapshotHead): string {
  return `${projectId}:${tree}:${commit ?? ''}:${factsVersion}`;
}

/** Another snapshot of the same project: nobody will ask it again. */
function isOlder(other: string, key: string): boolean {
  return other !== key && other.split(':')[0] === key.split(':')[0];
}

function notIndexed(): AppError {
  return new AppError(
    'conflict',
    'This project is not indexed yet. Wait until its index has been made, or start it again.',
  );
}
