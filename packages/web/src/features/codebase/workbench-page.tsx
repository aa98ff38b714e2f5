import { ActionIcon, Drawer, Splitter } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { getRouteApi } from '@tanstack/react-router';
import { FolderTree, MessageSquareText, PanelRight } from 'lucide-react';
import { lazy, Suspense, useCallback, useState } from 'react';
import type { ReactNode } from 'react';
import '#features/codebase/workbench.css';
import { Inspector } from '#features/codebase/inspector/inspector.tsx';
import type { InspectorTab } from '#features/codebase/inspector/inspector.tsx';
import { ProjectScreen } from '#features/codebase/project-screen.tsx';
import { TreePanel } from '#features/codebase/tree/tree-panel.tsx';
import { usePaneSizes } from '#features/codebase/use-pane-sizes.ts';
import { FileView } from '#features/codebase/viewer/file-view.tsx';
import { formatLines, parseLines, withParam } from '#lib/search-params.ts';
import type { LineRange } from '#lib/search-params.ts';
import { SkeletonRows } from '#ui/skeleton-rows.tsx';
import { Tip } from '#ui/tip.tsx';

const route = getRouteApi('/projects/$projectId');
const ChatPane = lazy(async () => ({ default: (await import('#features/chat/chat-pane.tsx')).ChatPane }));

/**
 * Tree, code, and at the right what is known about it or the chat, side by side; both in very wide windows. In narrow ones the sides become
 * drawers.
 */
export function WorkbenchPage(): ReactNode {
  const { projectId } = route.useParams();
  const { path, line, chat } = route.useSearch();
  const navigate = route.useNavigate();
  const lines = parseLines(line);
  const isWide = useMediaQuery('(min-width: 1100px)', true, { getInitialValueInEffect: false });
  const hasTree = useMediaQuery('(min-width: 760px)', true, { getInitialValueInEffect: false });
  const hasBoth = useMediaQuery('(min-width: 1640px)', true, { getInitialValueInEffect: false });
  const [lastChat, setLastChat] = useState('list');
  const [drawer, setDrawer] = useState<'tree' | 'inspector' | null>(null);
  const [tab, setTab] = useState<InspectorTab>('outline');
  const [name, setName] = useState<string | null>(null);

  const open = useCallback(
    (next: string, range: LineRange | null) => {
      setDrawer(null);
      void navigate({
        search: ({ chat: kept }) => ({
          path: next,
          ...(range === null ? {} : { line: formatLines(range) }),
          // A drawer would stand over the file.
          ...(kept === undefined || !isWide ? {} : { chat: kept }),
        }),
      });
    },
    [navigate, isWide],
  );
  const showChat = useCallback(
    (next: string | undefined) => {
      if (next !== undefined) setLastChat(next);
      setDrawer(null);
      void navigate({ search: (search) => withParam(search, 'chat', next) });
    },
    [navigate],
  );
  const pickLines = useCallback(
    (range: LineRange | null) =>
      void navigate({
        search: (search) => withParam(search, 'line', range === null ? undefined : formatLines(range)),
        replace: true,
      }),
    [navigate],
  );
  const showReferences = useCallback((word: string) => {
    setName(word);
    setTab('references');
  }, []);
  const isChatting = chat !== undefined;
  const hasInspector = isWide && (!isChatting || hasBoth);

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
      <Tip label={isChatting ? 'Close the chat' : 'Chat with DAifu'}>
        <ActionIcon
          aria-label="Chat with DAifu"
          aria-pressed={isChatting}
          variant={isChatting ? 'light' : 'subtle'}
          onClick={() => showChat(isChatting ? undefined : lastChat)}
        >
          <MessageSquareText size={15} />
        </ActionIcon>
      </Tip>
      {!hasInspector && (
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
      {(project) => {
        const pane = chat !== undefined && (
          <Suspense fallback={<SkeletonRows label="Loading the chat" />}>
            <ChatPane
              project={project}
              chat={chat}
              onChat={showChat}
              onClose={() => showChat(undefined)}
              onOpen={open}
            />
          </Suspense>
        );
        return (
          <>
            <Panes
              tree={hasTree ? tree : null}
              viewer={viewer}
              inspector={hasInspector ? inspector : null}
              chat={isWide && isChatting ? pane : null}
            />
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
              opened={!hasInspector && drawer === 'inspector'}
              onClose={() => setDrawer(null)}
            >
              {inspector}
            </SideDrawer>
            <SideDrawer
              title="Chat"
              position="right"
              isRoomy
              opened={!isWide && isChatting}
              onClose={() => showChat(undefined)}
            >
              {pane}
            </SideDrawer>
          </>
        );
      }}
    </ProjectScreen>
  );
}

function Panes(props: { tree: ReactNode; viewer: ReactNode; inspector: ReactNode; chat: ReactNode }): ReactNode {
  const { sizes, save } = usePaneSizes();
  const sides = [
    ...(props.inspector === null ? [] : (['inspector'] as const)),
    ...(props.chat === null ? [] : (['chat'] as const)),
  ];
  if (props.tree === null) return <div className="panes">{props.viewer}</div>;
  return (
    <Splitter
      className="panes"
      lineSize={1}
      handleColor="var(--line)"
      withHandle={false}
      onResizeEnd={(_, next) => save(next, sides)}
    >
      <Splitter.Pane defaultSize={sizes.tree} min="160px" max="520px">
        {props.tree}
      </Splitter.Pane>
      <Splitter.Pane defaultSize={100}>{props.viewer}</Splitter.Pane>
      {props.inspector !== null && (
        <Splitter.Pane key="inspector" defaultSize={sizes.inspector} min="200px" max="560px">
          {props.inspector}
        </Splitter.Pane>
      )}
      {props.chat !== null && (
        <Splitter.Pane key="chat" defaultSize={sizes.chat} min="320px" max="760px">
          {props.chat}
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
  /** Takes what a narrow window has. */
  isRoomy?: boolean;
  children: ReactNode;
}

function SideDrawer({ isRoomy = false, ...props }: DrawerProps): ReactNode {
  return (
    <Drawer
      {...props}
      size={isRoomy ? 'min(100vw, 520px)' : 'min(88vw, 360px)'}
      className="side-drawer"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {props.children}
    </Drawer>
  );
}
