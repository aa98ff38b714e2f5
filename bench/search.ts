import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkOut, commitAll, subjectsOf, withTemporaryFolder } from './measuring/checkouts.ts';
import { onBothDatabases } from './measuring/databases.ts';
import { median, printTable, quantile, ratio, spread } from './measuring/figures.ts';
import { loadNow, printHead, textOf } from './measuring/machine.ts';
import { cpuSecondsOf, memoryOf, megabytes } from './measuring/processes.ts';
import { connectAndIndex, startServer } from './measuring/server.ts';

// Search through the door over all given repositories as one project, beside a text search for the same words.
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { queries: { type: 'string', default: '200' }, database: { type: 'string' } },
});
if (positionals.length === 0)
  throw new Error('usage: node bench/search.ts [--queries n] [--database embedded|postgres] <repository> …');

const ripgrep = textOf('rg', ['--version']).split('\n')[0] ?? '';
const rows: (string | number)[][] = [];
const wordsEachMode = 20;

printHead(`Search over ${positionals.length} repositories`, {
  peer: ripgrep === '' ? textOf('git', ['--version']) : ripgrep,
});
await withTemporaryFolder(async (corpus) => {
  const folder = join(corpus, 'corpus');
  mkdirSync(folder);
  for (const repository of positionals) checkOut(repository, join(folder, nameOf(repository)));
  commitAll(folder);
  const each = Math.ceil(Number(values.queries) / positionals.length);
  const queries = positionals.flatMap((repository) => subjectsOf(repository, each));
  await onBothDatabases(async ({ name, dataDir, url }) => {
    const server = await startServer({ dataDir, ...(url === undefined ? {} : { url }) });
    try {
      await measure(name, server, folder, queries);
    } finally {
      await server.stop();
    }
  }, values.database);
  // Every twentieth: over a hundred thousand chunks the peer takes seconds.
  const peer = queries.filter((_, n) => n % 20 === 0).map((query) => timeOfTextSearch(folder, query));
  rows.push([ripgrep === '' ? 'git grep' : 'ripgrep', ...spreadOf(peer), '', '']);
});
const ours = Number(rows[0]?.[1]);
printTable(['search', 'p50 ms', 'p99 ms', 'to first', 'first ms', 'memory'], withRatio(rows, ours));
console.log(`${values.queries} first lines of commits, warm; load ${loadNow()} at the end`);

async function measure(
  name: string,
  { client, pid }: Awaited<ReturnType<typeof startServer>>,
  folder: string,
  queries: readonly string[],
): Promise<void> {
  const project = await connectAndIndex(client, folder);
  const { items } = await client.codebase.analyses({ projectId: project.id });
  const indexCpu = cpuSecondsOf(pid);
  const search = async (query: string) => {
    const started = performance.now();
    const { hits } = await client.codebase.search({ projectId: project.id, query });
    return { ms: performance.now() - started, hits: hits.length };
  };
  const first = await search(queries[0] ?? '');
  for (const query of queries.slice(0, 20)) await search(query);
  const cpuBefore = cpuSecondsOf(pid);
  const times: number[] = [];
  let empty = 0;
  for (const query of queries) {
    const { ms, hits } = await search(query);
    times.push(ms);
    if (hits === 0) empty += 1;
  }
  const cpuEach = ((cpuSecondsOf(pid) - cpuBefore) * 1000) / queries.length;
  const summary = items[0]?.summary;
  console.log(
    `${name}: ${project.fileCount} files, ${summary?.chunks} chunks; indexed with ${indexCpu.toFixed(1)} CPU s; ` +
      `${cpuEach.toFixed(1)} CPU ms a search, ${empty} without a hit`,
  );
  console.log(`${name}: ranked ${spread(times)}`);
  rows.push([`yudai, ${name}`, ...spreadOf(times), first.ms.toFixed(0), megabytes(memoryOf(pid).residentBytes)]);
  await measureModes(name, client, project.id, queries);
}

/** The other ways of searching, for the longest word of each of the first queries. */
async function measureModes(
  name: string,
  client: Awaited<ReturnType<typeof startServer>>['client'],
  projectId: Parameters<typeof client.codebase.search>[0]['projectId'],
  queries: readonly string[],
): Promise<void> {
  const every = Math.max(1, Math.floor(queries.length / wordsEachMode));
  const words = queries
    .filter((_, n) => n % every === 0)
    .map((query) => (query.match(/\w{4,}/g) ?? ['test']).toSorted((a, b) => b.length - a.length)[0] ?? 'test');
  for (const mode of ['text', 'regex', 'symbol', 'path'] as const) {
    const times: number[] = [];
    for (const word of words) {
      const started = performance.now();
      await client.codebase.search({ projectId, mode, query: mode === 'regex' ? `\\b${word}\\w*\\(` : word });
      times.push(performance.now() - started);
    }
    rows.push([`yudai, ${name}, ${mode}`, ...spreadOf(times.slice(1)), (times[0] ?? Number.NaN).toFixed(0), '']);
  }
}

function timeOfTextSearch(folder: string, query: string): number {
  const words = [...new Set(query.match(/\w{3,}/g))].slice(0, 12);
  const patterns = words.flatMap((word) => ['-e', word]);
  const started = performance.now();
  if (ripgrep === '') spawnSync('git', ['grep', '-c', '-i', '-F', ...patterns], { cwd: folder, stdio: 'ignore' });
  else spawnSync('rg', ['-c', '-i', '-F', ...patterns, '.'], { cwd: folder, stdio: 'ignore' });
  return performance.now() - started;
}

function spreadOf(times: readonly number[]): [number, string] {
  return [Number(median(times).toFixed(1)), quantile(times, 0.99).toFixed(1)];
}

function withRatio(all: readonly (readonly (string | number)[])[], first: number): (string | number)[][] {
  return all.map(([name = '', p50 = '', p99 = '', ...rest]) => [name, p50, p99, ratio(Number(p50), first), ...rest]);
}

/** `owner+name/repo` and `name/.git` alike: something that tells the folders apart. */
function nameOf(repository: string): string {
  return basename(repository) === 'repo' || basename(repository) === '.git'
    ? basename(dirname(repository))
    : basename(repository);
}
