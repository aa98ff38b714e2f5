import { Button, Select } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { solveOutcome, solveOutcomes, solveStatus } from '@yudai/contract';
import type { Project } from '@yudai/contract';
import { SearchX, Wrench } from 'lucide-react';
import type { ReactNode } from 'react';
import { HealthBanner } from '#features/solver/list/health-banner.tsx';
import { SolveTable } from '#features/solver/list/solve-table.tsx';
import { SolvesScreen } from '#features/solver/list/solves-screen.tsx';
import { StatisticsStrip } from '#features/solver/list/statistics-strip.tsx';
import { outcomeWords } from '#features/solver/solve-words.ts';
import { api } from '#lib/client.ts';
import { links } from '#lib/links.ts';
import { withParam } from '#lib/search-params.ts';
import type { SolvesSearch } from '#lib/search-params.ts';
import { Empty } from '#ui/empty.tsx';
import { LinkButton } from '#ui/link-button.tsx';
import { Paged } from '#ui/paged.tsx';

const route = getRouteApi('/projects/$projectId/solves');

/** The solves of a project, newest first, with what they have brought and cost. */
export function SolvesPage(): ReactNode {
  const { projectId } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <SolvesScreen projectId={projectId} page="Solves">
      {(project) => (
        <SolveList
          project={project}
          search={search}
          onSearch={(next) => void navigate({ search: next, replace: true })}
        />
      )}
    </SolvesScreen>
  );
}

interface Props {
  project: Project;
  search: SolvesSearch;
  onSearch: (next: SolvesSearch) => void;
}

function SolveList({ project, search, onSearch }: Props): ReactNode {
  const input = { projectId: project.id };
  const statistics = useQuery(api.solver.statistics.queryOptions({ input })).data;
  const health = useQuery(api.solver.health.queryOptions({ input })).data;
  const { status, outcome, issue } = search;
  const list = useInfiniteQuery(
    api.solver.list.infiniteOptions({
      input: (cursor: string | undefined) => ({
        ...input,
        ...(status === undefined ? {} : { status }),
        ...(outcome === undefined ? {} : { outcome }),
        ...(issue === undefined ? {} : { issueId: issue }),
        ...(cursor === undefined ? {} : { cursor }),
      }),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: (page) => page.nextCursor ?? undefined,
      placeholderData: (previous) => previous,
    }),
  );
  const isFiltered = Object.keys(search).length > 0;
  return (
    <div className="page-scroll solves" tabIndex={-1}>
      {health !== undefined && <HealthBanner health={health} />}
      {statistics !== undefined && statistics.total > 0 && <StatisticsStrip statistics={statistics} />}
      {(isFiltered || (statistics?.total ?? 0) > 0) && <Filters search={search} onSearch={onSearch} />}
      <Paged list={list} loading="Loading the solves" empty={<Nothing project={project} isFiltered={isFiltered} />}>
        {(solves) => <SolveTable solves={solves} />}
      </Paged>
    </div>
  );
}

/** What the list is filtered by, as the address has it. */
function Filters({ search, onSearch }: Omit<Props, 'project'>): ReactNode {
  return (
    <div className="solve-filters">
      <Select
        aria-label="Status"
        placeholder="Any status"
        clearable
        clearButtonProps={{ 'aria-label': 'Any status' }}
        data={[
          { value: 'queued', label: 'queued' },
          { value: 'running', label: 'solving' },
          { value: 'waiting_for_input', label: 'waits for you' },
          { value: 'finished', label: 'ended' },
        ]}
        value={search.status ?? null}
        onChange={(value) => onSearch(withParam(search, 'status', solveStatus.safeParse(value).data))}
      />
      <Select
        aria-label="Outcome"
        placeholder="Any outcome"
        clearable
        clearButtonProps={{ 'aria-label': 'Any outcome' }}
        data={solveOutcomes.map((value) => ({ value, label: outcomeWords[value].word }))}
        value={search.outcome ?? null}
        onChange={(value) => onSearch(withParam(search, 'outcome', solveOutcome.safeParse(value).data))}
      />
      {search.issue !== undefined && <span className="chip">of one issue</span>}
      {Object.keys(search).length > 0 && (
        <Button variant="subtle" color="gray" onClick={() => onSearch({})}>
          Clear
        </Button>
      )}
    </div>
  );
}

function Nothing({ project, isFiltered }: { project: Project; isFiltered: boolean }): ReactNode {
  if (isFiltered) return <Empty icon={SearchX} title="No solve matches these filters" />;
  return (
    <Empty
      icon={Wrench}
      title="Nothing was solved here yet"
      text="A solve begins with an issue: open one and press Solve. You agree to the plan, watch it work, and get a pull request in which every claim comes from what ran."
    >
      <LinkButton {...links.issues(project.id)}>Show issues</LinkButton>
    </Empty>
  );
}
