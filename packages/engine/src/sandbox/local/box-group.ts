import { createHash } from 'node:crypto';
import { access, mkdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { BoxLimits } from '#sandbox/limits.ts';

/** The control group of a box: the kernel counts all of its processes together. */
export interface BoxGroup {
  readonly version: 1 | 2;
  /** A process that writes its id into each of these belongs to the box, with all it starts. */
  readonly entrances: readonly string[];
  /** How many processes were killed for want of memory so far. */
  memoryKills(): Promise<number>;
  /** Once its last process is gone. */
  remove(): Promise<void>;
}

const root = '/sys/fs/cgroup';
const period = 100_000;

/** Makes the group of the box in this folder, or returns null where this process may not, or the machine has none. */
export async function createBoxGroup(boxFolder: string, limits: BoxLimits): Promise<BoxGroup | null> {
  try {
    const own = await readFile('/proc/self/cgroup', 'utf8');
    // Boxes of other folders may have the same id.
    const name = `yudai-${createHash('sha256').update(boxFolder).digest('hex').slice(0, 32)}`;
    const unified = await exists(join(root, 'cgroup.controllers'));
    return unified ? await createUnified(name, own, limits) : await createSplit(name, own, limits);
  } catch {
    // Limits that need no group hold instead; `check` tells which.
    return null;
  }
}

async function createUnified(name: string, own: string, limits: BoxLimits): Promise<BoxGroup | null> {
  const here = join(root, /^0::(.*)$/m.exec(own)?.[1] ?? '/');
  // Beside ours first: a group with processes in it may not divide what it has.
  const parents = here === root ? [here] : [dirname(here), here];
  for (const parent of parents) {
    const folder = join(parent, name);
    try {
      await freshFolder(folder);
      await writeFile(join(folder, 'memory.max'), String(limits.memory));
      await writeFile(join(folder, 'pids.max'), String(limits.processes));
    } catch {
      await removeFolder(folder);
      continue;
    }
    await tryWrite(join(folder, 'memory.swap.max'), '0');
    await tryWrite(join(folder, 'cpu.max'), `${Math.round(limits.processors * period)} ${period}`);
    return {
      version: 2,
      entrances: [join(folder, 'cgroup.procs')],
      memoryKills: () => countIn(join(folder, 'memory.events')),
      async remove() {
        await tryWrite(join(folder, 'cgroup.kill'), '1');
        await removeFolder(folder);
      },
    };
  }
  return null;
}

async function createSplit(name: string, own: string, limits: BoxLimits): Promise<BoxGroup | null> {
  const memory = await splitFolder('memory', name, own);
  const pids = await splitFolder('pids', name, own);
  const folders = [memory, pids];
  const remove = async () => {
    for (const folder of folders) await removeFolder(folder);
  };
  try {
    await freshFolder(memory);
    await freshFolder(pids);
    await writeFile(join(memory, 'memory.limit_in_bytes'), String(limits.memory));
    await writeFile(join(pids, 'pids.max'), String(limits.processes));
  } catch {
    await remove();
    return null;
  }
  await tryWrite(join(memory, 'memory.memsw.limit_in_bytes'), String(limits.memory));
  const cpu = await splitFolder('cpu', name, own);
  if (await tryWorks(() => freshFolder(cpu))) {
    folders.push(cpu);
    await tryWrite(join(cpu, 'cpu.cfs_period_us'), String(period));
    await tryWrite(join(cpu, 'cpu.cfs_quota_us'), String(Math.round(limits.processors * period)));
  }
  return {
    version: 1,
    entrances: folders.map((folder) => join(folder, 'cgroup.procs')),
    memoryKills: () => countIn(join(memory, 'memory.oom_control')),
    remove,
  };
}

/** Below the group of this process, so that what limits it limits its boxes too; where that is not shown, at the top. */
async function splitFolder(controller: string, name: string, own: string): Promise<string> {
  const line = own.split('\n').find((text) => text.split(':')[1]?.split(',').includes(controller) === true);
  const here = join(root, controller, line?.split(':').slice(2).join(':') ?? '/');
  return join((await exists(here)) ? here : join(root, controller), name);
}

/** One of a process that died may still be there. */
async function freshFolder(folder: string): Promise<void> {
  await removeFolder(folder);
  await mkdir(folder, { recursive: false });
}

/** The last of its processes may need a moment to go. */
async function removeFolder(folder: string): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    try {
      await rmdir(folder);
      return;
    } catch (error) {
      const isBusy = error instanceof Error && 'code' in error && error.code === 'EBUSY';
      if (!isBusy) return;
      await wait(10);
    }
  }
}

async function countIn(file: string): Promise<number> {
  return Number(/^oom_kill (\d+)$/m.exec(await readFile(file, 'utf8'))?.[1] ?? 0);
}

async function exists(path: string): Promise<boolean> {
  return tryWorks(() => access(path));
}

async function tryWrite(file: string, text: string): Promise<void> {
  await tryWorks(() => writeFile(file, text));
}

async function tryWorks(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch {
    // Kernels differ in what they offer: what is not there is not used.
    return false;
  }
}
