import { mkdir, open, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import {
  badSnapshot,
  copySparse,
  keptFolders,
  kindOfSnapshot,
  packFolders,
  unpackFolders,
} from '#sandbox/box/box-snapshot.ts';
import { runTool } from '#sandbox/box/run-tool.ts';
import type { BoxBeginning } from '#sandbox/sandbox.ts';
import { SandboxError } from '#sandbox/sandbox-error.ts';

/** Where the files of a box are, and how much it may hold. */
export interface BoxDisk {
  /** Whether the kernel holds to the limit. Otherwise the size is looked at while a command runs, and one that is over it is ended. */
  readonly isHard: boolean;
  readonly folder: string;
  isFull(): Promise<boolean>;
  /** What was there when it was opened. */
  readonly beginning: BoxBeginning;
  /** Writes what is in it to a file. Nothing may have a file of it open. */
  snapshot(file: string): Promise<void>;
  /** Takes it out of the machine and removes what was in it. */
  remove(): Promise<void>;
}

const releaseEveryMs = 20;
const longestReleaseMs = 60_000;

/** With less than this left, a disk counts as full. */
const leftWhenFull = 1024 * 1024;

/**
 * Opens the disk in this folder, with what a process that died has left in it, else with what a snapshot has: an image that is mounted where this
 * process may mount, else a folder. Throws `disk_full`, `bad_snapshot`.
 */
export async function openBoxDisk(boxFolder: string, bytes: number, from: string | null = null): Promise<BoxDisk> {
  const folder = join(boxFolder, 'disk');
  const image = join(boxFolder, 'disk.img');
  await mkdir(folder, { recursive: true });
  const isMounted = await isMountPoint(folder);
  const kind = from === null || isMounted || (await exists(image)) ? null : await kindOfSnapshot(from);
  if (from !== null && kind === 'image') await takeImage(from, image, bytes);
  const isHard = isMounted || (await mountImage(image, folder, bytes));
  if (kind === 'image' && !isHard) throw badSnapshot('It is an image, and this process may not mount one.');
  const isLeft = kind !== 'image' && (await exists(join(folder, keptFolders[0])));
  if (from !== null && kind === 'archive' && !isLeft) await unpackFolders(from, folder);
  return {
    isHard,
    folder,
    beginning: isLeft ? 'left_behind' : kind === null ? 'empty' : 'snapshot',
    snapshot: (file) => (isHard ? snapshotImage(image, folder, file) : packFolders(folder, file)),
    isFull: isHard ? () => hasNothingLeft(folder) : () => isLargerThan(folder, bytes),
    remove: () => removeBoxDisk(boxFolder),
  };
}

/** Safe to repeat. Nothing may run in the box any more. */
export async function removeBoxDisk(boxFolder: string): Promise<void> {
  const folder = join(boxFolder, 'disk');
  // Lazily when somebody still looks at it: it goes with the last who does.
  if ((await isMountPoint(folder)) && !(await runTool('umount', [folder])).ok) await runTool('umount', ['-l', folder]);
  // Not ours: it climbs into folders that are deeper than a path can say.
  const removed = await runTool('rm', ['-rf', '--one-file-system', '--', boxFolder]);
  if (!removed.ok) {
    throw new SandboxError('broken', 'The files of a box could not be removed. Remove its folder by hand.', {
      detail: removed.text,
    });
  }
}

async function takeImage(from: string, image: string, bytes: number): Promise<void> {
  if ((await stat(from)).size !== bytes) throw badSnapshot('It was made with another limit for the disk.');
  await copySparse(from, image);
}

/** Taken out for the moment: then everything is in the image, and a process that dies meanwhile leaves a disk that can be opened. */
async function snapshotImage(image: string, folder: string, file: string): Promise<void> {
  const out = await runTool('umount', [folder]);
  if (!out.ok) throw new SandboxError('broken', 'The disk of a box is in use.', { detail: out.text });
  const copied = await copyReleased(image, file).catch((error: unknown) => error);
  // Without it commands would have nothing to work on.
  if (!(await mount(image, folder))) {
    throw new SandboxError('broken', 'The disk of a box could not be opened again. Close the box.');
  }
  if (copied !== undefined) throw copied;
}

/**
 * Copies an image that was taken out. What starts another box at this moment may still see it in a namespace of its own, and until that is gone not all of
 * it is in the image.
 */
async function copyReleased(image: string, file: string): Promise<void> {
  const end = performance.now() + longestReleaseMs;
  while ((await runTool('losetup', ['--noheadings', '--associated', image])).text !== '') {
    if (performance.now() > end) throw new SandboxError('broken', 'The disk of a box is in use by something else.');
    await wait(releaseEveryMs);
  }
  await copySparse(image, file);
}

async function mountImage(image: string, folder: string, bytes: number): Promise<boolean> {
  if (process.getuid?.() !== 0) return false;
  if (!(await exists(image)) && !(await makeImage(image, bytes))) return false;
  if (await mount(image, folder)) return true;
  await rm(image, { force: true });
  return false;
}

async function mount(image: string, folder: string): Promise<boolean> {
  return (await runTool('mount', ['-o', 'loop,nosuid,nodev,noatime', image, folder])).ok;
}

async function makeImage(image: string, bytes: number): Promise<boolean> {
  const file = await open(image, 'wx', 0o600);
  try {
    // With holes: it takes from the disk of the host what is written to it.
    await file.truncate(bytes);
  } finally {
    await file.close();
  }
  // Small inodes' worth of files, nothing set aside for root, nothing written before it is needed.
  const options = ['-q', '-F', '-m', '0', '-i', '8192', '-E', 'lazy_itable_init=1,lazy_journal_init=1,nodiscard'];
  const { ok } = await runTool('mkfs.ext4', [...options, image]);
  if (!ok) await rm(image, { force: true });
  return ok;
}

async function isMountPoint(folder: string): Promise<boolean> {
  if (!(await exists(folder))) return false;
  return (await stat(folder)).dev !== (await stat(join(folder, '..'))).dev;
}

async function hasNothingLeft(folder: string): Promise<boolean> {
  const { bavail, bsize, ffree } = await statfs(folder);
  return bavail * bsize < leftWhenFull || ffree === 0;
}

async function isLargerThan(folder: string, bytes: number): Promise<boolean> {
  const { text } = await runTool('du', ['-skx', folder]);
  // Files that go while it counts make it complain; its last line is the sum.
  const kilobytes = Number(/^(\d+)\s/m.exec(text.split('\n').at(-1) ?? '')?.[1] ?? 0);
  return kilobytes * 1024 > bytes;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
