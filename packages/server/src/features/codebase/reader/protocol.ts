import type { FactsPack, SnapshotEntry, VectorBatch } from '@yudai/engine/codebase';
import type { ReaderCalls } from './calls.ts';

export type Method = keyof ReaderCalls;
export type Answer<M extends Method> = Awaited<ReturnType<ReaderCalls[M]>>;

/** What is known of a snapshot before its facts arrive. */
export interface OpenRequest {
  /** Project, the run whose listing it is and how often that was corrected: what changed is another key. */
  readonly key: string;
  readonly gitDir: string;
  readonly tree: string;
  /** The commit, or for a folder without one the tree: what answers are about. */
  readonly commit: string;
  /** Where its history begins; null when it has none. */
  readonly historyOf: string | null;
  readonly entries: readonly SnapshotEntry[];
}

/** What the thread is told. Packs come between `open` and `loaded`, each handed over without a copy. */
export type ToReader =
  | { readonly type: 'open'; readonly id: number; readonly request: OpenRequest }
  | { readonly type: 'pack'; readonly key: string; readonly pack: FactsPack }
  | { readonly type: 'loaded'; readonly key: string }
  // Several of one load, and then the word that these are all: they take the place of those before.
  | { readonly type: 'vectors'; readonly load: number; readonly batch: VectorBatch }
  | { readonly type: 'vectorsLoaded'; readonly load: number; readonly key: string }
  | { readonly type: 'vectorsFailed'; readonly load: number }
  | {
      readonly type: 'call';
      readonly id: number;
      readonly key: string;
      readonly method: Method;
      readonly args: readonly unknown[];
    }
  | { readonly type: 'cancel'; readonly id: number }
  | { readonly type: 'close'; readonly key: string };

/** What the thread answers; a failure that a person can act on has words for them, any other is a defect for the log. */
export type FromReader =
  | { readonly type: 'done'; readonly id: number; readonly value: unknown }
  | { readonly type: 'failed'; readonly id: number; readonly refusal: string | null; readonly stack: string };
