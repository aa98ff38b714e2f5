import { execFile } from 'node:child_process';
import { access, constants, rmdir, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { hintOf } from '#features/models/index.ts';
import type { Config } from '#platform/config/index.ts';
import { freeBytes } from './dependencies.ts';
import { embedderFolder } from './embedder.ts';
import { modelSettingsOf } from './model-settings.ts';
import { sandboxOf } from './sandbox.ts';

/** One thing that was looked at. `fix` says what to do about it; it is empty when nothing has to be done. */
export interface DoctorFinding {
  readonly name: string;
  readonly status: 'ok' | 'warning' | 'problem';
  readonly detail: string;
  readonly fix: string;
}

type Finding = Omit<DoctorFinding, 'name'>;

/** Looks at everything that Yudai needs from this machine, changes nothing, and never throws. */
export async function examine(config: Config): Promise<DoctorFinding[]> {
  const looks: [name: string, look: () => Promise<Finding>][] = [
    ['node', examineNode],
    ['git', examineGit],
    ['data directory', () => examineDataDirectory(config.dataDir)],
    ['disk', () => examineDisk(config.dataDir)],
    ['database', () => examineDatabase(config)],
    ['port', () => examinePort(config)],
    ['sandbox', () => examineSandbox(config)],
    ['embedder', () => examineEmbedder(config)],
    ['models', () => examineModels(config)],
  ];
  return Promise.all(
    looks.map(async ([name, look]) => {
      try {
        return { name, ...(await look()) };
      } catch (error) {
        return {
          name,
          ...problem(
            `could not be looked at (${reasonOf(error)})`,
            'Run yudai doctor again as the user that runs Yudai.',
          ),
        };
      }
    }),
  );
}

async function examineNode(): Promise<Finding> {
  const major = Number(process.versions.node.split('.')[0]);
  if (major >= 24) return ok(`Node ${process.versions.node}`);
  return problem(`Node ${process.versions.node} is too old`, 'Start with npm start, which brings Node 24 along.');
}

async function examineGit(): Promise<Finding> {
  const version = await outputOf('git', ['--version']);
  if (version === null)
    return problem('git is not installed', 'Install git 2.30 or newer, for example: apt-get install git.');
  const [, major = '0', minor = '0'] = /(\d+)\.(\d+)/.exec(version) ?? [];
  if (Number(major) * 100 + Number(minor) < 230) return problem(`${version} is too old`, 'Install git 2.30 or newer.');
  return ok(version);
}

async function examineDataDirectory(dataDir: string): Promise<Finding> {
  try {
    await access(await nearestExisting(dataDir), constants.R_OK | constants.W_OK);
  } catch (error) {
    return problem(
      `${dataDir} cannot be written (${reasonOf(error)})`,
      'Make it writable, or choose another with --data.',
    );
  }
  return ok(dataDir);
}

/** The folder itself, or the one in which it would be made. */
async function nearestExisting(folder: string): Promise<string> {
  try {
    await stat(folder);
    return folder;
  } catch (error) {
    if (reasonOf(error) !== 'ENOENT' || dirname(folder) === folder) throw error;
    return nearestExisting(dirname(folder));
  }
}

async function examineDisk(dataDir: string): Promise<Finding> {
  const gigabytes = (await freeBytes(await nearestExisting(dataDir))) / 1024 ** 3;
  const detail = `${gigabytes.toFixed(1)} GB free`;
  if (gigabytes < 0.2)
    return problem(detail, 'Free some space, or choose a data directory on another disk with --data.');
  return gigabytes < 2 ? warning(detail, 'Large repositories need more; free some space soon.') : ok(detail);
}

async function examineDatabase({ database, dataDir }: Config): Promise<Finding> {
  if (database.url === null) {
    const holder = await holderOf(dataDir);
    if (holder === null) return ok('embedded, not in use');
    return ok(`embedded, in use by process ${holder.pid}${holder.url === null ? '' : ` at ${holder.url}`}`);
  }
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: database.url.reveal(), connectionTimeoutMillis: 5000 });
  try {
    await client.connect();
    const { rows } = await client.query<{ version: string; number: number; vector: boolean; trigrams: boolean }>(
      `select current_setting('server_version') as version, current_setting('server_version_num')::int as number,
         exists (select from pg_available_extensions where name = 'vector') as vector,
         exists (select from pg_available_extensions where name = 'pg_trgm') as trigrams`,
    );
    const server = rows[0];
    if (server === undefined || server.number < 150_000)
      return problem('Postgres is older than 15', 'Use Postgres 15 or newer.');
    if (!server.vector)
      return problem('pgvector is missing', 'Install pgvector on the server, or use the image pgvector/pgvector.');
    if (!server.trigrams)
      return problem('pg_trgm is missing', 'Install the contrib package of Postgres on the server.');
    return ok(`Postgres ${server.version} with pgvector and pg_trgm`);
  } catch (error) {
    return problem(
      `Postgres does not answer (${reasonOf(error)})`,
      'Check YUDAI_DATABASE_URL, the password and the network.',
    );
  } finally {
    await client.end().catch(() => undefined);
  }
}

// Loaded when it is needed: whoever imports this package for something else should not wait for the database's code.
async function holderOf(dataDir: string) {
  const { findDirectoryHolder } = await import('#platform/db/index.ts');
  return findDirectoryHolder(dataDir);
}

async function examinePort({ http, dataDir, database }: Config): Promise<Finding> {
  const code = await tryPort(http.host, http.port);
  if (code === null) return ok(`${http.host}:${http.port} is free`);
  const holder = database.url === null ? await holderOf(dataDir) : null;
  if (holder?.url?.endsWith(`:${http.port}`) === true) return ok(`${http.port} is used by Yudai itself`);
  return problem(
    `${http.host}:${http.port} cannot be opened (${code})`,
    'Stop what uses it, or choose another with --port.',
  );
}

/** Makes a box to find out. Without boxes nothing is solved and all else works, so it is no problem. */
async function examineSandbox(config: Config): Promise<Finding> {
  const { folder } = config.sandbox;
  const sandbox = sandboxOf(config);
  const existing = await nearestExisting(folder);
  const { usable, problems, warnings, holds } = await sandbox.check();
  // What it has made to find out is gone as well.
  for (let at = folder; at !== existing && at !== dirname(at); at = dirname(at)) await rmdir(at).catch(() => undefined);
  const told = (remarks: typeof problems, part: 'what' | 'todo') => remarks.map((remark) => remark[part]).join(' ');
  if (!usable) return warning(`nothing can be solved: ${told(problems, 'what')}`, told(problems, 'todo'));
  if (warnings.length > 0) return warning(`${sandbox.kind}; ${told(warnings, 'what')}`, told(warnings, 'todo'));
  return ok(`${sandbox.kind}; memory: ${holds.memory}; disk: ${holds.disk}; network: ${holds.network}`);
}

async function examineEmbedder({
  embedder: { kind, url, key, model, folder },
  dataDir,
}: Pick<Config, 'embedder' | 'dataDir'>): Promise<Finding> {
  if (kind === 'off') return ok('off; search works without vectors');
  if (kind === 'local') {
    const { findLocalEmbedder, localEmbedderInstall } = await import('@yudai/engine/codebase');
    const packageFolder = embedderFolder(dataDir);
    if (findLocalEmbedder(packageFolder) === null)
      return problem(
        'the local embedder is not installed',
        `Install it (450 MB): ${localEmbedderInstall(packageFolder)}`,
      );
    if (folder !== null) await access(folder, constants.R_OK);
    return ok(`local${folder === null ? '' : ` from ${folder}`}`);
  }
  try {
    const headers = key === null ? {} : { authorization: `Bearer ${key.reveal()}` };
    const { status } = await fetch(`${url}/models`, { headers, signal: AbortSignal.timeout(5000) });
    if (status === 401 || status === 403)
      return problem(`the endpoint refuses the key (${status})`, 'Check YUDAI_EMBEDDER_KEY.');
    return ok(`${model} at ${url}`);
  } catch (error) {
    return problem(`${url} does not answer (${reasonOf(error)})`, 'Start the endpoint, or check YUDAI_EMBEDDER_URL.');
  }
}

async function examineModels(config: Pick<Config, 'models'>): Promise<Finding> {
  const settings = await modelSettingsOf(config);
  const missing = hintOf(settings);
  const named = [...new Set(Object.values(settings.roles).flatMap((all) => all.map(({ model }) => model)))];
  if (named.length === 0 && Object.keys(settings.providers).length === 0)
    return ok('none set up; what needs no model works');
  if (missing !== '') return warning(named.length === 0 ? 'no model is named' : named.join(', '), missing);
  return ok(`${named.join(', ')}; yudai models test asks them`);
}

function tryPort(host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) => resolve(reasonOf(error)));
    server.listen({ host, port }, () => server.close(() => resolve(null)));
  });
}

const run = promisify(execFile);

async function outputOf(command: string, args: string[]): Promise<string | null> {
  try {
    return (await run(command, args, { timeout: 5000 })).stdout.trim();
  } catch {
    // Not installed, or not able to say its version: the same for us.
    return null;
  }
}

function ok(detail: string): Finding {
  return { status: 'ok', detail, fix: '' };
}

function warning(detail: string, fix: string): Finding {
  return { status: 'warning', detail, fix };
}

function problem(detail: string, fix: string): Finding {
  return { status: 'problem', detail, fix };
}

/** A short word for an error: its code when it has one. Messages of drivers may hold addresses and names. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
