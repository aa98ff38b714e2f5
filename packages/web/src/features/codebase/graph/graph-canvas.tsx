import { useComputedColorScheme } from '@mantine/core';
import type { DependencyGraph } from '@yudai/contract';
import { useEffect, useEffectEvent, useRef } from 'react';
import type { ReactNode } from 'react';
import { createScene } from '#features/codebase/graph/scene.ts';
import type { Scene } from '#features/codebase/graph/scene.ts';
import type { Group } from '#features/codebase/graph/groups.ts';

interface Props {
  graph: DependencyGraph;
  groups: readonly Group[];
  selected: string | undefined;
  onSelect: (path: string | undefined) => void;
  onOpen: (path: string) => void;
}

/** The picture: positions come from the server, so nothing moves. The table says the same to the keyboard. */
export function GraphCanvas(props: Props): ReactNode {
  const { graph, groups, selected } = props;
  const scheme = useComputedColorScheme('dark');
  const host = useRef<HTMLDivElement>(null);
  const scene = useRef<Scene | null>(null);
  const onSelect = useEffectEvent(props.onSelect);
  const onOpen = useEffectEvent(props.onOpen);
  const focusFirst = useEffectEvent(() => scene.current?.focus(selected));

  useEffect(() => {
    if (host.current === null) return;
    scene.current = createScene(host.current, { graph, groups, scheme, onSelect, onOpen });
    focusFirst();
    return () => {
      scene.current?.kill();
      scene.current = null;
    };
  }, [graph, groups, scheme]);
  useEffect(() => scene.current?.focus(selected), [selected]);

  return (
    <div
      ref={host}
      className="graph-canvas"
      role="img"
      aria-label={`Import graph of ${graph.nodes.length} files and ${graph.edges.length} imports. The table shows the same.`}
    />
  );
}
