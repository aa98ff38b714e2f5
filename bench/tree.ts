import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { withTemporaryFolder } from './measuring/checkouts.ts';
import { onBothDatabases } from './measuring/databases.ts';
import { median, printTable, quantile } from './measuring/figures.ts';
import { loadNow, printHead } from './measuring/machine.ts';
import { cpuSecondsOf, memoryOf, megabytes } from './measuring/processes.ts';
import { connectAndIndex, type RunningServer, startServer } from './measuring/server.ts';

// A repository of very many files through the door: node bench/tree.ts [--files 100000] [--database embedded|postgres]
const { values } = parseArgs({
  options: { files: { type: 'string', default: '100000' }, database: { type: 'string' } },
});
const perDirectory = 1000;
const directories = Math.ceil(Number(values.files) / perDirectory);
const rounds = 20;
const rows: string[][] = [];

printHead(`${directories * perDirectory} files in ${directories} directories, every one importing another`);
await withTemporaryFolder(async (place) => {
  const folder = join(place, 'many');
  mkdirSync(folder);
  writeRepository(folder);
  await onBothDatabases(async ({ name, dataDir, url }) => {
    const server = await startServer({ dataDir, ...(url === undefined ? {} : { url }) });
    try {
      await measure(name, server, folder);
    } finally {
      await server.stop();
    }
  }, values.database);
});
printTable(['', 'first ms', 'p50 ms', 'p99 ms'], rows);
console.log(`load ${loadNow()} at the end`);

async function measure(name: string, { client, pid }: RunningServer, folder: string): Promise<void> {
  const { id: projectId, fileCount } = await connectAndIndex(client, folder);
  const indexCpu = cpuSecondsOf(pid).toFixed(1);
  const peak = megabytes(memoryOf(pid).peakBytes);
  console.log(`${name}: ${fileCount} files indexed with ${indexCpu} CPU s, at most ${peak} resident`);
  const pages = async () => {
    let [count, cursor] = [0, undefined as string | undefined];
    do {
      const page = await client.codebase.tree({
        projectId,
        path: 'dir-7',
        limit: 200,
        ...(cursor === undefined ? {} : { cursor }),
      });
      count += page.items.length;
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    return count;
  };
  const asked: [string, () => Promise<number>][] = [
    ['tree, first page', async () => (await client.codebase.tree({ projectId })).items.length],
    [`tree, all ${perDirectory} of a directory`, pages],
    [
      'path search',
      async () => (await client.codebase.search({ projectId, query: 'd42/file-77', mode: 'path' })).hits.length,
    ],
    [
      'ranked search',
      async () => (await client.codebase.search({ projectId, query: 'add the seventy seventh value' })).hits.length,
    ],
    [
      'symbol search',
      async () => (await client.codebase.search({ projectId, query: 'value77', mode: 'symbol' })).hits.length,
    ],
    ['graph, 500 files', async () => (await client.codebase.graph({ projectId, limit: 500 })).nodes.length],
    ['graph of one directory', async () => (await client.codebase.graph({ projectId, path: 'dir-7' })).nodes.length],
    ['graph, as drawn', async () => (await client.codebase.graph({ projectId, limit: 5000 })).nodes.length],
  ];
  for (const [what, ask] of asked) {
    const times: number[] = [];
    for (let round = 0; round <= rounds; round += 1) {
      const started = performance.now();
      if ((await ask()) === 0) throw new Error(`${what} found nothing.`);
      times.push(performance.now() - started);
    }
    const [first = Number.NaN, ...warm] = times;
    rows.push([`${name}: ${what}`, ...[first, median(warm), quantile(warm, 0.99)].map((ms) => ms.toFixed(1))]);
  }
  console.log(`${name}: ${megabytes(memoryOf(pid).residentBytes)} resident with the snapshot open`);
}

/** A thousand different texts, at as many paths as wanted: git stores each once, the workbench reads each once. */
function writeRepository(folder: string): void {
  const parts: string[] = [];
  for (let at = 0; at < perDirectory; at += 1) {
    const next = (at + 1) % perDirectory;
    const text = `import { value${next} } from './file-${next}';\n\n/** Adds the ${at}th value. */\nexport function value${at}(to: number): number {\n  return value${next}(to + ${at});\n}\n`;
    parts.push(`blob\nmark :${at + 1}\ndata ${text.length}\n${text}\n`);
  }
  parts.push('commit refs/heads/main\ncommitter bench <bench@localhost> 1700000000 +0000\ndata 4\nMany\n');
  for (let directory = 0; directory < directories; directory += 1)
    for (let at = 0; at < perDirectory; at += 1) parts.push(`M 100644 :${at + 1} dir-${directory}/file-${at}.ts\n`);
  const git = (args: string[], input?: string) =>
    execFileSync('git', args, { cwd: folder, input, stdio: ['pipe', 'ignore', 'pipe'] });
  git(['init', '-q', '--initial-branch', 'main']);
  git(['fast-import', '--quiet'], parts.join(''));
  git(['reset', '--hard', '-q']);
}
