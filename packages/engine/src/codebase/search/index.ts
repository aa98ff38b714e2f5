import type { SearchResult } from '@yudai/contract';
import { searchPaths } from './search-paths.ts';
import { searchRanked } from './search-ranked.ts';
import { searchSymbols } from './search-symbols.ts';
import { searchText } from './search-text.ts';
import type { Found, SearchDeps, SearchRequest } from './types.ts';

export { SearchError } from './search-error.ts';
export type { SearchDeps, SearchRequest } from './types.ts';

/**
 * Answers one question to a snapshot, in the contract's terms. Throws `SearchError` for a question that cannot be asked, such as a
 * wrong pattern, and the signal's reason when it aborts. No answer holds a vector or a whole chunk: a preview has six lines at most.
 */
export async function searchCodebase(
  deps: SearchDeps,
  request: SearchRequest,
  signal: AbortSignal,
): Promise<SearchResult> {
  signal.throwIfAborted();
  const now = deps.now ?? (() => performance.now());
  const started = now();
  const { hits, truncated, notes } = await searchBy(deps, request, signal);
  return {
    mode: request.mode,
    hits: [...hits],
    truncated,
    notes: [...notes],
    commit: deps.commit,
    ms: Math.round((now() - started) * 10) / 10,
  };
}

function searchBy(deps: SearchDeps, request: SearchRequest, signal: AbortSignal): Promise<Found> | Found {
  switch (request.mode) {
    case 'ranked':
      return searchRanked(deps, request, signal);
    case 'text':
    case 'regex':
      return searchText(deps, request, signal);
    case 'symbol':
      return searchSymbols(deps, request);
    case 'path':
      return searchPaths(deps, request);
  }
}
