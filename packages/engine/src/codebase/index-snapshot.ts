import { availableParallelism } from 'node:os';
import { type ClassifiedEntry, classifyEntries } from '#codebase/classify/classify-entries.ts';
import type { FactsStore, SnapshotEntry, SnapshotSummary } from '#codebase/facts.ts';
import { type FactsHead, readHeads } from '#codebase/pack-facts.ts';
import { toEntry, summarise } from '#codebase/summarise.ts';
import { listSnapshot } from '#codebase/walk/list-snapshot.ts';
import type { BlobTask } from '#codebase/workers/extract-facts.ts';
import { extractBatches } from '#codebase/workers/worker-pool.ts';

export interface IndexProgress {
  readonly phase: 'listing' | 'parsing' | 'done';
  /** Blobs that are read, of those that have to be. */
  readonly done: number;
  readonly total: number;
  /** The file at hand, where there is one. */
  readonly path: string | null;
}

export interface IndexOptions {
  /** A git directory of ours. */
  readonly gitDir: string;
  /** A tree or commit id. */
  readonly tree: string;
  readonly store: FactsStore;
  /** Processes; by default one per core. */
  readonly workers?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: IndexProgress) => void;
  /** Hears what makes this installation slower than it could be, once per worker. */
  readonly onWarning?: (message: string) => void;
}

export interface IndexedSnapshot {
  /** Every entry of the tree exactly once, in git's order. */
  readonly entries: readonly SnapshotEntry[];
  readonly summary: SnapshotSummary;
}

/**
 * Indexes a tree: reads and parses the blobs that the store does not know, saves their facts as it goes, and answers the listing. An
 * aborted or killed run loses the packs that were being made and nothing else. Rejects with the signal's reason within a second of its abort,
 * and with `broken_repository` when the tree cannot be listed.
 */
export async function indexSnapshot(options: IndexOptions): Promise<IndexedSnapshot> {
  const { gitDir, tree, store, onProgress = () => {}, signal = new AbortController().signal } = options;
  const started = performance.now();
  onProgress({ phase: 'listing', done: 0, total: 0, path: null });
  const { entries, attributesOf } = await listSnapshot(gitDir, tree, signal);
  const classified = classifyEntries(entries, attributesOf);

  const tasks = tasksOf(classified);
  const keys = [...tasks.keys()];
  const known = await store.known(keys);
  signal.throwIfAborted();
  const missing = [...tasks.values()].filter(({ key }) => !known.has(key));
  const heads = await headsOf(store, known, tasks);

  let done = 0;
  const total = missing.length;
  onProgress({ phase: 'parsing', done, total, path: null });
  await extractBatches(toBatches(missing, classified), {
    gitDir,
    workers: options.workers ?? availableParallelism(),
    signal,
    ...(options.onWarning === undefined ? {} : { onWarning: options.onWarning }),
    onPath: (path) => onProgress({ phase: 'parsing', done, total, path }),
    onPack: async (pack, blobs) => {
      if (pack.keys.length > 0) await store.save(pack);
      for (const head of readHeads(pack)) heads.set(head.key, head);
      done += blobs;
      onProgress({ phase: 'parsing', done, total, path: null });
    },
  });

  const listed = classified.map((item) => toEntry(item, heads));
  onProgress({ phase: 'done', done, total, path: null });
  const ms = Math.round(performance.now() - started);
  return { entries: listed, summary: summarise(listed, heads, { parsed: total, ms }) };
}

/** What to read, once per blob and language. */
function tasksOf(classified: readonly ClassifiedEntry[]): Map<string, BlobTask> {
  return new Map(classified.flatMap(({ task }) => (task === null ? [] : [[task.key, task] as const])));
}

async function headsOf(
  store: FactsStore,
  known: ReadonlySet<string>,
  tasks: ReadonlyMap<string, BlobTask>,
): Promise<Map<string, FactsHead>> {
  const heads = new Map<string, FactsHead>();
  for await (const pack of store.load([...known])) {
    for (const head of readHeads(pack)) if (tasks.has(head.key)) heads.set(head.key, head);
  }
  return heads;
}

const batchBlobs = 200;
const batchBytes = 1_500_000;

/** Batches in tree order, small enough that a killed run loses little and that all workers end at about the same time. */
function toBatches(tasks: readonly BlobTask[], classified: readonly ClassifiedEntry[]): BlobTask[][] {
  const sizes = new Map(classified.map(({ entry }) => [entry.blob, entry.size ?? 0]));
  const batches: BlobTask[][] = [];
  let bytes = Infinity;
  for (const task of tasks) {
    const size = sizes.get(task.blob) ?? 0;
    const last = batches.at(-1);
    if (last === undefined || last.length >= batchBlobs || bytes + size > batchBytes) {
      batches.push([task]);
      bytes = size;
    } else {
      last.push(task);
      bytes += size;
    }
  }
  return batches;
}
