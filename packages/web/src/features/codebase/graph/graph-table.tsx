import { Button, useComputedColorScheme } from '@mantine/core';
import type { DependencyGraph } from '@yudai/contract';
import { useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import { groupTitle } from '#features/codebase/graph/groups.ts';
import type { Group } from '#features/codebase/graph/groups.ts';
import { formatCount } from '#lib/format.ts';

interface Props {
  graph: DependencyGraph;
  groups: readonly Group[];
  filter: string;
  selected: string | undefined;
  onSelect: (path: string | undefined) => void;
  onOpen: (path: string) => void;
}

const pageSize = 200;

/** The graph as rows, most imported first: for the keyboard, for a screen reader, and for reading numbers. */
export function GraphTable(props: Props): ReactNode {
  const { graph, groups, filter, selected } = props;
  const scheme = useComputedColorScheme('dark');
  const [shown, setShown] = useState(pageSize);
  const colors = new Map(groups.map((group) => [group.name, group.color[scheme]]));
  const rows = useMemo(() => {
    const wanted = filter.toLowerCase();
    return graph.nodes
      .filter((node) => node.path.toLowerCase().includes(wanted))
      .toSorted((a, b) => b.importedBy - a.importedBy || a.path.localeCompare(b.path));
  }, [graph, filter]);
  return (
    <div className="graph-table">
      <table className="table">
        <thead>
          <tr>
            <th>File</th>
            <th className="graph-group">Part</th>
            <th className="graph-number number">Imports</th>
            <th className="graph-number number">Imported by</th>
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, shown).map((node) => (
            <tr key={node.path} data-selected={node.path === selected || undefined}>
              <td>
                <button
                  type="button"
                  className="path-button mono truncate-start"
                  onClick={() => props.onOpen(node.path)}
                >
                  <bdi>{node.path}</bdi>
                </button>
              </td>
              <td className="graph-group">
                <span className="row">
                  <i style={{ background: colors.get(node.group) }} />
                  <span className="truncate">{groupTitle(node.group)}</span>
                </span>
              </td>
              <td className="graph-number number mono">{formatCount(node.imports)}</td>
              <td className="graph-number number mono">{formatCount(node.importedBy)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > shown && (
        <Button variant="subtle" color="gray" m="sm" onClick={() => setShown(shown + pageSize)}>
          Show more
        </Button>
      )}
    </div>
  );
}
