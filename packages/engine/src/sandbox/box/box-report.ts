import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { chmod, chown, mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { BoxUser } from '#sandbox/box/box-users.ts';
import { runTool } from '#sandbox/box/run-tool.ts';

/** A folder that one command alone sees and may write to, beside its work tree. */
export interface BoxReport {
  readonly folder: string;
  /** What was written there under the name of the report, once nothing of the command is left; null when nothing was, or too much. */
  read(): Promise<Buffer | null>;
  remove(): Promise<void>;
}

export const reportName = 'report';
const mostBytes = 20 * 1024 * 1024;

/** Makes one on the disk of the box, so that it counts as the box's. */
export async function makeBoxReport(diskFolder: string, user: BoxUser | null): Promise<BoxReport> {
  const reports = join(diskFolder, 'reports');
  await mkdir(reports, { recursive: true });
  await chmod(reports, 0o711);
  const folder = join(reports, randomUUID());
  await mkdir(folder, { mode: 0o700 });
  if (user !== null) await chown(folder, user.uid, user.gid);
  return {
    folder,
    read: () => readReport(join(folder, reportName)),
    async remove() {
      // Not ours: what was made there may be deeper than a path can say. What is left goes with the box.
      await runTool('rm', ['-rf', '--one-file-system', '--', folder]);
    },
  };
}

async function readReport(path: string): Promise<Buffer | null> {
  // Neither through a link nor waiting for a pipe.
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(() => null);
  if (file === null) return null;
  try {
    const found = await file.stat();
    return found.isFile() && found.size <= mostBytes ? await file.readFile() : null;
  } finally {
    await file.close();
  }
}
