/** Where the gold files of one instance came, counted from 0, ascending; files that were not found are absent. */
export interface Placed {
  readonly places: readonly number[];
  readonly gold: number;
  /** Whether one of the first ten definitions is a gold one; null when there is none to find. */
  readonly symbolHit: boolean | null;
}

/** Means in percent: R@k the share of gold files in the first k, Acc@k all of them, Hit@k at least one. */
export function measure(placed: readonly Placed[]): Record<string, number> {
  const mean = (of: (one: Placed) => number) =>
    (100 * placed.reduce((sum, one) => sum + of(one), 0)) / Math.max(1, placed.length);
  const recall = (k: number) => mean(({ places, gold }) => places.filter((place) => place < k).length / gold);
  const all = (k: number) => mean(({ places, gold }) => (places.filter((place) => place < k).length === gold ? 1 : 0));
  const withSymbols = placed.filter(({ symbolHit }) => symbolHit !== null);
  return {
    n: placed.length,
    'R@1': recall(1),
    'R@5': recall(5),
    'R@10': recall(10),
    MRR: mean(({ places }) => (places[0] === undefined ? 0 : 1 / (1 + places[0]))),
    'Acc@1': all(1),
    'Acc@3': all(3),
    'Acc@5': all(5),
    'Acc@10': all(10),
    'Hit@10': mean(({ places }) => ((places[0] ?? Infinity) < 10 ? 1 : 0)),
    'Sym@10':
      (100 * withSymbols.filter(({ symbolHit }) => symbolHit === true).length) / Math.max(1, withSymbols.length),
  };
}

export function placesOf(ranked: readonly string[], gold: readonly string[]): number[] {
  return gold
    .map((path) => ranked.indexOf(path))
    .filter((place) => place >= 0)
    .toSorted((a, b) => a - b);
}

/** One line of a table: a name and its figures. */
export function row(name: string, figures: Record<string, number>): string {
  const cells = Object.entries(figures).map(([key, value]) =>
    key === 'n' ? `n ${value}` : `${key} ${value.toFixed(1)}`,
  );
  return `${name.padEnd(26)} ${cells.join('  ')}`;
}
