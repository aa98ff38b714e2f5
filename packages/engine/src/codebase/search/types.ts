import type { SearchHit, SearchMode } from '@yudai/contract';
import type { IndexedFile, RankIndex } from '../rank/rank-index.ts';

/** One question to a snapshot. `limit` is at least 1. */
export interface SearchRequest {
  readonly query: string;
  readonly mode: SearchMode;
  readonly limit: number;
  /** Only paths that start with this. */
  readonly path?: string | undefined;
  readonly language?: string | undefined;
  readonly caseSensitive?: boolean | undefined;
  /** Tests take part in ranked answers; the other modes always look everywhere. */
  readonly tests?: boolean | undefined;
}

/** What a search needs of an open snapshot. */
export interface SearchDeps {
  readonly index: RankIndex;
  /** Every file of the snapshot, also what is not indexed; by default the files of the index. */
  readonly listed?: readonly IndexedFile[] | undefined;
  readonly commit: string;
  /** The text of a blob, or null when it is no text. */
  readonly readText: (blob: string) => Promise<string | null>;
  /** Cosine of the query with chunks (by number in the index), of those that are near; absent when there is no embedder. */
  readonly vectors?: ((query: string, signal: AbortSignal) => Promise<ReadonlyMap<number, number>>) | undefined;
  /** Milliseconds, from any start; for the time a search may take and took. */
  readonly now?: (() => number) | undefined;
}

/** What one mode found. */
export interface Found {
  readonly hits: readonly SearchHit[];
  readonly truncated: boolean;
  readonly notes: readonly string[];
}
