import type { FileCategory, SymbolKind } from '@yudai/contract';
import type { Postings } from './postings.ts';
import type { TermTable } from './term-table.ts';

/**
 * Everything the ranker holds of one snapshot, in typed arrays. Files stand in three groups: code, then other text, then tests, so
 * that every group is a range, and leaving out tests is stopping early.
 */
export interface RankIndex {
  readonly files: readonly IndexedFile[];
  /** Code is files [0, code); what is offered without asking is [0, offered). */
  readonly groups: { readonly code: number; readonly offered: number; readonly all: number };
  readonly chunks: ChunkTable;
  readonly symbols: SymbolTable;
  readonly terms: TermTable;
  readonly fields: {
    /** Over chunks; the others over files. */
    readonly body: Postings;
    readonly prose: Postings;
    readonly names: Postings;
    readonly path: Postings;
    readonly history: Postings;
    /** Over commits. */
    readonly commits: Postings;
  };
  /** Files that define a name: hashes ascending, and the files of each. */
  readonly defined: { readonly hashes: Uint32Array; readonly offsets: Uint32Array; readonly files: Uint32Array };
  readonly pairs: PairTable;
  readonly names: NameTable;
  /** Files of each commit, newest first: those of commit n stand at [offsets[n], offsets[n + 1]). */
  readonly commits: { readonly offsets: Uint32Array; readonly files: Uint32Array };
  /** Commits per file, and what changes together: the partners of file n stand at [offsets[n], offsets[n + 1]), with how often. */
  readonly changes: {
    readonly commits: Uint32Array;
    readonly offsets: Uint32Array;
    readonly partners: Uint32Array;
    readonly times: Float64Array;
  };
}

export interface IndexedFile {
  readonly path: string;
  readonly blob: string;
  readonly language: string | null;
  readonly category: FileCategory;
  readonly lines: number;
  /** o200k tokens of the whole text. */
  readonly tokens: number;
}

export interface ChunkTable {
  /** First chunk of each file; one more than there are files. */
  readonly starts: Uint32Array;
  readonly file: Uint32Array;
  readonly startLine: Uint32Array;
  readonly endLine: Uint32Array;
}

/** Definitions by file, in order of their lines. */
export interface SymbolTable {
  readonly starts: Uint32Array;
  readonly startLine: Uint32Array;
  readonly endLine: Uint32Array;
  readonly kind: Uint8Array;
  /** Numbers into `strings`. */
  readonly name: Uint32Array;
  readonly container: Uint32Array;
  readonly strings: readonly string[];
}

/** Encoded pairs, file after file, and how many files hold each (saturating, by the hash's low bits). */
export interface PairTable {
  readonly bytes: Uint8Array;
  /** Where the pairs of each file start; one more than there are files. */
  readonly offsets: Uint32Array;
  /** Pairs per file. */
  readonly counts: Uint32Array;
  readonly frequency: Uint16Array;
}

/** One definition, as the contract speaks of it. */
export interface RankedSymbol {
  readonly name: string;
  readonly container: string;
  readonly kind: SymbolKind;
  readonly startLine: number;
  readonly endLine: number;
}

/** What files are called, by file, ready to be compared. */
export interface NameTable {
  /** Up to the first dot, lower-cased, without separators. */
  readonly base: readonly string[];
  /** Of a test, the name of what it tests. */
  readonly tested: readonly string[];
  /** Files of one directory have one number; there are fewer of them than files. */
  readonly directory: Uint32Array;
  /** The last directory's name, like `base`. */
  readonly parent: readonly string[];
  /** Files by the last segment of their module path, lower-cased; `pkg/__init__.py` is `pkg`. */
  readonly byModule: ReadonlyMap<string, readonly number[]>;
}
