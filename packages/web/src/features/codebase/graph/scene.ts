import type { DependencyGraph } from '@yudai/contract';
import { DirectedGraph } from 'graphology';
import Sigma from 'sigma';
import type { Group } from '#features/codebase/graph/groups.ts';
import { drawHover } from '#features/codebase/graph/draw-hover.ts';

type Scheme = 'dark' | 'light';

export interface Scene {
  /** Marks a file and its neighbours and brings it into view; undefined marks nothing. */
  focus(path: string | undefined): void;
  kill(): void;
}

interface SceneOptions {
  readonly graph: DependencyGraph;
  readonly groups: readonly Group[];
  readonly scheme: Scheme;
  readonly onSelect: (path: string | undefined) => void;
  readonly onOpen: (path: string) => void;
}

// Solid colours: WebGL edges ignore alpha and would add up to a white blob.
const inks = {
  dark: { edge: '#343741', edgeOn: '#7f8ff0', dim: '#2b2d34', label: '#c9ccd4' },
  light: { edge: '#cdd0d8', edgeOn: '#4354cf', dim: '#dcdee4', label: '#33363d' },
};

/** Draws the graph into `host`; the caller kills the scene before it makes another. */
export function createScene(host: HTMLElement, options: SceneOptions): Scene {
  const ink = inks[options.scheme];
  const graph = toGraph(options);
  let hovered: string | null = null;
  let selected: string | null = null;
  const lit = () => hovered ?? selected;
  const isNear = (node: string, centre: string) => node === centre || graph.areNeighbors(node, centre);

  const sigma = new Sigma(graph, host, {
    defaultEdgeColor: ink.edge,
    labelColor: { color: ink.label },
    labelFont: 'Inter Variable, system-ui, sans-serif',
    labelSize: 11,
    // A small graph has room for every name.
    labelRenderedSizeThreshold: graph.order <= 40 ? 0 : 7,
    labelDensity: 0.6,
    minCameraRatio: 0.02,
    maxCameraRatio: 3,
    stagePadding: 60,
    zIndex: true,
    defaultDrawNodeHover: drawHover(options.scheme),
    nodeReducer: (node, data) => {
      const centre = lit();
      if (centre === null) return data;
      if (isNear(node, centre))
        return { ...data, zIndex: 1, forceLabel: node === centre || graph.degree(centre) <= 12 };
      return { ...data, color: ink.dim, label: '' };
    },
    edgeReducer: (edge, data) => {
      const centre = lit();
      if (centre === null) return data;
      return graph.hasExtremity(edge, centre) ? { ...data, color: ink.edgeOn, zIndex: 1 } : { ...data, hidden: true };
    },
  });
  const redraw = () => sigma.refresh({ skipIndexation: true });

  sigma.on('enterNode', ({ node }) => {
    hovered = node;
    host.style.cursor = 'pointer';
    redraw();
  });
  sigma.on('leaveNode', () => {
    hovered = null;
    host.style.cursor = '';
    redraw();
  });
  sigma.on('clickNode', ({ node }) => {
    if (node === selected) options.onOpen(node);
    else options.onSelect(node);
  });
  sigma.on('clickStage', () => options.onSelect(undefined));

  return {
    focus: (path) => {
      selected = path !== undefined && graph.hasNode(path) ? path : null;
      redraw();
      if (selected === null || isInView(sigma, selected)) return;
      const place = sigma.getNodeDisplayData(selected);
      if (place !== undefined)
        void sigma.getCamera().animate({ x: place.x, y: place.y, ratio: 0.35 }, { duration: 150 });
    },
    kill: () => sigma.kill(),
  };
}

function toGraph({ graph, groups, scheme }: SceneOptions): DirectedGraph {
  const colors = new Map(groups.map((group) => [group.name, group.color[scheme]]));
  const result = new DirectedGraph();
  // A few files are drawn large, thousands small.
  const scale = Math.max(0.8, Math.min(2, 2.6 - Math.log10(graph.nodes.length) / 2));
  for (const node of graph.nodes) {
    const size = Math.min(13, (1.6 + Math.sqrt(node.importedBy) * 1.1) * scale);
    result.addNode(node.path, { x: node.x, y: node.y, size, label: node.path, color: colors.get(node.group) });
  }
  for (const [from, to] of graph.edges) {
    const source = graph.nodes[from]?.path;
    const target = graph.nodes[to]?.path;
    if (source !== undefined && target !== undefined && source !== target)
      result.mergeEdge(source, target, { size: 0.6 });
  }
  return result;
}

/** Whether a node lies well inside of the picture, so that selecting it need not move anything. */
function isInView(sigma: Sigma, node: string): boolean {
  const data = sigma.getNodeDisplayData(node);
  if (data === undefined) return false;
  const { x, y } = sigma.framedGraphToViewport(data);
  const { width, height } = sigma.getDimensions();
  return x > 60 && y > 60 && x < width - 60 && y < height - 60;
}
