import { execFile } from 'node:child_process';
import { chmod, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { AppError } from '#kernel/app-error.ts';
import type { Config } from '#platform/config/index.ts';
import { lockDirectory } from '#platform/db/index.ts';

const run = promisify(execFile);
/** What belongs to the process that holds the directory, not to what it holds. */
const ownedByProcess = ['lock', 'server.json', 'boxes'];
/** What is made again when it is missing. */
const madeAnew = ['solves/snapshots'];

/**
 * Writes the whole data directory (embedded database, repositories, key of the secrets) into one compressed file that only its owner
 * may read. The file appears when it is complete. Returns what to tell the person. Throws `conflict` while a server runs on the
 * directory or when the file is there already.
 */
export async function backUp(config: Config, file: string): Promise<string> {
  refuseServer(config, 'pg_dump');
  const target = resolve(file);
  if ((await readdir(config.dataDir).catch(() => [])).length === 0) {
    throw new AppError('not_found', `There is nothing to back up in ${config.dataDir}.`);
  }
  const lock = await lockDirectory(config.dataDir);
  const draft = `${target}.part`;
  try {
    await mkdir(dirname(target), { recursive: true });
    // Refused when it exists: a good backup is never overwritten by one that may fail.
    await (await open(target, 'wx', 0o600).catch((error: unknown) => refuseExisting(target, error))).close();
    const without = [...ownedByProcess, ...madeAnew].map((name) => `--exclude=./${name}`);
    await run('tar', ['--create', '--gzip', `--file=${draft}`, ...without, '--directory', config.dataDir, '.']);
    await chmod(draft, 0o600);
    await rename(draft, target);
    return `Backed ${config.dataDir} up to ${target}. It holds the key of stored secrets: keep it as safe as the data directory.`;
  } catch (error) {
    await rm(draft, { force: true });
    if (!(error instanceof AppError)) await rm(target, { force: true });
    throw inWords(error);
  } finally {
    await lock.release();
  }
}

/** Puts a backup into an empty data directory. Throws `conflict` when there is something in it, and leaves nothing of a broken file. */
export async function restore(config: Config, file: string): Promise<string> {
  refuseServer(config, 'pg_restore');
  const { dataDir } = config;
  if ((await readdir(dataDir).catch(() => [])).some((name) => !ownedByProcess.includes(name))) {
    throw new AppError(
      'conflict',
      `The data directory ${dataDir} is not empty. Choose another with --data, or move it away.`,
    );
  }
  const lock = await lockDirectory(dataDir);
  try {
    await run('tar', ['--extract', '--gzip', `--file=${resolve(file)}`, '--directory', dataDir]);
    return `Restored ${dataDir} from ${resolve(file)}. Start Yudai on it with --data ${dataDir}.`;
  } catch (error) {
    for (const name of await readdir(dataDir)) {
      if (!ownedByProcess.includes(name)) await rm(join(dataDir, name), { recursive: true, force: true });
    }
    throw inWords(error);
  } finally {
    await lock.release();
  }
}

function refuseServer({ database }: Config, tool: string): void {
  if (database.url === null) return;
  throw new AppError(
    'conflict',
    `The data are on a Postgres server: use ${tool}, and copy secret.key; see docs/operations.md.`,
  );
}

function refuseExisting(target: string, error: unknown): never {
  if (error instanceof Error && 'code' in error && error.code === 'EEXIST')
    throw new AppError('conflict', `${target} exists already. Choose another name.`);
  throw error;
}

function inWords(error: unknown): unknown {
  if (error instanceof AppError || !(error instanceof Error)) return error;
  const said =
    'stderr' in error && typeof error.stderr === 'string' ? error.stderr.trim().split('\n')[0] : error.message;
  return new AppError('unavailable', `The backup could not be written or read. ${said ?? ''}`, { cause: error });
}
