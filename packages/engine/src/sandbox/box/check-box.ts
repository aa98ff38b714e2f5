import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openBoxDisk } from '#sandbox/box/box-disk.ts';
import { firstClosedFolder, openIt } from '#sandbox/box/closed-folder.ts';
import type { SandboxCheck, SandboxRemark } from '#sandbox/sandbox.ts';
import { SandboxError } from '#sandbox/sandbox-error.ts';

type Holds = SandboxCheck['holds'];

export const megabyte = 1024 * 1024;

export const nothingHolds: Holds = { user: 'none', memory: 'none', processes: 'none', disk: 'none', network: 'none' };

export interface BoxesToCheck {
  readonly folder: string;
  /** What is so only on Linux, before `, and this is …`. */
  readonly needsLinux: string;
  /** What to do where a box itself failed, unless its own words say it. */
  readonly mendBroken?: string;
  /** Why nothing can run, or how well it would. */
  readonly look: () => Promise<SandboxRemark | Pick<SandboxCheck, 'warnings' | 'holds'>>;
}

/** The check of boxes whose commands something else starts, which has words for its own failures. Never throws. */
export async function checkBoxes({ folder, needsLinux, mendBroken, look }: BoxesToCheck): Promise<SandboxCheck> {
  try {
    if (process.platform !== 'linux') {
      const todo = 'Run Yudai on Linux, or in a virtual machine with Linux.';
      return refused(`${needsLinux}, and this is ${process.platform}.`, todo);
    }
    const closed = process.getuid?.() === 0 ? await firstClosedFolder(folder) : null;
    if (closed !== null) return refused(`The users of boxes cannot pass through ${closed}.`, openIt(closed));
    const found = await look();
    return 'what' in found ? refused(found.what, found.todo) : { usable: true, problems: [], ...found };
  } catch (error) {
    if (error instanceof SandboxError) {
      // Its words say what to do as well.
      const [what = '', ...words] = error.message.split(/(?<=\.) /);
      const todo = error.reason === 'broken' && mendBroken !== undefined ? mendBroken : words.join(' ');
      return refused(error.detail === undefined ? what : `${what} (${error.detail.trim()})`, todo);
    }
    const what = error instanceof Error ? error.message : String(error);
    return refused(what, `Give this process a folder that it may write to; boxes are kept in ${folder}.`);
  }
}

function refused(what: string, todo: string): SandboxCheck {
  return { usable: false, problems: [{ what, todo }], warnings: [], holds: nothingHolds };
}

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
