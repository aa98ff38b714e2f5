import { useQuery } from '@tanstack/react-query';
import type { FileDependencies } from '@yudai/contract';
import { Package, RefreshCcwDot } from 'lucide-react';
import type { ReactNode } from 'react';
import { api } from '#lib/client.ts';
import { links } from '#lib/links.ts';
import type { LineRange } from '#lib/search-params.ts';
import { LinkButton } from '#ui/link-button.tsx';
import { moveFocus } from '#ui/move-focus.ts';
import { ErrorPanel } from '#ui/error-panel.tsx';
import { SkeletonRows } from '#ui/skeleton-rows.tsx';

interface Props {
  projectId: string;
  path: string | undefined;
  onOpen: (path: string, lines: LineRange | null) => void;
}

/** What the open file imports, what imports it, and the cycles it stands in. */
export function DependencyPanel(props: Props): ReactNode {
  const { projectId, path } = props;
  const found = useQuery(
    api.codebase.dependencies.queryOptions({ input: { projectId, path: path ?? '' }, enabled: path !== undefined }),
  );
  if (path === undefined) return <p className="inspector-note">Open a file to see what it imports.</p>;
  if (found.isPending) return <SkeletonRows label="Loading imports" />;
  if (found.isError) return <ErrorPanel error={found.error} onRetry={() => void found.refetch()} />;
  return (
    <div className="dependencies" onKeyDown={moveFocus}>
      <Imports {...props} found={found.data} />
      <h3>Imported by {found.data.importedBy.length}</h3>
      {found.data.importedBy.map((from) => (
        <FileButton key={`${from.path} ${from.line}`} path={from.path} line={from.line} onOpen={props.onOpen} />
      ))}
      {found.data.cycles.map((cycle) => (
        <section key={cycle.join()} className="cycle">
          <h3>
            <RefreshCcwDot size={12} aria-hidden="true" /> Cycle of {cycle.length}
          </h3>
          {cycle.map((member) => (
            <FileButton key={member} path={member} line={null} onOpen={props.onOpen} />
          ))}
        </section>
      ))}
      <LinkButton variant="default" m={10} {...links.graph(projectId, { path })}>
        Show in the graph
      </LinkButton>
    </div>
  );
}

function Imports(props: Props & { found: FileDependencies }): ReactNode {
  const { imports } = props.found;
  return (
    <>
      <h3>Imports {imports.length}</h3>
      {imports.map((item) =>
        item.path === null ? (
          <p key={`${item.line} ${item.specifier}`} className="dependency external">
            <Package size={12} aria-label={item.package === null ? 'not resolved' : 'package'} />
            <span className="mono truncate">{item.package ?? item.specifier}</span>
            {item.package === null && <span className="muted">not resolved</span>}
          </p>
        ) : (
          <FileButton key={`${item.line} ${item.specifier}`} path={item.path} line={null} onOpen={props.onOpen} />
        ),
      )}
    </>
  );
}

function FileButton(props: { path: string; line: number | null; onOpen: Props['onOpen'] }): ReactNode {
  const { path, line } = props;
  return (
    <button
      type="button"
      className="dependency"
      title={path}
      onClick={() => props.onOpen(path, line === null ? null : { start: line, end: line })}
    >
      <span className="mono truncate-start grow">
        <bdi>{path}</bdi>
      </span>
      {line !== null && <span className="mono muted">{line}</span>}
    </button>
  );
}
