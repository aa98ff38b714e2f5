import type {
  CodeSymbol,
  CommitEntry,
  FileDependencies,
  SearchMode,
  SearchResult,
  SourceFile,
  SymbolKind,
} from '@yudai/contract';

export interface ReferencePlace {
  readonly path: string;
  readonly line: number;
  readonly text: string;
  readonly definition: boolean;
}

export interface IssueEntry {
  readonly kind: 'issue' | 'pull_request';
  readonly number: number;
  readonly title: string;
  readonly state: string;
  readonly labels: readonly string[];
  readonly body: string;
  readonly updatedAt: string;
}

/** One repository at one state, as tools see it. Whoever makes it answers for what its user may see. */
export interface RepositoryReader {
  search(
    request: { query: string; mode: SearchMode; limit: number; path?: string | undefined },
    signal: AbortSignal,
  ): Promise<SearchResult>;
  /** Null when there is no such file. */
  file(path: string, signal: AbortSignal): Promise<SourceFile | null>;
  symbols(
    request: { query: string; kind?: SymbolKind | undefined; limit: number },
    signal: AbortSignal,
  ): Promise<CodeSymbol[]>;
  references(name: string, limit: number, signal: AbortSignal): Promise<ReferencePlace[]>;
  /** Null when there is no such file. */
  dependencies(path: string, signal: AbortSignal): Promise<FileDependencies | null>;
  /** Newest first; with a path, only commits that changed it or what is below it. */
  history(request: { path?: string | undefined; limit: number }, signal: AbortSignal): Promise<CommitEntry[]>;
  /** Issues and pull requests, the last changed first; null where the repository has none that can be read. */
  issues(
    request: { query?: string | undefined; number?: number | undefined; limit: number },
    signal: AbortSignal,
  ): Promise<IssueEntry[] | null>;
}
