import type { ContextPack } from '@yudai/contract';
import type { SearchDeps } from '../search/types.ts';

export type PackFormat = 'markdown' | 'xml' | 'json';

export interface PackRequest {
  /** Empty for a digest of the repository. */
  readonly query: string;
  /** Most tokens (o200k) that the text may have. */
  readonly budget: number;
  readonly format: PackFormat;
  /** Files that are wanted before anything else, in this order. */
  readonly paths: readonly string[];
  /** Files that are not wanted; a folder ends with a slash. */
  readonly without?: readonly string[] | undefined;
}

export interface PackDeps extends SearchDeps {
  /** How many files import one; a digest shows the most imported first. */
  readonly importedBy?: ((path: string) => number) | undefined;
}

/** With the counter, which is loaded when something is packed. */
export interface CountingDeps extends PackDeps {
  readonly tokensOf: (text: string) => number;
}

/** A piece of the pack before it is written. */
export interface Piece {
  readonly path: string;
  readonly language: string | null;
  readonly form: ContextPack['items'][number]['form'];
  readonly startLine: number;
  readonly endLine: number;
  readonly cite: string;
  readonly text: string;
}
