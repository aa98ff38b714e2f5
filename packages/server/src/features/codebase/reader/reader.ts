import type { Id } from '@yudai/contract';
import type { VectorBatch } from '@yudai/engine/codebase';
import { AppError } from '#kernel/app-error.ts';
import type { Context } from '#kernel/context.ts';
import type { Database } from '#platform/db/index.ts';
import { createFactsStore } from '../facts-store.ts';
import { entriesOf } from '../file-rows.ts';
import { filesOf, type SnapshotHead, snapshotHeadOf } from '../store.ts';
import type { ReaderCalls } from './calls.ts';
import { vectorsAfter } from '../vector-store.ts';
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
  /** Brings the stored vectors of the current snapshot into memory, unless those are there. Throws as `ask` does. */
  bringVectors(ctx: Context, projectId: Id<'project'>): Promise<void>;
  /** Opens the project's snapshot in the background, where there is one, so that the first question finds it open. */
  warm(ctx: Context, projectId: Id<'project'>): void;
  close(): Promise<void>;
}

export interface ReaderDeps {
  readonly database: Database;
  readonly gitDirOf: (id: Id<'project'>) => string;
  /** The model whose vectors take part; null without an embedder. */
  readonly embeddingModel: string | null;
  readonly onDefect: (stack: string) => void;
}

interface Open {
  readonly opening: Promise<void>;
  /** The vectors in memory, or on their way, and the run that made them. */
  vectors: { readonly embeddedBy: string | null; readonly loading: Promise<void> } | null;
  /** Questions that wait for it. */
  asking: number;
}

// Snapshots kept in memory; the one asked longest ago goes first.
const mostOpen = 4;
// Vectors read in one transaction, about 6 MB on the wire.
const vectorsPerBatch = 2000;

export function createReader(deps: ReaderDeps): CodebaseReader {
  const { database, gitDirOf, embeddingModel } = deps;
  const thread = createReaderThread(deps.onDefect);
  const open = new Map<string, Open>();
  thread.onRestart(() => open.clear());

  /** Asks the current snapshot, which stays open until the answer is there, even when another takes its place meanwhile. */
  async function withCurrent<T>(
    ctx: Context,
    projectId: Id<'project'>,
    ask: (current: { key: string; head: SnapshotHead; entry: Open }) => Promise<T>,
  ): Promise<T> {
    const head = await database.asUser(ctx.actor.userId, (db) => snapshotHeadOf(db, projectId));
    if (head === undefined) throw notIndexed();
    const key = keyOf(projectId, head);
    const entry = requireOpen(ctx, projectId, key);
    entry.asking += 1;
    closeUnneeded();
    try {
      await entry.opening;
      return await ask({ key, head, entry });
    } finally {
      entry.asking -= 1;
      closeUnneeded();
    }
  }

  function requireOpen(ctx: Context, projectId: Id<'project'>, key: string): Open {
    const entry = open.get(key) ?? { opening: openSnapshot(ctx, projectId, key), vectors: null, asking: 0 };
    // Set again, so that the order of the map is the order of use.
    open.delete(key);
    open.set(key, entry);
    entry.opening.catch(() => {
      if (open.get(key) === entry) open.delete(key);
    });
    return entry;
  }

  /** Closes what nobody waits for and nobody will ask again, and the longest unasked of too many. */
  function closeUnneeded(): void {
    for (const [key, { asking }] of open) {
      if (asking > 0 || (open.size <= mostOpen && !isReplaced(key, [...open.keys()]))) continue;
      open.delete(key);
      thread.close(key);
    }
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

  async function bringVectors(ctx: Context, projectId: Id<'project'>): Promise<void> {
    if (embeddingModel === null) return;
    const model = embeddingModel;
    await withCurrent(ctx, projectId, async ({ key, head: { embeddedBy }, entry }) => {
      if (entry.vectors?.embeddedBy !== embeddedBy) {
        const batches = storedVectors(database, ctx.actor.userId, projectId, model);
        const vectors = { embeddedBy, loading: thread.bringVectors(key, batches) };
        entry.vectors = vectors;
        vectors.loading.catch(() => {
          if (entry.vectors === vectors) entry.vectors = null;
        });
      }
      await entry.vectors?.loading;
    });
  }

  return {
    ask: (ctx, projectId, method, args, signal = ctx.signal) =>
      withCurrent(ctx, projectId, ({ key }) => thread.call(key, method, args, signal)),
    bringVectors,
    // What goes wrong here goes wrong again, with words, when somebody asks.
    warm: (ctx, projectId) => void withCurrent(ctx, projectId, () => bringVectors(ctx, projectId)).catch(() => {}),
    close: () => thread.stop(),
  };
}

async function* storedVectors(
  database: Database,
  ownerId: Id<'user'>,
  projectId: Id<'project'>,
  model: string,
): AsyncIterable<VectorBatch> {
  let after: VectorBatch['chunks'][number] | null = null;
  do {
    const batch: VectorBatch = await database.asUser(ownerId, (db) =>
      vectorsAfter(db, projectId, model, after, vectorsPerBatch),
    );
    after = batch.chunks.at(-1) ?? null;
    if (after !== null) yield batch;
  } while (after !== null);
}

function keyOf(projectId: string, { analysisId, corrections }: SnapshotHead): string {
  return `${projectId}:${analysisId}:${corrections}`;
}

/** Whether a later used snapshot is of the same project: nobody will ask this one again. */
function isReplaced(key: string, byUse: readonly string[]): boolean {
  const projectId = key.split(':')[0];
  return byUse.findLast((other) => other.split(':')[0] === projectId) !== key;
}

function notIndexed(): AppError {
  return new AppError(
    'conflict',
    'This project is not indexed yet. Wait until its index has been made, or start it again.',
  );
}
