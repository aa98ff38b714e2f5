import type { DependencyGraph } from '@yudai/contract';

type Edges = Pick<DependencyGraph, 'nodes' | 'edges'>;

/** The files that a file imports and that import it, by path; null when the graph does not hold the file. */
export function neighboursOf(graph: Edges, path: string): { imports: string[]; importedBy: string[] } | null {
  const index = graph.nodes.findIndex((node) => node.path === path);
  if (index < 0) return null;
  const imports = new Set<string>();
  const importedBy = new Set<string>();
  for (const [from, to] of graph.edges) {
    const source = graph.nodes[from];
    const target = graph.nodes[to];
    if (from === index && target !== undefined) imports.add(target.path);
    if (to === index && source !== undefined) importedBy.add(source.path);
  }
  return { imports: [...imports].toSorted(), importedBy: [...importedBy].toSorted() };
}
