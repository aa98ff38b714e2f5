import { readFile } from 'node:fs/promises';
import { takeKernelLock } from '#sandbox/box/kernel-lock.ts';

/** A user that exists for one box. */
export interface BoxUser {
  readonly uid: number;
  readonly gid: number;
  /** Lets another box have it. */
  release(): Promise<void>;
}

export interface BoxUserRange {
  readonly first: number;
  readonly count: number;
}

/**
 * Takes a user that no other box of this machine has, of any process; null when all are taken. It needs no entry anywhere, and one that has an entry
 * is left to its person. The lock goes with this process however that ends.
 */
export async function takeBoxUser({ first, count }: BoxUserRange): Promise<BoxUser | null> {
  const people = await peoplesIds();
  for (let uid = first; uid < first + count; uid += 1) {
    if (people.has(uid)) continue;
    const release = await takeKernelLock(`yudai-box-user-${uid}`);
    if (release !== null) return { uid, gid: uid, release };
  }
  return null;
}

async function peoplesIds(): Promise<Set<number>> {
  const lines = (await readFile('/etc/passwd', 'utf8')).split('\n');
  return new Set(lines.map((line) => Number(line.split(':')[2])));
}
