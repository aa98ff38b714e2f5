import type { DependencyGraph, FileDependencies } from '@yudai/contract';
import type { ImportGraph } from '#codebase/graph/import-graph.ts';
import type { Point } from '#codebase/layout/place-nodes.ts';

const mostCycles = 50;
const longestCycle = 200;
const mostPackages = 200;

/** Which files a picture of the graph shows. */
export interface GraphView {
  /** At most so many files, the best connected ones. */
  readonly limit: number;
  /** Only paths that start with this. */
  readonly path?: string | undefined;
}

export interface ChosenGraph {
  /** File numbers, ascending. */
  readonly files: readonly number[];
  /** Pairs of positions in `files`. */
  readonly edges: DependencyGraph['edges'];
  readonly total: number;
}

/** The files of a view that import or are imported, and the edges among them. */
export function chooseFiles(graph: ImportGraph, { limit, path = '' }: GraphView): ChosenGraph {
  const degree = new Int32Array(graph.paths.length);
  for (const [from, to] of graph.edges) {
    degree[from] = (degree[from] ?? 0) + 1;
    degree[to] = (degree[to] ?? 0) + 1;
  }
  const all = [...graph.paths.keys()].filter(
    (file) => (degree[file] ?? 0) > 0 && (graph.paths[file] ?? '').startsWith(path),
  );
  const best =
    all.length <= limit ? all : all.toSorted((a, b) => (degree[b] ?? 0) - (degree[a] ?? 0) || a - b).slice(0, limit);
  const files = best.toSorted((a, b) => a - b);
  const position = new Map(files.map((file, index) => [file, index]));
  const edges = graph.edges.flatMap(([from, to]): DependencyGraph['edges'] => {
    const [a, b] = [position.get(from), position.get(to)];
    return a === undefined || b === undefined ? [] : [[a, b]];
  });
  return { files, edges, total: all.length };
}

/** The contract's picture of the chosen files at the given places. */
export function toDependencyGraph(
  graph: ImportGraph,
  chosen: ChosenGraph,
  places: readonly Point[],
  commit: string,
): DependencyGraph {
  const shown = new Set(chosen.files);
  const imports = new Int32Array(graph.paths.length);
  for (const [from] of graph.edges) imports[from] = (imports[from] ?? 0) + 1;
  return {
    nodes: chosen.files.map((file, index) => ({
      path: graph.paths[file] ?? '',
      language: graph.languages[file] ?? null,
      group: groupOf(graph.paths[file] ?? ''),
      x: places[index]?.x ?? 0,
      y: places[index]?.y ?? 0,
      imports: imports[file] ?? 0,
      importedBy: graph.importers[file]?.length ?? 0,
    })),
    edges: chosen.edges,
    packages: graph.packages.slice(0, mostPackages),
    cycles: graph.cycles
      .filter((cycle) => cycle.some((file) => shown.has(file)))
      .slice(0, mostCycles)
      .map((cycle) => pathsOf(graph, cycle)),
    unresolved: graph.unresolved,
    totalNodes: chosen.total,
    truncated: chosen.files.length < chosen.total,
    commit,
  };
}

/** What one file imports and what imports it; null when the graph does not know the file. */
export function dependenciesOf(graph: ImportGraph, path: string): FileDependencies | null {
  const file = graph.paths.indexOf(path);
  if (file === -1) return null;
  return {
    path,
    imports: [...(graph.imports[file] ?? [])],
    importedBy: (graph.importers[file] ?? []).map(({ file: importer, line }) => ({
      path: graph.paths[importer] ?? '',
      line,
    })),
    cycles: graph.cycles.filter((cycle) => cycle.includes(file)).map((cycle) => pathsOf(graph, cycle)),
  };
}

/** The folder that colours a file: the top one, or two of them in a monorepo's `packages/x`. */
export function groupOf(path: string): string {
  const [top = '', second, third] = path.split('/');
  if (second === undefined) return '.';
  return third !== undefined && /^(?:packages|apps|libs|crates|modules|services|src|internal|cmd)$/.test(top)
    ? `${top}/${second}`
    : top;
}

function pathsOf(graph: ImportGraph, files: readonly number[]): string[] {
  return files.slice(0, longestCycle).map((file) => graph.paths[file] ?? '');
}
