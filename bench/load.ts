import { join } from 'node:path';
import type { Client } from '../packages/contract/src/client.ts';
import type { Id } from '../packages/contract/src/index.ts';
import { checkOut, commitAll, withTemporaryFolder } from './measuring/checkouts.ts';
import { median, printTable, quantile, ratio } from './measuring/figures.ts';
import { loadNow, printHead } from './measuring/machine.ts';
import { memoryOf, megabytes } from './measuring/processes.ts';
import { connectAndIndex, startServer } from './measuring/server.ts';

// What a person waits for while a large repository is indexed, beside the same server at rest: node bench/load.ts <small> <large>
const [small, large] = process.argv.slice(2);
if (small === undefined || large === undefined) throw new Error('usage: node bench/load.ts <small repository> <large>');

const idleRounds = 100;
const doors = ['projects', 'tree', 'jobs'] as const;
type Times = Record<(typeof doors)[number], number[]>;

printHead('Answers while a large repository is indexed');
await withTemporaryFolder(async (folder) => {
  for (const [name, repository] of [
    ['small', small],
    ['large', large],
  ] as const) {
    checkOut(repository, join(folder, name));
    commitAll(join(folder, name));
  }
  const server = await startServer({ dataDir: join(folder, 'data') });
  try {
    const { client, url, pid } = server;
    const { id } = await connectAndIndex(client, join(folder, 'small'));
    await knock(client, id, 20);
    await lagOf(url);
    const idle = await knock(client, id, idleRounds);
    const idleLag = await lagOf(url);
    const indexing = connectAndIndex(client, join(folder, 'large')).then(({ fileCount }) => (done = fileCount ?? 0));
    let done = -1;
    const busy: Times = { projects: [], tree: [], jobs: [] };
    while (done < 0) {
      const times = await knock(client, id, 5);
      for (const door of doors) busy[door].push(...times[door]);
      await Promise.race([indexing, new Promise((resolve) => setTimeout(resolve, 50))]);
    }
    report(idle, busy, done);
    console.log(`event loop p99 ${idleLag} ms at rest, ${await lagOf(url)} ms while indexing`);
    const { residentBytes, peakBytes } = memoryOf(pid);
    console.log(`memory ${megabytes(residentBytes)} after it, peak ${megabytes(peakBytes)}; load ${loadNow()}`);
  } finally {
    await server.stop();
  }
});

async function knock(client: Client, projectId: Id<'project'>, rounds: number): Promise<Times> {
  const times: Times = { projects: [], tree: [], jobs: [] };
  const asks = {
    projects: () => client.projects.list({}),
    tree: () => client.codebase.tree({ projectId }),
    jobs: () => client.jobs.list({}),
  };
  for (let round = 0; round < rounds; round += 1) {
    for (const door of doors) {
      const started = performance.now();
      await asks[door]();
      times[door].push(performance.now() - started);
    }
  }
  return times;
}

/** The event loop's lag since it was last asked for, as /metrics tells it. */
async function lagOf(url: string): Promise<string> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const seconds = Number(/^nodejs_eventloop_lag_p99_seconds (\S+)/m.exec(text)?.[1] ?? Number.NaN);
  return (seconds * 1000).toFixed(1);
}

function report(idle: Times, busy: Times, files: number): void {
  printTable(
    ['GET /api/v1/…', 'idle p50', 'idle p99', 'busy p50', 'busy p99', 'p99 ratio'],
    doors.map((door) => {
      const [atRest, loaded] = [quantile(idle[door], 0.99), quantile(busy[door], 0.99)];
      const cells = [median(idle[door]), atRest, median(busy[door]), loaded].map((ms) => ms.toFixed(1));
      return [door, ...cells, ratio(loaded, atRest)];
    }),
  );
  console.log(`${busy.projects.length} rounds in ms while ${files} files were indexed`);
}
