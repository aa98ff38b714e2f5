import { ActionIcon, Autocomplete, Drawer, SegmentedControl } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { DependencyGraph } from '@yudai/contract';
import { Network, PanelRight, Search } from 'lucide-react';
import { useCallback, useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import '#features/codebase/graph/graph.css';
import { GraphCanvas } from '#features/codebase/graph/graph-canvas.tsx';
import { GraphLegend } from '#features/codebase/graph/graph-legend.tsx';
import { GraphSide } from '#features/codebase/graph/graph-side.tsx';
import { GraphTable } from '#features/codebase/graph/graph-table.tsx';
import { groupsOf } from '#features/codebase/graph/groups.ts';
import { ProjectScreen } from '#features/codebase/project-screen.tsx';
import { api } from '#lib/client.ts';
import { formatCount, formatNoun } from '#lib/format.ts';
import { links } from '#lib/links.ts';
import { Empty } from '#ui/empty.tsx';
import { ErrorPanel } from '#ui/error-panel.tsx';
import { SkeletonRows } from '#ui/skeleton-rows.tsx';
import { Tip } from '#ui/tip.tsx';

const route = getRouteApi('/projects/$projectId/graph');

/** The import graph of the snapshot, as a picture and as a table. */
export function GraphPage(): ReactNode {
  const { projectId } = route.useParams();
  return (
    <ProjectScreen projectId={projectId} page="Dependencies">
      {() => <LoadedGraph projectId={projectId} />}
    </ProjectScreen>
  );
}

function LoadedGraph(props: { projectId: string }): ReactNode {
  const { projectId } = props;
  const graph = useQuery(api.codebase.graph.queryOptions({ input: { projectId }, staleTime: Infinity }));
  if (graph.isPending) return <SkeletonRows label="Loading the graph" count={12} />;
  if (graph.isError) return <ErrorPanel error={graph.error} onRetry={() => void graph.refetch()} />;
  if (graph.data.nodes.length === 0) {
    return (
      <Empty
        icon={Network}
        title="No imports were found"
        text="Imports are read in ten languages; this project has no file in one of them."
      />
    );
  }
  return <GraphView projectId={projectId} graph={graph.data} />;
}

function GraphView(props: { projectId: string; graph: DependencyGraph }): ReactNode {
  const { projectId, graph } = props;
  const { path } = route.useSearch();
  const navigate = route.useNavigate();
  const isWide = useMediaQuery('(min-width: 1000px)', true, { getInitialValueInEffect: false });
  const [view, setView] = useState<'Picture' | 'Table'>('Picture');
  const [find, setFind] = useState('');
  const [isSideOpen, setSideOpen] = useState(false);
  const groups = useMemo(() => groupsOf(graph), [graph]);
  const allPaths = useMemo(() => graph.nodes.map((node) => node.path), [graph]);

  const select = useCallback(
    (next: string | undefined) => void navigate({ search: next === undefined ? {} : { path: next }, replace: true }),
    [navigate],
  );
  const open = useCallback(
    (file: string) => void navigate(links.workbench(projectId, { path: file })),
    [navigate, projectId],
  );
  const side = <GraphSide graph={graph} selected={path} onSelect={select} onOpen={open} />;
  return (
    <div className="graph-page">
      <div className="graph-main">
        <div className="graph-bar">
          <span className="muted grow truncate">
            {graph.truncated
              ? `The ${formatCount(graph.nodes.length)} best connected of ${formatCount(graph.totalNodes)} files`
              : formatNoun(graph.nodes.length, 'file')}{' '}
            · {formatNoun(graph.edges.length, 'import')}
            {graph.unresolved > 0 && ` · ${formatCount(graph.unresolved)} not resolved`}
          </span>
          <Autocomplete
            className="graph-find"
            aria-label="Find a file"
            placeholder="Find a file"
            leftSection={<Search size={13} />}
            size="xs"
            data={allPaths}
            limit={12}
            value={find}
            onChange={setFind}
            onOptionSubmit={(next) => {
              select(next);
              setFind('');
            }}
          />
          <SegmentedControl aria-label="View" data={['Picture', 'Table']} value={view} onChange={setView} />
          {!isWide && (
            <Tip label="Selection, cycles and packages">
              <ActionIcon aria-label="Selection, cycles and packages" onClick={() => setSideOpen(true)}>
                <PanelRight size={15} />
              </ActionIcon>
            </Tip>
          )}
        </div>
        {view === 'Picture' ? (
          <>
            <GraphCanvas graph={graph} groups={groups} selected={path} onSelect={select} onOpen={open} />
            <GraphLegend groups={groups} />
          </>
        ) : (
          <GraphTable graph={graph} groups={groups} filter={find} selected={path} onSelect={select} onOpen={open} />
        )}
      </div>
      {isWide ? (
        <aside className="graph-side" tabIndex={0} aria-label="Selection, cycles and packages">
          {side}
        </aside>
      ) : (
        <Drawer
          opened={isSideOpen}
          onClose={() => setSideOpen(false)}
          title="Dependencies"
          size="min(88vw, 360px)"
          closeButtonProps={{ 'aria-label': 'Close' }}
        >
          {side}
        </Drawer>
      )}
    </div>
  );
}
