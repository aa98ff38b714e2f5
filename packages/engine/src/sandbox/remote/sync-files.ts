import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { BoxPlace } from '#sandbox/box/launcher.ts';
import { differenceOf, type HostTree, markAt, packPaths, scanTree } from '#sandbox/remote/host-tree.ts';
import type { Machine } from '#sandbox/remote/machine.ts';
import { takeBack } from '#sandbox/remote/take-back.ts';
import { SandboxError } from '#sandbox/sandbox-error.ts';

/** The files of a box, which are on the host and on its machine. */
export interface SyncedFiles {
  /** Gives the machine what the host has changed since. Throws `broken`. */
  push(): Promise<void>;
  /** Gets from the machine what commands have changed since; says whether the host could hold it. Throws `broken`. */
  pull(): Promise<{ readonly outOfDisk: boolean }>;
}

const filesMs = 10 * 60_000;

/** Nothing of the host is on this machine yet. One thing after the other, also where several commands run. */
export function syncFiles(machine: Machine, place: BoxPlace, mostBytes: number): SyncedFiles {
  const diskFolder = dirname(place.workTree);
  let agreed: HostTree = new Map();
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = last.then(work, work);
    last = mine.catch(() => {
      // Whoever asked for it hears of it.
    });
    return mine;
  };
  const withFile = async <T>(work: (file: string) => Promise<T>): Promise<T> => {
    const file = join(place.boxFolder, `sync-${randomUUID()}`);
    try {
      return await work(file);
    } finally {
      await rm(file, { force: true });
    }
  };
  return {
    push: () =>
      inTurn(async () => {
        const now = await scanTree(diskFolder);
        const { touched, gone } = differenceOf(agreed, now);
        if (touched.length === 0 && gone.length === 0) return;
        await withFile(async (archive) =>
          withFile(async (file) => {
            await packPaths(diskFolder, touched, archive);
            await joinUp(file, [...listOf(gone, touched)], archive);
            await machine.ask('apply', [], { sent: { file }, withinMs: filesMs });
          }),
        );
        agreed = now;
      }),
    pull: () =>
      inTurn(() =>
        withFile(async (file) => {
          const got = await fetchTo(
            machine,
            file,
            await machine.ask('changes', [kilobytes(mostBytes)], { withinMs: filesMs }),
            mostBytes,
          );
          if (got !== 'changed') return { outOfDisk: got === 'full' };
          // What the host has written meanwhile goes to the machine with the next command, and stays until then.
          const { touched, gone } = differenceOf(agreed, await scanTree(diskFolder));
          const ours = withFolders([...touched, ...gone]);
          const theirs = new Set<string>();
          try {
            await takeBack({
              file,
              diskFolder,
              owner: place.user,
              mostBytes,
              keep: (path) => ours.has(path),
              onTouched: (path) => theirs.add(path),
            });
          } catch (error) {
            if (!(error instanceof SandboxError) || error.reason !== 'disk_full') throw error;
            return { outOfDisk: true };
          } finally {
            for (const path of theirs) setOrDelete(agreed, path, await markAt(diskFolder, path));
          }
          await machine.ask('agree', []);
          return { outOfDisk: false };
        }),
      ),
  };
}

/** Paths, and the folders that lead to them: nothing else takes their place. */
function withFolders(paths: readonly string[]): ReadonlySet<string> {
  const all = new Set(paths);
  for (const path of paths) {
    for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) all.add(path.slice(0, at));
  }
  return all;
}

/** What `du` counts in. */
export function kilobytes(bytes: number): string {
  return String(Math.floor(bytes / 1024));
}

/** Gets what a question was answered with: the rest of it, when that is not all, in pieces. */
async function fetchTo(
  machine: Machine,
  file: string,
  answer: Buffer,
  mostBytes: number,
): Promise<'same' | 'full' | 'changed'> {
  const line = answer.indexOf('\n');
  const head = answer.toString('latin1', 0, Math.max(0, line));
  if (head === 'same' || head === 'full') return head;
  await receive(machine, answer, file, mostBytes + 64 * 1024 * 1024);
  return 'changed';
}

/** Writes what begins with an answer of `first` to a file of the host. Throws `broken`. */
export async function receive(
  machine: Machine,
  answer: Buffer,
  file: string,
  mostBytes: number,
  from = 'outgoing',
): Promise<void> {
  const line = answer.indexOf('\n');
  const head = answer.toString('latin1', 0, Math.max(0, line));
  const size = /^\d{1,13}$/.test(head) ? Number(head) : Number.POSITIVE_INFINITY;
  if (size > mostBytes) throw new SandboxError('broken', 'The machine of this box sends more than the box may hold.');
  await using into = await open(file, 'wx', 0o600);
  let piece = answer.subarray(line + 1);
  for (let got = 0; got < size;) {
    if (piece.length === 0 || got + piece.length > size) {
      throw new SandboxError('broken', 'What the machine of this box sent did not arrive whole.');
    }
    await into.appendFile(piece);
    got += piece.length;
    if (got < size) piece = await machine.ask('fetch', [from, String(got)]);
  }
}

function* listOf(gone: readonly string[], touched: readonly string[]): Generator<Buffer> {
  const [ends, begins] = [gone, touched].map((paths) => Buffer.from(paths.map((path) => `${path}\0`).join('')));
  if (ends === undefined || begins === undefined) return;
  yield Buffer.from(`${ends.length} ${begins.length}\n`);
  yield ends;
  yield begins;
}

async function joinUp(to: string, beginning: readonly Buffer[], rest: string): Promise<void> {
  await pipeline(
    async function* () {
      yield* beginning;
      yield* createReadStream(rest);
    },
    createWriteStream(to, { mode: 0o600 }),
  );
}

function setOrDelete(tree: HostTree, path: string, mark: string | null): void {
  if (mark === null) tree.delete(path);
  else tree.set(path, mark);
}
