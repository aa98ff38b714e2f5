import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type FuzzAnswer, problemOf } from '../packages/server/src/testing/fuzz/judge.ts';
import {
  type FuzzRequest,
  malformedRequests,
  type Operation,
  operations,
  validRequest,
} from '../packages/server/src/testing/fuzz/requests.ts';
import { makeRepository } from '../packages/server/src/testing/make-repository.ts';
import { withTemporaryFolder } from './measuring/checkouts.ts';
import { spread } from './measuring/figures.ts';
import { loadNow, printHead } from './measuring/machine.ts';
import { cpuSecondsOf, megabytes, memoryOf } from './measuring/processes.ts';
import { connectAndIndex, startServer } from './measuring/server.ts';

// Malformed and valid requests over every operation of a real server (R10): node bench/fuzz.ts [--malformed n] [--valid n] [--seed n]
const { values } = parseArgs({
  options: {
    malformed: { type: 'string', default: '10000' },
    valid: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '20261121' },
  },
});
const seed = Number(values.seed);
const parallel = 8;

interface Found {
  readonly problem: string;
  readonly operation: string;
  readonly request: FuzzRequest;
  readonly answer: FuzzAnswer;
}

const found: Found[] = [];
const statuses = new Map<number, number>();
const times: number[] = [];
/** Ids that answers have named, newest last, so that later requests meet what earlier ones made. */
const met = { project: [] as string[], job: [] as string[] };
let notValid = 0;

printHead(
  `${values.malformed} malformed and ${values.valid} valid requests over ${operations.length} operations, seed ${seed}`,
);
const repository = await makeRepository({ 'src/index.ts': 'export const tea = 1;\n', 'readme.md': '# Tea\n' });
await withTemporaryFolder(async (folder) => {
  const server = await startServer({ dataDir: join(folder, 'data'), env: { YUDAI_ENV: 'test' } });
  try {
    const { id } = await connectAndIndex(server.client, repository.folder);
    met.project.push(id);
    const warm = memoryOf(server.pid).residentBytes;
    await sendMalformed(server.url, Number(values.malformed));
    const half = memoryOf(server.pid).residentBytes;
    await sendValid(server.url, Number(values.valid));
    const end = memoryOf(server.pid);
    const ready = await fetch(`${server.url}/health/ready`);
    console.log(
      [...statuses]
        .toSorted(([a], [b]) => a - b)
        .map(([status, n]) => `${status}: ${n}`)
        .join(' · '),
    );
    console.log(`${times.length} answers in ms: ${spread(times)}; ${notValid} times no valid request was found`);
    console.log(
      `resident ${megabytes(warm)} before, ${megabytes(half)} after the malformed, ${megabytes(end.residentBytes)} at the end, ` +
        `peak ${megabytes(end.peakBytes)}; ${cpuSecondsOf(server.pid).toFixed(0)} CPU s; ready ${ready.status}; load ${loadNow()}`,
    );
    for (const one of found.slice(0, 20)) console.log(JSON.stringify(one).slice(0, 2000));
    console.log(`${found.length} wrong answers`);
    if (found.length > 0 || ready.status !== 200) process.exitCode = 1;
  } finally {
    await server.stop();
  }
});
await repository.remove();

async function sendMalformed(url: string, count: number): Promise<void> {
  const each = Math.ceil(count / operations.length);
  const requests = operations.flatMap((operation) =>
    malformedRequests(operation.procedure, each, seed).map((request) => ({ operation, request })),
  );
  await inParallel(requests.slice(0, count), ({ operation, request }) => send(url, operation, request, false));
}

async function sendValid(url: string, count: number): Promise<void> {
  const turns = Array.from({ length: count }, (_, n) => n);
  await inParallel(turns, async (n) => {
    const operation = operations[n % operations.length];
    if (operation === undefined) return;
    const known = {
      projectId: recent(met.project),
      id: recent(operation.name.startsWith('jobs.') ? met.job : met.project),
      path: ['src/index.ts', 'src', 'readme.md'],
      query: ['tea', 'src/index'],
    };
    // The project with the index stays, so that reads have something to read.
    if (operation.name === 'projects.delete' && known.id[0] === met.project[0]) known.id = known.id.slice(1);
    const request =
      operation.name === 'projects.connect' && n % 3 === 0
        ? connectRequest()
        : validRequest(operation.procedure, { values: known }, seed + n);
    if (request === undefined) notValid += 1;
    else await send(url, operation, request, true);
  });
}

/** A valid folder is not found by chance. */
function connectRequest(): FuzzRequest {
  const payload = JSON.stringify({ source: { kind: 'folder', path: repository.folder } });
  return { method: 'POST', url: '/api/v1/projects', headers: { 'content-type': 'application/json' }, payload };
}

function recent(ids: readonly string[]): string[] {
  return [...ids.slice(0, 1), ...ids.slice(-20)];
}

async function send(url: string, operation: Operation, request: FuzzRequest, valid: boolean): Promise<void> {
  const { host: _, ...headers } = request.headers;
  const started = performance.now();
  const response = await fetch(`${url}${request.url}`, {
    method: request.method,
    headers,
    ...(request.payload === undefined ? {} : { body: request.payload }),
  });
  const answer = { status: response.status, body: await response.text() };
  times.push(performance.now() - started);
  statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
  if (answer.status < 300) remember(answer.body);
  const problem = problemOf(operation.procedure, answer, valid);
  if (problem !== undefined) found.push({ problem, operation: operation.name, request, answer });
}

function remember(body: string): void {
  for (const [kind, ids] of [
    ['prj', met.project],
    ['job', met.job],
  ] as const) {
    for (const [id] of body.matchAll(new RegExp(`\\b${kind}_[0-9a-z]{26}\\b`, 'g'))) {
      if (!ids.includes(id)) ids.push(id);
      if (ids.length > 500) ids.splice(1, 1);
    }
  }
}

async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const item = items[next++];
      if (item !== undefined) await work(item);
    }
  };
  await Promise.all(Array.from({ length: parallel }, worker));
}
