import { ActionIcon, Drawer } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { getRouteApi } from '@tanstack/react-router';
import { Package } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import '#features/codebase/search/search.css';
import { ProjectScreen } from '#features/codebase/project-screen.tsx';
import { PackPanel } from '#features/codebase/search/pack-panel.tsx';
import { SearchForm } from '#features/codebase/search/search-form.tsx';
import { SearchResults } from '#features/codebase/search/search-results.tsx';
import { readQuery, writeQuery } from '#features/codebase/search/kept-query.ts';
import { withParam } from '#lib/search-params.ts';
import type { CodeSearch } from '#lib/search-params.ts';
import { Tip } from '#ui/tip.tsx';

const route = getRouteApi('/projects/$projectId/search');
/** A longer text would not fit into every address bar and proxy; it is kept for the tab instead. */
const longestInAddress = 1500;

/** From a word, a pattern or a whole issue to the places that matter, and to a pack of them for a model. */
export function SearchPage(): ReactNode {
  const { projectId } = route.useParams();
  const filters = route.useSearch();
  const navigate = route.useNavigate();
  const isWide = useMediaQuery('(min-width: 1100px)', true, { getInitialValueInEffect: false });
  const [longQuery, setLongQuery] = useState(() => readQuery(projectId));
  const query = filters.q ?? longQuery;

  const submit = (next: CodeSearch) => {
    const { q = '', ...rest } = next;
    const isLong = q.length > longestInAddress;
    setLongQuery(isLong ? q : '');
    writeQuery(projectId, isLong ? q : '');
    void navigate({ search: isLong || q === '' ? rest : next });
  };
  const setPackOpen = (isOpen: boolean) =>
    void navigate({ search: (kept) => withParam(kept, 'pack', isOpen ? true : undefined), replace: true });
  const pack = <PackPanel projectId={projectId} query={query} />;
  return (
    <ProjectScreen
      projectId={projectId}
      page="Search"
      actions={
        !isWide && (
          <Tip label="Pack context for a model">
            <ActionIcon aria-label="Pack context for a model" onClick={() => setPackOpen(true)}>
              <Package size={15} />
            </ActionIcon>
          </Tip>
        )
      }
    >
      {() => (
        <div className="search-page">
          <div className="search-main">
            <SearchForm key={query} search={{ ...filters, q: query }} onSubmit={submit} />
            <SearchResults
              projectId={projectId}
              search={{ ...filters, q: query }}
              onTests={() => submit({ ...filters, q: query, tests: true })}
            />
          </div>
          {isWide ? (
            <aside className="pack-side" tabIndex={0} aria-label="Pack context for a model">
              {pack}
            </aside>
          ) : (
            <Drawer
              opened={filters.pack === true}
              onClose={() => setPackOpen(false)}
              title="Pack context for a model"
              size="min(92vw, 400px)"
              closeButtonProps={{ 'aria-label': 'Close' }}
            >
              {pack}
            </Drawer>
          )}
        </div>
      )}
    </ProjectScreen>
  );
}
