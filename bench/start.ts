import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { checkOut, withTemporaryFolder } from './measuring/checkouts.ts';
import { median, printTable, ratio } from './measuring/figures.ts';
import { loadNow, packageVersion, printHead } from './measuring/machine.ts';
import { cpuSecondsOf, memoryOf, megabytes } from './measuring/processes.ts';
import { connectAndIndex, startServer } from './measuring/server.ts';

// From `serve` to the first answer on an existing data directory, and what a server weighs: node bench/start.ts [repository] [runs]
const [repository, runs = '5'] = process.argv.slice(2);

interface Start {
  readonly readyMs: number;
  readonly cpuMs: number;
}

const fastifyHello = `
import { fastify } from 'fastify';
const app = fastify();
app.get('/', () => 'hello');
await app.listen({ host: '127.0.0.1', port: 0 });
console.log('ready');
`;

printHead('Start', { fastify: packageVersion('fastify') });
await withTemporaryFolder(async (folder) => {
  const dataDir = join(folder, 'data');
  const cache = join(folder, 'compiled');
  // The first start migrates, the second fills the cache of compiled code.
  for (let warm = 0; warm < 2; warm += 1) await startOnce({ NODE_COMPILE_CACHE: cache });
  const kinds: { readonly name: string; readonly starts: Start[]; readonly start: () => Promise<Start> }[] = [
    { name: 'yudai serve', starts: [], start: () => startOnce({ NODE_COMPILE_CACHE: cache }) },
    {
      name: 'yudai serve, no compiled code kept',
      starts: [],
      start: () => startOnce({ NODE_DISABLE_COMPILE_CACHE: '1' }),
    },
    { name: 'a bare fastify', starts: [], start: () => startPeer(fastifyHello) },
    { name: 'node alone', starts: [], start: () => startPeer(`console.log('ready')`) },
  ];
  for (let run = 0; run < Number(runs); run += 1) for (const kind of kinds) kind.starts.push(await kind.start());
  const bare = median(kinds[2]?.starts.map(({ cpuMs }) => cpuMs) ?? []);
  printTable(
    ['start to ready', 'wall ms', 'CPU ms', 'CPU to fastify'],
    kinds.map(({ name, starts }) => {
      const cpu = median(starts.map(({ cpuMs }) => cpuMs));
      return [name, median(starts.map(({ readyMs }) => readyMs)).toFixed(0), cpu.toFixed(0), ratio(cpu, bare)];
    }),
  );
  console.log(`medians of ${runs} runs, load ${loadNow()}\n`);
  await weigh(dataDir, folder);

  async function startOnce(env: Record<string, string>): Promise<Start> {
    const server = await startServer({ dataDir, env });
    const cpuMs = cpuSecondsOf(server.pid) * 1000;
    const { readyMs } = server;
    const { status } = await fetch(`${server.url}/health/ready`);
    if (status !== 200) throw new Error(`ready answers ${status}`);
    await server.stop();
    return { readyMs, cpuMs };
  }
});

async function weigh(dataDir: string, folder: string): Promise<void> {
  const server = await startServer({ dataDir });
  const rows: string[][] = [];
  const take = (name: string) => {
    const { residentBytes, ownShareBytes, peakBytes } = memoryOf(server.pid);
    rows.push([name, megabytes(residentBytes), megabytes(ownShareBytes), megabytes(peakBytes)]);
  };
  try {
    // Jobs are launched after the port is open; what counts is the server at rest.
    await restOf(server.pid);
    take('idle');
    if (repository !== undefined) {
      const checkout = join(folder, 'checkout');
      checkOut(repository, checkout);
      const { id, fileCount } = await connectAndIndex(server.client, checkout);
      take(`just indexed ${fileCount} files`);
      await server.client.codebase.search({ projectId: id, query: 'open the settings file' });
      await restOf(server.pid);
      take('at rest after a search');
    }
  } finally {
    await server.stop();
  }
  printTable(['memory', 'resident', 'own share', 'peak so far'], rows);
}

/** Waits until a process has used less than a tenth of a processor for two seconds. */
async function restOf(pid: number): Promise<void> {
  for (let before = cpuSecondsOf(pid); ;) {
    await new Promise((resolve) => setTimeout(resolve, 2000));
    const now = cpuSecondsOf(pid);
    if (!(now - before > 0.2)) return;
    before = now;
  }
}

async function startPeer(source: string): Promise<Start> {
  const started = performance.now();
  const child = spawn(process.execPath, ['--input-type=module', '-e', `${source}\nsetInterval(() => {}, 1000);`], {
    cwd: join(import.meta.dirname, '../packages/server'),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((resolve) => child.stdout.once('data', resolve));
  const start = { readyMs: performance.now() - started, cpuMs: cpuSecondsOf(child.pid ?? 0) * 1000 };
  child.kill('SIGKILL');
  await new Promise((resolve) => child.once('close', resolve));
  return start;
}
