import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Id, Project } from '../../packages/contract/src/index.ts';
import { memoryEnvironment, memoryFlags } from '../../scripts/memory.mjs';
import { type Client, createClient } from '../../packages/contract/src/client.ts';
import { commitAll, withTemporaryFolder } from './checkouts.ts';

export const serverMain = join(import.meta.dirname, '../../packages/server/src/main.ts');

export interface RunningServer {
  readonly pid: number;
  readonly url: string;
  readonly client: Client;
  /** From the start of the process to the line with its URL. */
  readonly readyMs: number;
  /** Ends it as a terminal would and waits until it is gone. */
  stop(): Promise<void>;
}

/**
 * Starts the real server as a process of its own on a free port, with the memory settings of `npm start`. With a `url` it uses that
 * Postgres, else the embedded database.
 */
export async function startServer(options: {
  readonly dataDir: string;
  readonly url?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly nodeArgs?: readonly string[];
}): Promise<RunningServer> {
  const started = performance.now();
  const { NODE_ENV: _, ...inherited } = process.env;
  const child = spawn(
    process.execPath,
    [...memoryFlags, ...(options.nodeArgs ?? []), serverMain, 'serve', '--port', '0'],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...memoryEnvironment,
        ...inherited,
        YUDAI_DATA: options.dataDir,
        YUDAI_LOG_LEVEL: 'warn',
        ...(options.url === undefined ? {} : { YUDAI_DATABASE_URL: options.url }),
        ...options.env,
      },
    },
  );
  endWith(child);
  let complaints = '';
  child.stderr.on('data', (part: Buffer) => (complaints = (complaints + part.toString()).slice(-8000)));
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const url = await new Promise<string>((resolve, reject) => {
    createInterface(child.stdout).on('line', (line) => {
      if (line.startsWith('http')) resolve(line.trim());
    });
    void ended.then(() => reject(new Error(`The server ended:\n${complaints}`)));
  });
  return {
    pid: child.pid ?? 0,
    url,
    client: createClient({ url }),
    readyMs: performance.now() - started,
    async stop() {
      child.kill('SIGTERM');
      const patience = setTimeout(() => {
        console.log('the server did not stop within 15 s and was killed');
        child.kill('SIGKILL');
      }, 15_000);
      await ended;
      clearTimeout(patience);
    },
  };
}

/** No server outlives its bench, however that ends. */
function endWith(child: ChildProcess): void {
  const end = () => child.kill();
  process.once('exit', end);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  child.once('close', () => process.off('exit', end));
}

/** Runs the work beside a server with a project of one file, whose turns are answered by this model. */
export async function withChatServer(
  options: {
    readonly dataDir: string;
    readonly url: string | undefined;
    readonly modelUrl: string;
    readonly nodeArgs?: readonly string[];
  },
  work: (running: { readonly server: RunningServer; readonly projectId: Id<'project'> }) => Promise<void>,
): Promise<void> {
  const { modelUrl, url, ...rest } = options;
  await withTemporaryFolder(async (folder) => {
    mkdirSync(join(folder, 'src'));
    writeFileSync(join(folder, 'src/tea.ts'), 'export const tea = 1;\n');
    commitAll(folder);
    const env = { YUDAI_MODEL_ENDPOINT: modelUrl, YUDAI_MODELS: 'compatible/bench' };
    const server = await startServer({ ...rest, env, ...(url === undefined ? {} : { url }) });
    try {
      const { id } = await connectAndIndex(server.client, folder);
      await work({ server, projectId: id });
    } finally {
      await server.stop();
    }
  });
}

/** Connects a folder and waits until it is indexed. Throws what went wrong. */
export async function connectAndIndex(client: Client, path: string): Promise<Project> {
  const { project } = await client.projects.connect({ source: { kind: 'folder', path } });
  await indexed(client, project.id);
  return client.projects.get({ id: project.id });
}

/** Waits until nothing runs for a project; throws when its last index failed. */
export async function indexed(client: Client, projectId: Id<'project'>): Promise<void> {
  for (;;) {
    const { items } = await client.jobs.list({ projectId });
    const failed = items.find(({ status }) => status === 'failed' || status === 'cancelled');
    if (failed !== undefined) throw new Error(`${failed.title}: ${failed.error?.message ?? failed.status}`);
    const index = items.find(({ kind }) => kind === 'codebase.index');
    if (index !== undefined && items.every(({ status }) => status === 'completed')) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
