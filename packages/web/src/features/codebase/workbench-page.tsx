import { ActionIcon, Drawer, Splitter } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { getRouteApi } from '@tanstack/react-router';
import { FolderTree, PanelRight } from 'lucide-react';
import { useCallback, useState } from 'react';
import type { ReactNode } from 'react';
import '#features/codebase/workbench.css';
import { Inspector } from '#features/codebase/inspector/inspector.tsx';
import type { InspectorTab } from '#features/codebase/inspector/inspector.tsx';
import { ProjectScreen } from '#features/codebase/project-screen.tsx';
import { TreePanel } from '#features/codebase/tree/tree-panel.tsx';
import { usePaneSizes } from '#features/codebase/use-pane-sizes.ts';
import { FileView } from '#features/codebase/viewer/file-view.tsx';
import { formatLines, parseLines } from '#lib/search-params.ts';
import type { LineRange } from '#lib/search-params.ts';
import { Tip } from '#ui/tip.tsx';

const route = getRouteApi('/projects/$projectId');

/** Tree, code and what is known about it, side by side; in narrow windows the sides become drawers. */
export function WorkbenchPage(): ReactNode {
  const { projectId } = route.useParams();
  const { path, line } = route.useSearch();
  const navigate = route.useNavigate();
  const lines = parseLines(line);
  const isWide = useMediaQuery('(min-width: 1100px)', true, { getInitialValueInEffect: false });
  const hasTree = useMediaQuery('(min-width: 760px)', true, { getInitialValueInEffect: false });
  const [drawer, setDrawer] = useState<'tree' | 'inspector' | null>(null);
  const [tab, setTab] = useState<InspectorTab>('outline');
  const [name, setName] = useState<string | null>(null);

  const open = useCallback(
    (next: string, range: LineRange | null) => {
      setDrawer(null);
      void navigate({ search: range === null ? { path: next } : { path: next, line: formatLines(range) } });
    },
    [navigate],
  );
  const pickLines = useCallback(
    (range: LineRange | null) =>
      void navigate({
        search: ({ path: kept }) => ({
          ...(kept === undefined ? {} : { path: kept }),
          ...(range === null ? {} : { line: formatLines(range) }),
        }),
        replace: true,
      }),
    [navigate],
  );
  const showReferences = useCallback((word: string) => {
    setName(word);
    setTab('references');
  }, []);

  const tree = <TreePanel projectId={projectId} selected={path} onOpen={(next) => open(next, null)} />;
  const viewer = (
    <div className="viewer">
      <FileView projectId={projectId} path={path} lines={lines} onLines={pickLines} onWord={showReferences} />
    </div>
  );
  const inspector = (
    <Inspector
      projectId={projectId}
      path={path}
      line={lines?.start ?? null}
      name={name}
      tab={tab}
      onTab={setTab}
      onName={showReferences}
      onOpen={open}
    />
  );
  const actions = (
    <>
      {!hasTree && (
        <Tip label="Files">
          <ActionIcon aria-label="Files" onClick={() => setDrawer('tree')}>
            <FolderTree size={15} />
          </ActionIcon>
        </Tip>
      )}
      {!isWide && (
        <Tip label="Outline, imports, references and cards">
          <ActionIcon aria-label="Outline, imports, references and cards" onClick={() => setDrawer('inspector')}>
            <PanelRight size={15} />
          </ActionIcon>
        </Tip>
      )}
    </>
  );
  return (
    <ProjectScreen projectId={projectId} page="Workbench" actions={actions}>
      {() => (
        <>
          <Panes tree={hasTree ? tree : null} viewer={viewer} inspector={isWide ? inspector : null} />
          <SideDrawer
            title="Files"
            position="left"
            opened={!hasTree && drawer === 'tree'}
            onClose={() => setDrawer(null)}
          >
            {tree}
          </SideDrawer>
          <SideDrawer
            title="About this file"
            position="right"
            opened={!isWide && drawer === 'inspector'}
            onClose={() => setDrawer(null)}
          >
            {inspector}
          </SideDrawer>
        </>
      )}
    </ProjectScreen>
  );
}

function Panes(props: { tree: ReactNode; viewer: ReactNode; inspector: ReactNode }): ReactNode {
  const { sizes, save } = usePaneSizes();
  if (props.tree === null) return <div className="panes">{props.viewer}</div>;
  return (
    <Splitter
      className="panes"
      lineSize={1}
      handleColor="var(--line)"
      withHandle={false}
      onResizeEnd={(_, next) => save(next)}
    >
      <Splitter.Pane defaultSize={sizes.tree} min="160px" max="520px">
        {props.tree}
      </Splitter.Pane>
      <Splitter.Pane defaultSize={100}>{props.viewer}</Splitter.Pane>
      {props.inspector !== null && (
        <Splitter.Pane defaultSize={sizes.inspector} min="200px" max="560px">
          {props.inspector}
        </Splitter.Pane>
      )}
    </Splitter>
  );
}

interface DrawerProps {
  title: string;
  position: 'left' | 'right';
  opened: boolean;
  onClose: () => void;
  children: ReactNode;
}

function SideDrawer(props: DrawerProps): ReactNode {
  return (
    <Drawer {...props} size="min(88vw, 360px)" className="side-drawer" closeButtonProps={{ 'aria-label': 'Close' }}>
      {props.children}
    </Drawer>
  );
}
