import { parseArgs } from 'node:util';
import { onBothDatabases } from './measuring/databases.ts';
import { printTable, quantile, ratio } from './measuring/figures.ts';
import { loadNow, printHead } from './measuring/machine.ts';
import { openVectors, type Vectors } from './vectors/open-vectors.ts';
import { clusteredVectors } from './vectors/clustered-vectors.ts';

// The index of vectors against an exact scan of the same rows: node bench/vectors.ts [--count 50000] [--database embedded|postgres]
const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '50000' },
    queries: { type: 'string', default: '100' },
    database: { type: 'string' },
  },
});
const count = Number(values.count);
const queries = clusteredVectors({ count: Number(values.queries), clusters: 200, seed: 2 });
const wanted = 10;
const rows: string[][] = [];

printHead(`Nearest ${wanted} of ${count} clustered unit vectors of 384 numbers, cosine`);
await onBothDatabases(async ({ name, dataDir, url }) => {
  const vectors = await openVectors(url === undefined ? { dataDir } : { url });
  try {
    const started = performance.now();
    await vectors.fill(clusteredVectors({ count, clusters: 200, seed: 1 }));
    console.log(`${name}: filled in ${((performance.now() - started) / 1000).toFixed(1)} s`);
    await compare(name, vectors);
  } finally {
    await vectors.close();
  }
}, values.database);
printTable(['', 'recall@10', 'p50 ms', 'p99 ms', 'to exact p50'], rows);
console.log(`${queries.length} queries, load ${loadNow()} at the end`);

async function compare(name: string, vectors: Vectors): Promise<void> {
  const indexMs: number[] = [];
  const exactMs: number[] = [];
  let found = 0;
  await vectors.nearest(queries[0] ?? new Float32Array(), wanted);
  for (const query of queries) {
    const [near, ms] = await timed(() => vectors.nearest(query, wanted));
    const [exact, scanMs] = await timed(() => vectors.exactly(query, wanted));
    indexMs.push(ms);
    exactMs.push(scanMs);
    found += exact.filter((key) => near.includes(key)).length;
  }
  const recall = found / (queries.length * wanted);
  const exact = quantile(exactMs, 0.5);
  rows.push(
    [`${name}, index`, recall.toFixed(3), ...spread(indexMs), ratio(quantile(indexMs, 0.5), exact)],
    [`${name}, exact scan`, '1.000', ...spread(exactMs), ratio(exact, exact)],
  );
}

function spread(times: readonly number[]): [string, string] {
  return [quantile(times, 0.5).toFixed(1), quantile(times, 0.99).toFixed(1)];
}

async function timed<T>(work: () => Promise<T>): Promise<[T, number]> {
  const started = performance.now();
  return [await work(), performance.now() - started];
}
