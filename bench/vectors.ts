import { parseArgs } from 'node:util';
import { onBothDatabases } from './measuring/databases.ts';
import { printTable, quantile, ratio } from './measuring/figures.ts';
import { loadNow, printHead } from './measuring/machine.ts';
import { clusteredVectors, dimensions } from './vectors/clustered-vectors.ts';
import { openVectors, type Vectors } from './vectors/open-vectors.ts';

// The vectors in memory against an exact scan of the same rows in the database, among those of other projects:
// node bench/vectors.ts [--count 50000] [--projects 1] [--queries 100] [--database embedded|postgres]
const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '50000' },
    queries: { type: 'string', default: '100' },
    projects: { type: 'string', default: '1' },
    database: { type: 'string' },
  },
});
const count = Number(values.count);
const projects = Number(values.projects);
const queries = clusteredVectors({ count: Number(values.queries), clusters: 200, seed: 2 });
const wanted = 10;
const rows: string[][] = [];

printHead(
  `Nearest ${wanted} of ${count} clustered unit vectors of ${dimensions} numbers, cosine, in each of ${projects} projects`,
);
await onBothDatabases(async ({ name, dataDir, url }) => {
  const vectors = await openVectors(url === undefined ? { dataDir } : { url }, dimensions);
  try {
    let filled = 0;
    for (let n = 0; n < projects; n += 1) {
      // The queries are made with seed 2.
      const made = clusteredVectors({ count, clusters: 200, seed: n === 0 ? 1 : n + 2 });
      filled += (await timed(() => vectors.fill(made)))[1];
    }
    const [, loaded] = await timed(() => vectors.load());
    console.log(
      `${name}: stored at ${(filled / count / projects).toFixed(3)} ms each; read into memory in ${(loaded / 1000).toFixed(2)} s`,
    );
    await compare(name, vectors);
  } finally {
    await vectors.close();
  }
}, values.database);
printTable(['', 'recall@10', 'p50 ms', 'p99 ms', 'to exact p50'], rows);
console.log(`${queries.length} queries, load ${loadNow()} at the end`);

async function compare(name: string, vectors: Vectors): Promise<void> {
  const memoryMs: number[] = [];
  const exactMs: number[] = [];
  let found = 0;
  vectors.nearest(queries[0] ?? new Float32Array(dimensions), wanted);
  for (const query of queries) {
    const [near, ms] = await timed(async () => vectors.nearest(query, wanted));
    const [exact, scanMs] = await timed(() => vectors.exactly(query, wanted));
    memoryMs.push(ms);
    exactMs.push(scanMs);
    found += exact.filter((key) => near.includes(key)).length;
  }
  const recall = found / (queries.length * wanted);
  const exact = quantile(exactMs, 0.5);
  rows.push(
    [`${name}, in memory`, recall.toFixed(3), ...spread(memoryMs), ratio(quantile(memoryMs, 0.5), exact)],
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
