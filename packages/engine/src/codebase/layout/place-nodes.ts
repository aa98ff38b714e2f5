import { createRequire } from 'node:module';
import type * as Graphology from 'graphology';
import type * as ForceAtlas2 from 'graphology-layout-forceatlas2';

// Boundary: their types say ES modules, their files are CommonJS.
const require = createRequire(import.meta.url);
const { UndirectedGraph } = require('graphology') as typeof Graphology;
const forceAtlas2 = require('graphology-layout-forceatlas2') as (typeof ForceAtlas2)['default']['default'];

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface LayoutInput {
  /** The group of each node; nodes of a group start together. */
  readonly groups: readonly string[];
  readonly edges: readonly (readonly [number, number])[];
}

// Forces cost too much beyond, and a picture of so many files is read by its groups.
const mostForced = 5_000;

/** Places nodes for a picture, always the same for the same input. Takes up to a few seconds: call it in a worker. */
export function placeNodes({ groups, edges }: LayoutInput): Point[] {
  const start = placeByGroup(groups);
  if (groups.length > mostForced || edges.length === 0) return start;
  const graph = new UndirectedGraph();
  for (const [index, point] of start.entries()) graph.addNode(index, { ...point });
  for (const [from, to] of edges) graph.mergeEdge(from, to);
  forceAtlas2.assign(graph, {
    iterations: iterationsFor(groups.length),
    settings: {
      ...forceAtlas2.inferSettings(graph),
      barnesHutOptimize: groups.length > 300,
      barnesHutTheta: 0.8,
      strongGravityMode: true,
      gravity: 0.05,
      slowDown: 5,
    },
  });
  return start.map((_, index) => {
    const { x, y } = graph.getNodeAttributes(index);
    return { x: rounded(x), y: rounded(y) };
  });
}

function iterationsFor(nodes: number): number {
  if (nodes < 500) return 200;
  return nodes < 2_000 ? 100 : 40;
}

/** Each group is a disc of sunflower seeds; the discs stand on a spiral, the largest in the middle. */
function placeByGroup(groups: readonly string[]): Point[] {
  const members = [...Map.groupBy(groups.keys(), (node) => groups[node] ?? '')].toSorted(
    ([a, x], [b, y]) => y.length - x.length || (a < b ? -1 : 1),
  );
  const points: Point[] = groups.map(() => ({ x: 0, y: 0 }));
  let area = 0;
  for (const [index, [, nodes]] of members.entries()) {
    const distance = index === 0 ? 0 : 16 * Math.sqrt(area + nodes.length);
    const centre = { x: distance * Math.cos(index * goldenAngle), y: distance * Math.sin(index * goldenAngle) };
    for (const [seed, node] of nodes.entries()) {
      const radius = 10 * Math.sqrt(seed + 0.5);
      points[node] = {
        x: rounded(centre.x + radius * Math.cos(seed * goldenAngle)),
        y: rounded(centre.y + radius * Math.sin(seed * goldenAngle)),
      };
    }
    area += nodes.length;
  }
  return points;
}

const goldenAngle = Math.PI * (3 - Math.sqrt(5));

function rounded(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? Math.round(value * 100) / 100 : 0;
}
