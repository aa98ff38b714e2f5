import { randomUUID } from 'node:crypto';
import { chmod, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { runTool } from '#sandbox/box/run-tool.ts';
import { SandboxError } from '#sandbox/sandbox-error.ts';

/** What of a box is kept in a snapshot. */
export const keptFolders = ['work', 'home'] as const;

export type SnapshotKind = 'image' | 'archive';

/** Writes a copy that takes as little of the disk as the file system allows, all of it or nothing. Throws `broken`, `disk_full`. */
export async function copySparse(from: string, to: string): Promise<void> {
  await replaced(to, (draft) => mustRun('cp', ['--reflink=auto', '--sparse=always', '--', from, draft]));
}

/** Packs the folders of a box that has no image. */
export async function packFolders(diskFolder: string, to: string): Promise<void> {
  await replaced(to, (draft) =>
    mustRun('tar', [
      '--create',
      '--numeric-owner',
      '--sparse',
      `--file=${draft}`,
      `--directory=${diskFolder}`,
      ...keptFolders,
    ]),
  );
}

/** Unpacks what `packFolders` has packed, into folders that are not there yet. What is half unpacked is not taken for a box. */
export async function unpackFolders(from: string, diskFolder: string): Promise<void> {
  const draft = join(diskFolder, 'unpacked');
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { mode: 0o700 });
  const owner = process.getuid?.() === 0 ? ['--same-owner', '--numeric-owner'] : ['--no-same-owner'];
  await mustRun('tar', ['--extract', '--preserve-permissions', ...owner, `--file=${from}`, `--directory=${draft}`]);
  // The work tree last: by it a box is known.
  for (const name of keptFolders.toReversed()) await rename(join(draft, name), join(diskFolder, name));
  await rm(draft, { recursive: true, force: true });
}

/** What a snapshot is, by its first bytes. Throws `bad_snapshot`. */
export async function kindOfSnapshot(path: string): Promise<SnapshotKind> {
  const file = await open(path, 'r').catch((cause: unknown) => {
    throw badSnapshot('It cannot be opened.', cause);
  });
  try {
    const head = Buffer.alloc(2048);
    await file.read(head, 0, head.length, 0);
    if (head.readUInt16LE(1080) === 0xef53) return 'image';
    if (head.toString('latin1', 257, 262) === 'ustar') return 'archive';
    throw badSnapshot('It is neither an image nor an archive.');
  } finally {
    await file.close();
  }
}

export function badSnapshot(why: string, cause?: unknown): SandboxError {
  return new SandboxError('bad_snapshot', `This snapshot cannot be used: ${why} Remove it, and set up anew.`, {
    cause,
  });
}

async function replaced(path: string, write: (draft: string) => Promise<void>): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${randomUUID()}.draft`;
  try {
    await write(draft);
    await chmod(draft, 0o600);
    await rename(draft, path);
  } finally {
    await rm(draft, { force: true });
  }
}

async function mustRun(program: string, args: readonly string[]): Promise<void> {
  const { ok, text } = await runTool(program, args, { timeoutMs: 10 * 60_000 });
  if (ok) return;
  if (/No space left|quota exceeded/i.test(text)) {
    throw new SandboxError('disk_full', 'The disk that holds boxes and snapshots is full. Free some space.', {
      detail: text,
    });
  }
  throw new SandboxError('broken', 'The files of a box could not be copied.', { detail: text });
}
