import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { AppError } from '#kernel/app-error.ts';

/** Who uses a data directory. */
const holderSchema = z.object({
  pid: z.number().int(),
  startedAt: z.iso.datetime(),
  /** Where its server answers; null until it listens. */
  url: z.string().nullable(),
});
export type DirectoryHolder = z.infer<typeof holderSchema>;

/** The right to use a data directory, held until it is released or the process ends, however it ends. */
export interface DirectoryLock {
  /** Tells other processes, such as the CLI, where this one answers. */
  publish(url: string): Promise<void>;
  release(): Promise<void>;
}

/**
 * Takes the data directory for this process, making it when it is missing. Throws `conflict`, naming the holder, when another
 * process has it.
 *
 * The lock is SQLite's exclusive one on an empty file: a file lock of the operating system, so it is freed by kill -9, holds across
 * containers that share the directory, and two starts at the same instant cannot both get it.
 */
export async function lockDirectory(directory: string): Promise<DirectoryLock> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const lock = tryLock(directory);
  if (lock === null) throw inUse(directory, await readHolder(directory));

  const holder: DirectoryHolder = { pid: process.pid, startedAt: new Date().toISOString(), url: null };
  const write = async (next: DirectoryHolder): Promise<void> => {
    const temporary = join(directory, `server.json.${process.pid}`);
    await writeFile(temporary, `${JSON.stringify(next)}\n`, { mode: 0o600 });
    await rename(temporary, join(directory, 'server.json'));
  };
  await write(holder);
  let held = true;
  return {
    publish: (url) => write({ ...holder, url }),
    release: async () => {
      if (!held) return;
      held = false;
      await rm(join(directory, 'server.json'), { force: true });
      lock.close();
    },
  };
}

/** The process that uses this data directory now, or null when it is free (or does not exist). Takes nothing. */
export async function findDirectoryHolder(directory: string): Promise<DirectoryHolder | null> {
  const holder = await readHolder(directory);
  if (holder === null) return null;
  const lock = tryLock(directory);
  if (lock === null) return holder;
  lock.close();
  return null;
}

/** Null when somebody else holds it. */
function tryLock(directory: string): DatabaseSync | null {
  const lock = new DatabaseSync(join(directory, 'lock'), { timeout: 0 });
  try {
    lock.exec('pragma journal_mode = memory; begin exclusive');
    return lock;
  } catch (error) {
    lock.close();
    if (error instanceof Error && 'errcode' in error && error.errcode === sqliteBusy) return null;
    throw error;
  }
}

const sqliteBusy = 5;

async function readHolder(directory: string): Promise<DirectoryHolder | null> {
  try {
    return holderSchema.parse(JSON.parse(await readFile(join(directory, 'server.json'), 'utf8')));
  } catch {
    // Missing, or being made at this moment: the lock itself decides, this file only names.
    return null;
  }
}

function inUse(directory: string, holder: DirectoryHolder | null): AppError {
  const who = holder === null ? 'another process' : `process ${holder.pid}`;
  const where = holder?.url === undefined || holder.url === null ? '' : ` It answers at ${holder.url}.`;
  return new AppError(
    'conflict',
    `The data directory ${directory} is in use by ${who}.${where} Stop it, or choose another directory with --data.`,
    { details: { pid: holder?.pid ?? null, url: holder?.url ?? null } },
  );
}
