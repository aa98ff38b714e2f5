import { Button } from '@mantine/core';
import type { DependencyGraph } from '@yudai/contract';
import { useMemo } from 'react';
import type { ReactNode } from 'react';
import { neighboursOf } from '#features/codebase/graph/neighbours.ts';
import { formatCount, formatNoun } from '#lib/format.ts';
import { moveFocus } from '#ui/move-focus.ts';

interface Props {
  graph: DependencyGraph;
  selected: string | undefined;
  onSelect: (path: string | undefined) => void;
  onOpen: (path: string) => void;
}

/** What stands beside the picture: the marked file, the cycles, the external packages. */
export function GraphSide(props: Props): ReactNode {
  const { graph } = props;
  return (
    <div className="graph-facts" onKeyDown={moveFocus}>
      <Selection {...props} />
      <h2>Import cycles ({formatCount(graph.cycles.length)})</h2>
      {graph.cycles.length === 0 && <p className="muted">No file imports itself round a corner.</p>}
      {graph.cycles.slice(0, 50).map((cycle) => (
        <details key={cycle.join()}>
          <summary>
            {formatNoun(cycle.length, 'file')}{' '}
            <span className="mono muted truncate" title={cycle[0]}>
              {cycle[0]}
            </span>
          </summary>
          {cycle.map((path) => (
            <PathButton key={path} path={path} onSelect={props.onSelect} />
          ))}
        </details>
      ))}
      <h2>External packages ({formatCount(graph.packages.length)})</h2>
      <ul>
        {graph.packages.slice(0, 100).map((item) => (
          <li key={item.name} className="row mono">
            <span className="truncate grow">{item.name}</span>
            <span className="muted">{formatNoun(item.files, 'file')}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Selection(props: Props): ReactNode {
  const { graph, selected } = props;
  const near = useMemo(() => (selected === undefined ? null : neighboursOf(graph, selected)), [graph, selected]);
  if (selected === undefined || near === null) {
    return <p className="muted graph-hint">Click a file to mark it and what it touches; click it again to open it.</p>;
  }
  return (
    <section aria-label="Marked file">
      <h2 className="mono selected-path">{selected}</h2>
      <div className="row">
        <Button onClick={() => props.onOpen(selected)}>Open the file</Button>
        <Button variant="default" onClick={() => props.onSelect(undefined)}>
          Clear
        </Button>
      </div>
      <h2>Imports ({near.imports.length})</h2>
      {near.imports.map((path) => (
        <PathButton key={path} path={path} onSelect={props.onSelect} />
      ))}
      <h2>Imported by ({near.importedBy.length})</h2>
      {near.importedBy.map((path) => (
        <PathButton key={path} path={path} onSelect={props.onSelect} />
      ))}
    </section>
  );
}

function PathButton(props: { path: string; onSelect: (path: string) => void }): ReactNode {
  return (
    <button
      type="button"
      className="path-button mono truncate-start"
      title={props.path}
      onClick={() => props.onSelect(props.path)}
    >
      <bdi>{props.path}</bdi>
    </button>
  );
}
