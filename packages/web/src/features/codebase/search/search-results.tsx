import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { SearchHit } from '@yudai/contract';
import { SearchX, TextSearch } from 'lucide-react';
import type { ReactNode } from 'react';
import { PackButton } from '#features/codebase/pack-button.tsx';
import { Highlighted } from '#features/codebase/search/highlighted.tsx';
import { matcherOf } from '#features/codebase/search/matcher.ts';
import { ReasonBars } from '#features/codebase/search/reason-bars.tsx';
import { symbolMark } from '#features/codebase/symbol-mark.tsx';
import { api } from '#lib/client.ts';
import { formatDuration } from '#lib/format.ts';
import { links } from '#lib/links.ts';
import { formatLines } from '#lib/search-params.ts';
import type { CodeSearch } from '#lib/search-params.ts';
import { CopyButton } from '#ui/copy-button.tsx';
import { Empty } from '#ui/empty.tsx';
import { ErrorPanel } from '#ui/error-panel.tsx';
import { moveFocus } from '#ui/move-focus.ts';
import { SkeletonRows } from '#ui/skeleton-rows.tsx';

interface Props {
  projectId: string;
  search: CodeSearch;
  onTests: () => void;
}

export function SearchResults(props: Props): ReactNode {
  const { projectId, search } = props;
  const { q: query = '', mode = 'ranked', path, language } = search;
  const result = useQuery(
    api.codebase.search.queryOptions({
      input: {
        projectId,
        query,
        mode,
        limit: 50,
        caseSensitive: search.case ?? false,
        tests: search.tests ?? false,
        ...(path === undefined ? {} : { path }),
        ...(language === undefined ? {} : { language }),
      },
      enabled: query !== '',
      placeholderData: (previous) => previous,
    }),
  );
  if (query === '') {
    return (
      <Empty
        icon={TextSearch}
        title="Find the code that matters"
        text="Paste an issue or a stack trace, or look for exact text, a pattern, a symbol or a path."
      />
    );
  }
  if (result.isPending) return <SkeletonRows label="Searching" count={12} />;
  if (result.isError) return <ErrorPanel error={result.error} onRetry={() => void result.refetch()} />;
  const { hits, truncated, notes, ms } = result.data;
  const matcher = matcherOf(query, mode, search.case ?? false);
  return (
    <>
      <p className="search-summary muted" role="status">
        <span>
          {hits.length}
          {truncated && '+'} {hits.length === 1 ? 'place' : 'places'} in {formatDuration(ms)}
        </span>
        {notes.map((note) => (
          <span key={note}>{note}</span>
        ))}
      </p>
      {hits.length === 0 && (
        <Empty icon={SearchX} title="Nothing was found" text="Try fewer words, another way to search, or no filters.">
          {search.tests !== true && (
            <Button variant="default" onClick={props.onTests}>
              Look in tests too
            </Button>
          )}
        </Empty>
      )}
      <ol className="hits" data-stale={result.isPlaceholderData || undefined} onKeyDown={moveFocus}>
        {hits.map((hit) => (
          <Hit key={`${hit.cite} ${hit.symbol?.name ?? ''}`} projectId={projectId} hit={hit} matcher={matcher} />
        ))}
      </ol>
    </>
  );
}

function Hit(props: { projectId: string; hit: SearchHit; matcher: RegExp | null }): ReactNode {
  const { hit, matcher } = props;
  const line = formatLines({ start: hit.startLine, end: hit.endLine });
  return (
    <li className="hit">
      <div className="hit-head">
        <Link {...links.workbench(props.projectId, { path: hit.path, line })} className="hit-link mono truncate-start">
          <bdi>
            {hit.path}
            <span className="muted">:{line}</span>
          </bdi>
        </Link>
        {hit.symbol !== null && (
          <span className="hit-symbol mono">
            {symbolMark(hit.symbol.kind)}
            <span className="truncate">
              {hit.symbol.container === '' ? hit.symbol.name : `${hit.symbol.container}.${hit.symbol.name}`}
            </span>
          </span>
        )}
        <span className="grow" />
        <ReasonBars reasons={hit.reasons} />
        <PackButton projectId={props.projectId} path={hit.path} />
        <CopyButton value={hit.cite} label="Copy the citation" />
      </div>
      {hit.preview.length > 0 && (
        <pre className="hit-preview">
          {hit.preview.map((row) => (
            <span key={row.line} className="hit-line">
              <span className="hit-number muted">{row.line}</span>
              <Highlighted text={row.text} matcher={matcher} />
            </span>
          ))}
        </pre>
      )}
    </li>
  );
}
