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

  function requireOpen(ctx: Context, projectId: Id<'project'>, key: string): Open {
    const entry = open.get(key) ?? { opening: openSnapshot(ctx, projectId, key), vectors: null };
    // Set again, so that the order of the map is the order of use.
    open.delete(key);
    open.set(key, entry);
    entry.opening.catch(() => {
      if (open.get(key) === entry) open.delete(key);
    });
    for (const other of open.keys()) {
      if (open.size <= mostOpen && !isOlder(other, key)) continue;
      if (other === key) continue;
      open.delete(other);
      thread.close(other);
    }
    return entry;
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

  async function current(
    ctx: Context,
    projectId: Id<'project'>,
  ): Promise<{ key: string; head: SnapshotHead; entry: Open }> {
    const head = await database.asUser(ctx.actor.userId, (db) => snapshotHeadOf(db, projectId));
    if (head === undefined) throw notIndexed();
    const key = keyOf(projectId, head);
    const entry = requireOpen(ctx, projectId, key);
    await entry.opening;
    return { key, head, entry };
  }

  async function bringVectors(ctx: Context, projectId: Id<'project'>): Promise<void> {
    if (embeddingModel === null) return;
    const { key, head, entry } = await current(ctx, projectId);
    const { embeddedBy } = head;
    if (entry.vectors?.embeddedBy !== embeddedBy) {
      const batches = storedVectors(database, ctx.actor.userId, projectId, embeddingModel);
      const vectors = { embeddedBy, loading: thread.bringVectors(key, batches) };
      entry.vectors = vectors;
      vectors.loading.catch(() => {
        if (entry.vectors === vectors) entry.vectors = null;
      });
    }
    await entry.vectors?.loading;
  }

  return {
    ask: (ctx, projectId, method, args, signal = ctx.signal) =>
      current(ctx, projectId).then(({ key }) => thread.call(key, method, args, signal)),
    bringVectors,
    // What goes wrong here goes wrong again, with words, when somebody asks.
    warm: (ctx, projectId) =>
      void current(ctx, projectId)
        .then(() => bringVectors(ctx, projectId))
        .catch(() => {}),
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
