import { type Analysis, type Id, idSchema, type Job } from '@yudai/contract';
import type { Embedder, IndexProgress } from '@yudai/engine/codebase';
import { factsVersion, type SnapshotEntry } from '@yudai/engine/facts';
import { z } from 'zod';
import { inJob, type Projects, type Snapshot } from '#features/projects/index.ts';
import type { Clock } from '#kernel/clock.ts';
import { newId } from '#kernel/ids.ts';
import type { Database, Db } from '#platform/db/index.ts';
import type { JobDefinition, JobRun, Jobs } from '#platform/jobs/index.ts';
import type { Log } from '#platform/log/index.ts';
import { embedChunks } from './embed-chunks.ts';
import { createFactsStore, pruneFacts } from './facts-store.ts';
import { differenceOf, rowsOf } from './file-rows.ts';
import type { CodebaseReader } from './reader/reader.ts';
import {
  drawnFiles,
  graphOf,
  hasUnreadable,
  insertAnalysis,
  saveGraph,
  saveSnapshot,
  snapshotOf,
  storedFilesOf,
  updateAnalysis,
  writeFiles,
} from './store.ts';

const payload = z.strictObject({
  projectId: idSchema('project'),
  analysisId: idSchema('analysis'),
  /** Another branch or tag; null goes back to the working tree or default branch; absent keeps what the project follows. */
  ref: z.string().nullable().optional(),
});
type Payload = z.infer<typeof payload>;

export interface IndexDeps {
  readonly database: Database;
  readonly projects: Projects;
  readonly jobs: Jobs;
  readonly clock: Clock;
  readonly reader: CodebaseReader;
  readonly embedder: Embedder | null;
  readonly log: Log;
  /** Processes that parse. */
  readonly workers: number;
}

type Summary = NonNullable<Analysis['summary']>;

/** Starts `codebase.index` and its analysis record, in the caller's transaction. */
export async function startIndex(
  deps: Pick<IndexDeps, 'jobs' | 'clock'>,
  db: Db,
  input: { ownerId: Id<'user'>; projectId: Id<'project'>; name: string; ref?: string | null | undefined },
): Promise<Job> {
  const { ownerId, projectId, ref } = input;
  const now = deps.clock.now();
  const analysisId = newId('analysis', now);
  const job = await deps.jobs.start(db, {
    kind: 'codebase.index',
    ownerId,
    projectId,
    title: `Index ${input.name}`,
    payload: { projectId, analysisId, ...(ref === undefined ? {} : { ref }) } satisfies Payload,
  });
  await insertAnalysis(db, {
    id: analysisId,
    projectId,
    jobId: job.id,
    status: 'pending',
    ref: ref ?? null,
    createdAt: now,
  });
  return job;
}

/** `codebase.index`: fetch the tree, read what is new of it, store the listing and the graph, then the vectors. */
export function createIndexJob(deps: IndexDeps): JobDefinition<Payload> {
  const { database, clock } = deps;
  return {
    kind: 'codebase.index',
    payload,
    mode: 'queued',
    concurrency: 2,
    perProject: 1,
    deadlineMs: 60 * 60_000,
    attempts: 3,
    async run(run) {
      const snapshot = await run.step('fetch', ({ signal }) => fetchSnapshot(deps, run, signal));
      const summary = await run.step('index', ({ signal }) => indexTree(deps, run, snapshot, signal));
      await run.step('graph', ({ signal }) => drawGraph(deps, run, signal));
      const { embedder } = deps;
      const vectors =
        embedder === null
          ? 0
          : await run.step('embed', ({ signal }) => embedChunks({ ...deps, embedder }, run, signal));
      run.progress(100, 'Indexed');
      return { ...summary, vectors };
    },
    async onEnd(db, job) {
      await updateAnalysis(db, job.id, {
        status: job.status === 'completed' ? 'completed' : job.status === 'cancelled' ? 'cancelled' : 'failed',
        completedAt: clock.now(),
        failure: job.error,
        ...(job.status === 'completed' ? { summary: job.result as Summary } : {}),
      });
    },
  };

  async function fetchSnapshot(
    { projects }: IndexDeps,
    { id, ctx, payload: { projectId, analysisId, ref }, progress }: JobRun<Payload>,
    signal: AbortSignal,
  ): Promise<Snapshot> {
    await database.asUser(ctx.actor.userId, async (db) => {
      // A job that was started again has no record yet: it is made here.
      const row = { id: analysisId, projectId, jobId: id, createdAt: clock.now() };
      await insertAnalysis(db, { ...row, status: 'pending', ref: ref ?? null });
      await updateAnalysis(db, id, { status: 'running', startedAt: clock.now() });
    });
    const onProgress = (percent: number, message: string) => progress(Math.round(percent * 0.2), message);
    const taken = await inJob(
      projects.snapshot(ctx, projectId, { ...(ref === undefined ? {} : { ref }), signal, onProgress }),
      signal,
    );
    return { ...taken, oversized: taken.oversized.slice(0, 1000) };
  }
}

/** Reads what is new, then stores listing, graph and what the project shows in one transaction. Safe to repeat: facts are kept by blob. */
async function indexTree(
  deps: IndexDeps,
  run: JobRun<Payload>,
  snapshot: Snapshot,
  signal: AbortSignal,
): Promise<Summary> {
  const { database, projects, workers, log } = deps;
  const { projectId } = run.payload;
  const { userId } = run.ctx.actor;
  // Loading that a start without an index does not need; what parses and searches is loaded where that is done.
  const { indexSnapshot } = await import('@yudai/engine/index-snapshot');
  const indexed = await indexSnapshot({
    gitDir: projects.gitDirOf(projectId),
    tree: snapshot.tree,
    store: createFactsStore(database, userId, projectId),
    workers,
    signal,
    onProgress: (progress) => run.progress(percentOf(progress), wordsOf(progress)),
    onWarning: (reason) => log.warn({ reason }, 'indexing is slower than it could be'),
  });
  const all = [...indexed.entries, ...snapshot.oversized.map(toOversized)];
  const entries = all.filter(hasStorablePath);
  const followed =
    run.payload.ref === undefined
      ? (await projects.require(run.ctx, projectId, 'codebase.index')).ref
      : run.payload.ref;
  signal.throwIfAborted();
  run.progress(81, 'Storing the index');
  await database.asUser(userId, (db) => storeSnapshot(db, deps, run, { ...snapshot, ref: followed }, entries));
  await pruneFacts(database, userId, projectId, new Set(entries.flatMap(({ facts }) => facts ?? [])));
  const { languages, skipped, ...counts } = indexed.summary;
  const oversized = snapshot.oversized.length + (skipped.oversized ?? 0);
  const longPath = all.length - entries.length;
  return {
    ...counts,
    files: all.length,
    vectors: 0,
    languages: [...languages],
    skipped: {
      ...skipped,
      ...(oversized === 0 ? {} : { oversized }),
      ...(longPath === 0 ? {} : { long_path: longPath }),
    },
  };
}

async function storeSnapshot(
  db: Db,
  { projects }: IndexDeps,
  { payload: { projectId, analysisId }, id }: JobRun<Payload>,
  { tree, commit, ref }: Snapshot,
  entries: readonly SnapshotEntry[],
): Promise<void> {
  const before = await snapshotOf(db, projectId);
  const isKnown = before?.tree === tree && before.factsVersion === factsVersion;
  // What could not be read before may be read now, though the tree is the same.
  const difference =
    isKnown && !(await hasUnreadable(db, projectId))
      ? { changed: [], removed: [] }
      : differenceOf(await storedFilesOf(db, projectId), rowsOf(entries));
  await writeFiles(db, projectId, difference);
  const isSame = isKnown && difference.changed.length + difference.removed.length === 0;
  const graph = isSame ? before.graph : null;
  const listedBy = isSame && before.commit === commit ? before.analysisId : analysisId;
  await saveSnapshot(db, { projectId, tree, commit, ref, factsVersion, analysisId: listedBy, graph });
  await updateAnalysis(db, id, { ref, commit: commit ?? tree });
  await projects.markIndexed(db, {
    projectId,
    commit: commit ?? tree,
    ref,
    fileCount: entries.length,
  });
}

/** Draws the import graph once, so that the picture is there when somebody looks. */
async function drawGraph({ database, reader }: IndexDeps, run: JobRun<Payload>, signal: AbortSignal): Promise<null> {
  const { projectId } = run.payload;
  const { userId } = run.ctx.actor;
  if ((await database.asUser(userId, (db) => graphOf(db, projectId))) !== null) return null;
  run.progress(85, 'Resolving imports');
  const graph = await reader.ask(run.ctx, projectId, 'graph', [{ limit: drawnFiles, path: undefined }], signal);
  await database.asUser(userId, (db) => saveGraph(db, projectId, graph));
  return null;
}

// The largest key that a btree of Postgres takes is about 2,700 bytes, and one has a path and its directory.
const longestPathBytes = 1200;

function hasStorablePath({ path }: SnapshotEntry): boolean {
  return Buffer.byteLength(path) <= longestPathBytes;
}

function toOversized({ path, size }: Snapshot['oversized'][number]): SnapshotEntry {
  return {
    path,
    blob: '',
    kind: 'file',
    size,
    language: null,
    category: 'other',
    lines: 0,
    tokens: 0,
    skipped: 'oversized',
    facts: null,
  };
}

/** Listing takes 20–24 % of the bar, reading files 24–80 %. */
function percentOf({ phase, done, total }: IndexProgress): number {
  if (phase === 'listing') return 20;
  return Math.round(24 + (56 * done) / Math.max(1, total));
}

function wordsOf({ phase, done, total }: IndexProgress): string {
  if (phase === 'listing') return 'Listing files';
  return total === 0
    ? 'Nothing new to read'
    : `Reading files: ${done.toLocaleString('en')} of ${total.toLocaleString('en')}`;
}
