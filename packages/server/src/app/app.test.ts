// The embedded database only: what is started here has a data directory of its own; servers on both are started in platform/jobs.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { errorBody, health } from '@yudai/contract';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openTestDatabase } from '#testing/open-test-database.ts';
import { startTestApp, type TestApp } from '#testing/start-test-app.ts';

const main = fileURLToPath(new URL('../main.ts', import.meta.url));
let dataDir: string;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'yudai-main-'));
});
afterAll(() => rm(dataDir, { recursive: true, force: true }));

test('a server prints one line with its URL, answers, and ends well on SIGTERM while streams are open (R16)', async () => {
  const server = start(['serve', '--port', '0', '--data', dataDir]);
  const url = await firstLine(server);
  const user = await (await fetch(`${url}/api/v1/system`)).json();
  const stream = await fetch(`${url}/api/v1/live?topics=user:${idOf(user)}`);

  server.kill('SIGTERM');
  const text = await stream.text();
  const [code] = await once(server, 'close');

  expect(text).toContain('event: heartbeat');
  expect(code).toBe(0);
});

test('a second start on the same data directory is refused in words, and the first goes on', async () => {
  const first = start(['--port', '0', '--data', dataDir]);
  const url = await firstLine(first);

  const second = await run(['--port', '0', '--data', dataDir]);

  expect(second.code).toBe(1);
  expect(second.stderr).toContain(`in use by process ${first.pid}. It answers at ${url}`);
  expect((await fetch(`${url}/health/ready`)).status).toBe(200);
  first.kill('SIGTERM');
  await once(first, 'close');
});

test.each<[what: string, args: string[], env: Record<string, string>, words: RegExp]>([
  ['a wrong value', ['--port', 'http'], {}, /^Yudai cannot start\. YUDAI_PORT must be a whole number/],
  ['an unknown variable', [], { YUDAI_PROT: '1' }, /Did you mean YUDAI_PORT\?/],
  ['an address of the network', ['--host', '0.0.0.0'], {}, /without sign-in/],
  ['an unknown flag', ['--prot', '1'], {}, /Unknown option '--prot'/],
  ['an unknown command', ['fly'], {}, /no command fly/],
  ['a file that is not there', ['--config', 'no-such-file'], {}, /--config cannot be read \(ENOENT\)/],
])('%s stops the start with exit code 2 and one clear paragraph (P14)', async (_what, args, env, words) => {
  const { code, stdout, stderr } = await run(args, env);

  expect(code).toBe(2);
  expect(stdout).toBe('');
  expect(stderr).toMatch(words);
  expect(stderr).not.toMatch(/\n {4}at /);
});

test('doctor says what is wrong and how to mend it, and fails', async () => {
  const { code, stdout } = await run(['doctor', '--data', join(main, 'data')]);

  expect(code).toBe(1);
  expect(stdout).toMatch(
    /problem +data directory: .+cannot be written.+\n +Make it writable, or choose another with --data/,
  );
  expect(stdout).toMatch(/ok +node: Node 24/);
});

test('doctor says how to install the local embedder, in the data directory, which no update empties (G10)', async () => {
  const data = await mkdtemp(join(tmpdir(), 'yudai-doctor-'));
  const home = join(data, 'embedder', 'node_modules', '@huggingface', 'transformers');

  const without = await run(['doctor', '--data', data], { YUDAI_EMBEDDER: 'local' });
  await mkdir(home, { recursive: true });
  await writeFile(join(home, 'package.json'), JSON.stringify({ name: '@huggingface/transformers', main: 'index.js' }));
  await writeFile(join(home, 'index.js'), '');
  const installed = await run(['doctor', '--data', data], { YUDAI_EMBEDDER: 'local' });
  await rm(data, { recursive: true });

  expect(without.stdout).toContain(`npm install --ignore-scripts --prefix "${join(data, 'embedder')}"`);
  expect(installed.stdout).toMatch(/ok +embedder: local/);
});

test('--help lists commands and variables', async () => {
  const { code, stdout } = await run(['--help']);

  expect(code).toBe(0);
  for (const word of ['doctor', '--open', 'YUDAI_DATABASE_URL']) expect(stdout).toContain(word);
});

test('health tells what is there; without its database the server lives, but is not ready (O2)', async () => {
  const database = await openTestDatabase();
  let isAway = false;
  const pool = new Proxy(database.pool, {
    get: (target, name) =>
      name === 'query' && isAway
        ? () => Promise.reject(new Error('secret words of a driver'))
        : Reflect.get(target, name),
  });
  await using app = await startTestApp({ database: { ...database, pool } });

  const well = health.parse(await (await app.fetch('/health')).json());
  isAway = true;
  const [live, ready, detail] = await Promise.all(
    ['/health/live', '/health/ready', '/health'].map((path) => app.fetch(path)),
  );
  isAway = false;

  expect(well.checks.map(({ name }) => name)).toEqual(expect.arrayContaining(['database', 'jobs', 'disk']));
  expect([live?.status, ready?.status, detail?.status]).toEqual([200, 503, 503]);
  expect(ready?.headers.get('retry-after')).toBe('2');
  const { error } = errorBody.parse(await detail?.json());
  expect(error.details).toMatchObject({ status: 'down', checks: [{ name: 'database', status: 'down' }, {}, {}] });
  expect(JSON.stringify(error)).not.toContain('secret words');
});

test('who cannot run jobs says so instead of taking one that would wait for ever (J2 O2)', async () => {
  await using running = await startTestApp();
  await vi.waitFor(async () => expect(await textOf(running, '/health')).toContain('running here'), 60_000);
  await using idle = await startTestApp();
  await vi.waitFor(async () => expect(await textOf(idle, '/health/ready')).toContain('Not ready: jobs'), 60_000);

  const refused = idle.client.projects.connect({ source: { kind: 'folder', path: import.meta.dirname } });

  await expect(refused).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('Start it anew'),
  });
  expect((await idle.client.jobs.list({})).items).toEqual([]);
});

test('the OpenAPI document holds every operation and the error body; docs are hidden in production (A1 A12)', async () => {
  await using open = await startTestApp();
  await using closed = await startTestApp({ env: { YUDAI_ENV: 'production' } });

  const document: unknown = await (await open.fetch('/api/openapi.json')).json();
  const page = await open.fetch('/api/docs');

  expect(document).toMatchObject({
    openapi: expect.stringMatching(/^3\.1/),
    paths: {
      '/v1/system': { get: { responses: { default: { description: expect.stringContaining('error body') } } } },
    },
  });
  expect(await page.text()).not.toMatch(/https?:|<script>/);
  expect((await open.fetch('/api/docs/assets/swagger-ui-bundle.js')).status).toBe(200);
  expect((await closed.fetch('/api/openapi.json')).status).toBe(404);
  expect((await closed.fetch('/api/docs')).status).toBe(404);
});

test('the web interface is served with what may be cached and what may not; unknown pages are the app', async () => {
  const dist = await mkdtemp(join(tmpdir(), 'yudai-dist-'));
  await mkdir(join(dist, 'assets'));
  await writeFile(join(dist, 'index.html'), '<!doctype html><title>Yudai</title>');
  await writeFile(join(dist, 'assets', 'app-1a2b.js'), 'plain');
  await writeFile(join(dist, 'assets', 'app-1a2b.js.br'), 'squeezed');
  await using app = await startTestApp({ webDist: dist });
  const get = async (path: string, headers: Record<string, string> = {}) => {
    const response = await app.fetch(path, { headers });
    return [response.status, response.headers.get('cache-control'), await response.text()];
  };

  expect(await get('/')).toEqual([200, 'no-cache', expect.stringContaining('Yudai')]);
  expect(await get('/projects/x')).toEqual([200, 'no-cache', expect.stringContaining('Yudai')]);
  expect(await get('/assets/app-1a2b.js')).toEqual([200, 'public, max-age=31536000, immutable', 'plain']);
  expect(await get('/assets/app-1a2b.js', { 'accept-encoding': 'br' })).toEqual([
    200,
    expect.stringContaining('immutable'),
    'squeezed',
  ]);
  expect((await get('/assets/gone.js'))[0]).toBe(404);
  expect((await get('/../package.json'))[2]).not.toContain('"yudai"');
  await rm(dist, { recursive: true });
});

test('without a build the pages say how to make one', async () => {
  await using app = await startTestApp({ webDist: join(tmpdir(), 'no-such-dist') });

  const page = await app.fetch('/', { headers: { accept: 'text/html' } });

  expect(page.status).toBe(503);
  expect(await page.text()).toContain('npm run build');
});

function start(args: string[], env: Record<string, string> = {}): ChildProcess {
  // Only what a start needs, so that the tests' own environment decides nothing.
  const base = { PATH: process.env['PATH'], HOME: process.env['HOME'], YUDAI_LOG_LEVEL: 'error' };
  return spawn(process.execPath, [main, ...args], { env: { ...base, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('The child has no output.');
  const [line] = await once(createInterface(child.stdout), 'line');
  return String(line);
}

async function run(args: string[], env: Record<string, string> = {}) {
  const child = start(args, env);
  let [stdout, stderr] = ['', ''];
  child.stdout?.on('data', (chunk) => (stdout += String(chunk)));
  child.stderr?.on('data', (chunk) => (stderr += String(chunk)));
  const [code] = await once(child, 'close');
  return { code, stdout, stderr };
}

function idOf(system: unknown): string {
  return JSON.stringify(system).match(/usr_\w+/)?.[0] ?? '';
}

async function textOf(app: TestApp, path: string): Promise<string> {
  return (await app.fetch(path)).text();
}
