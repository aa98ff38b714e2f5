import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openBoxDisk } from '#sandbox/box/box-disk.ts';
import type { SandboxCheck } from '#sandbox/sandbox.ts';

type Holds = SandboxCheck['holds'];

export const megabyte = 1024 * 1024;

export const nothingHolds: Holds = { user: 'none', memory: 'none', processes: 'none', disk: 'none', network: 'none' };

/** How well the users and disks of boxes in this folder hold, whatever stands around their commands. */
export async function checkBox(
  folder: string,
): Promise<Pick<SandboxCheck, 'warnings'> & { readonly holds: Pick<Holds, 'user' | 'disk'> }> {
  const isRoot = process.getuid?.() === 0;
  const isHard = await trialDisk(folder);
  const shared = {
    what: 'All boxes run as the user of this process.',
    todo: 'Run it as root: then each box has a user of its own.',
  };
  const soft = {
    what: 'The size of a box is looked at while it works; in between it may grow over its limit.',
    todo: 'Run it as root where loop devices are allowed, with e2fsprogs installed.',
  };
  return {
    warnings: [...(isRoot ? [] : [shared]), ...(isHard ? [] : [soft])],
    holds: {
      user: isRoot ? 'a user for each box, none of them root' : 'the user of this process, without any rights',
      disk: isHard ? 'a file system of its own' : 'looked at while a command runs',
    },
  };
}

async function trialDisk(folder: string): Promise<boolean> {
  const trial = join(folder, `check-${randomUUID()}`);
  await mkdir(trial, { recursive: true });
  const disk = await openBoxDisk(trial, 16 * megabyte);
  await disk.remove();
  return disk.isHard;
}
