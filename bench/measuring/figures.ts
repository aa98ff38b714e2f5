/** The value below which this share of the samples lies, 0.5 being the median. NaN without samples. */
export function quantile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export function median(samples: readonly number[]): number {
  return quantile(samples, 0.5);
}

/** `p50 1.2 · p99 3.4 · n 100`, in the unit of the samples. */
export function spread(samples: readonly number[]): string {
  return `p50 ${quantile(samples, 0.5).toFixed(1)} · p99 ${quantile(samples, 0.99).toFixed(1)} · n ${samples.length}`;
}

/** Prints rows under their headings, columns aligned. */
export function printTable(headings: readonly string[], rows: readonly (readonly (string | number)[])[]): void {
  const cells = [headings, ...rows.map((row) => row.map(String))];
  const widths = headings.map((_, column) => Math.max(...cells.map((row) => (row[column] ?? '').length)));
  for (const row of cells) {
    const [first = '', ...others] = row.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
    );
    console.log([first, ...others].join('  '));
  }
}

/** `1.94x`: how many times the second the first is. */
export function ratio(value: number, of: number): string {
  return `${(value / of).toFixed(2)}x`;
}
