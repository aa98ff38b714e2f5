import type { FileCategory, SkipReason, SymbolKind } from '@yudai/contract';

/** Part of every stored key: raise it when extraction, encoding or term bags change, and old facts are simply not found. */
export const factsVersion = 3;

/** A definition in one blob. Lines count from 1, both ends included. */
export interface Definition {
  readonly name: string;
  /** Dotted names of the definitions around it, empty at the top level. */
  readonly container: string;
  readonly kind: SymbolKind;
  readonly startLine: number;
  readonly endLine: number;
  /** The declaration on one line, at most 200 characters. */
  readonly signature: string;
  /** The first sentence of its documentation comment. */
  readonly doc: string | null;
}

/** One thing a file asks for: a module, package, header or namespace, as written. */
export interface Import {
  readonly specifier: string;
  readonly line: number;
  /** Names that may decide the file: those taken from it (`from . import views`), or all types named beside an opened namespace. */
  readonly names: readonly string[];
}

/** A range of lines that is indexed and quoted as one. */
export interface Chunk {
  readonly startLine: number;
  readonly endLine: number;
}

/** The encoded term bags of one blob: written by `termsOf`, read by the ranker, opaque to everything else. */
export type TermBags = Uint8Array;

/** Everything known of one blob read as one language. */
export interface BlobFacts {
  /** `factsKeyOf(blob, language)`: the same bytes as `.ts` and `.txt` have different facts. */
  readonly key: string;
  readonly blob: string;
  /** A language name of `classify/languages.ts`, such as `TypeScript`. */
  readonly language: string | null;
  /** Found by looking inside; then there is nothing else to know and the lists are empty. */
  readonly skipped: SkipReason | null;
  readonly encoding: 'utf-8' | 'latin1';
  readonly lines: number;
  readonly bytes: number;
  readonly tokens: number;
  /** The namespaces or packages the file declares itself to be in (Java, C#, PHP, Go). */
  readonly namespaces: readonly string[];
  readonly definitions: readonly Definition[];
  readonly imports: readonly Import[];
  readonly chunks: readonly Chunk[];
  readonly terms?: TermBags;
}

/** About 200 facts as one binary value; `unpackFacts` reads it. */
export interface FactsPack {
  readonly version: number;
  readonly keys: readonly string[];
  readonly bytes: Uint8Array;
}

/**
 * Where facts live between runs, shared by all snapshots of all refs. Keys come from `factsKeyOf` and must be kept together with
 * `factsVersion`: packs of another version are unknown.
 */
export interface FactsStore {
  /** Which of the keys have facts. */
  known(keys: readonly string[]): Promise<Set<string>>;
  save(pack: FactsPack): Promise<void>;
  /** The packs that hold the keys, each once; a pack may hold other facts as well. */
  load(keys: readonly string[]): AsyncIterable<FactsPack>;
}

/** One line of a tree's listing: every path appears exactly once, whether its text is indexed or not. */
export interface SnapshotEntry {
  readonly path: string;
  readonly blob: string;
  readonly kind: 'file' | 'symlink' | 'submodule';
  /** Real bytes of the blob; 0 for a submodule. */
  readonly size: number;
  readonly language: string | null;
  readonly category: FileCategory;
  readonly lines: number;
  readonly tokens: number;
  /** Null when the text is indexed. */
  readonly skipped: SkipReason | null;
  /** The key of its facts; null exactly when it is skipped. */
  readonly facts: string | null;
}

export interface SnapshotSummary {
  readonly files: number;
  readonly indexed: number;
  readonly bytes: number;
  readonly tokens: number;
  readonly symbols: number;
  readonly imports: number;
  readonly chunks: number;
  /** Blobs that had to be read; the rest came from the store. */
  readonly parsed: number;
  readonly skipped: Partial<Record<SkipReason, number>>;
  readonly languages: readonly { readonly language: string; readonly files: number; readonly bytes: number }[];
  readonly ms: number;
}

/** The key under which the facts of a blob are stored. */
export function factsKeyOf(blob: string, language: string | null): string {
  return `${blob}:${language ?? ''}`;
}
