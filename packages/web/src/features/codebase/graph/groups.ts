import type { DependencyGraph } from '@yudai/contract';

export interface Group {
  readonly name: string;
  readonly files: number;
  readonly color: { readonly dark: string; readonly light: string };
}

// Alike in weight, apart in hue; the light ones are dark enough to be told from white.
const palette: readonly Group['color'][] = [
  { dark: '#8a9bf7', light: '#4354cf' },
  { dark: '#45cfc0', light: '#0d8477' },
  { dark: '#f6c454', light: '#a16b00' },
  { dark: '#fb7185', light: '#c92a4b' },
  { dark: '#b08cff', light: '#7a3ff2' },
  { dark: '#5aa9fa', light: '#1769c7' },
  { dark: '#4ade80', light: '#15803d' },
  { dark: '#f472b6', light: '#be2a80' },
  { dark: '#fb923c', light: '#b94a08' },
  { dark: '#2dd4ee', light: '#0b7b95' },
  { dark: '#c6e052', light: '#5f7a06' },
  { dark: '#d8a48f', light: '#8f4b2e' },
];
const rest: Group['color'] = { dark: '#8b8f99', light: '#6b6f79' };

/** The coloured parts of the graph, largest first; what comes after the palette shares one grey. */
export function groupsOf(graph: Pick<DependencyGraph, 'nodes'>): Group[] {
  const counts = new Map<string, number>();
  for (const node of graph.nodes) counts.set(node.group, (counts.get(node.group) ?? 0) + 1);
  return [...counts]
    .toSorted((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]))
    .map(([name, files], index) => ({ name, files, color: palette[index] ?? rest }));
}

/** How a part of the tree is called; files outside of every folder are told by a dot. */
export function groupTitle(name: string): string {
  return name === '.' ? 'top level' : name;
}
