import { createHash } from 'node:crypto';
import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createEgress } from '#sandbox/egress/create-egress.ts';
import { defaultBoxLimits } from '#sandbox/limits.ts';
import { openBoxDisk, removeBoxDisk } from '#sandbox/local/box-disk.ts';
import { createBoxGroup } from '#sandbox/local/box-group.ts';
import { openBoxPipes } from '#sandbox/local/box-pipes.ts';
import { type BoxUser, type BoxUserRange, takeBoxUser } from '#sandbox/local/box-users.ts';
import { etcContents } from '#sandbox/local/bubblewrap-arguments.ts';
import { checkLocal } from '#sandbox/local/check-local.ts';
import { firstClosedFolder, openIt } from '#sandbox/local/closed-folder.ts';
import { takeKernelLock } from '#sandbox/local/kernel-lock.ts';
import { type BoxParts, createLocalBox, handOver, releaseParts } from '#sandbox/local/local-box.ts';
import { seccompProgram } from '#sandbox/local/seccomp.ts';
import type { Box, BoxRequest, Sandbox } from '#sandbox/sandbox.ts';
import { SandboxError } from '#sandbox/sandbox-error.ts';

export interface LocalSandboxOptions {
  /** Where boxes keep their files. Run as root, every user has to be able to pass through it and the folders above it. */
  readonly folder: string;
  /** Run as root: the users that boxes get, one each; 64 from 20000 on unless told. */
  readonly users?: BoxUserRange;
}

const standardUsers: BoxUserRange = { first: 20_000, count: 64 };

/** Boxes on this machine, of bubblewrap. As root each has a user of its own; else they run as whoever runs this. Linux only. */
export function createLocalSandbox(options: LocalSandboxOptions): Sandbox {
  const sandbox: Sandbox = {
    kind: 'local',
    check: () => checkLocal(sandbox, options.folder),
    prepare: (request) => prepare(options, request),
    async discard(id) {
      const boxFolder = boxFolderOf(options, id);
      const release = await takeBox(boxFolder);
      try {
        await removeBoxDisk(boxFolder);
        // Made anew in the place of what was left, and removed.
        await (await createBoxGroup(boxFolder, defaultBoxLimits))?.remove();
      } finally {
        await release();
      }
    },
    leftBehind: () => leftBehind(options),
  };
  return sandbox;
}

async function prepare(options: LocalSandboxOptions, request: BoxRequest): Promise<Box> {
  if (process.platform !== 'linux') {
    throw new SandboxError('unusable', 'Boxes of this machine need Linux.');
  }
  const limits = { ...defaultBoxLimits, ...request.limits };
  const boxFolder = boxFolderOf(options, request.id);
  const release = await takeBox(boxFolder);
  const taken: Partial<{ -readonly [part in keyof BoxParts]: BoxParts[part] }> = { release };
  try {
    const user = await ownUser(options.users ?? standardUsers);
    taken.user = user;
    await openFolder(boxFolder, 0o711);
    if (user !== null) await requirePassable([boxFolder, ...(request.mounts ?? []).map(({ from }) => from)]);
    const disk = await openBoxDisk(boxFolder, limits.disk, request.from ?? null);
    taken.disk = disk;
    const [workTree, home] = await ownFolders(disk.folder, user);
    taken.group = await createBoxGroup(boxFolder, limits);
    taken.egress =
      request.egress === undefined ? null : await createEgress(join(boxFolder, 'egress.sock'), request.egress, user);
    const seccompFile = await writeFixedFiles(boxFolder);
    return createLocalBox({
      id: request.id,
      boxFolder,
      pipes: await openBoxPipes(boxFolder, user),
      logFolder: request.logFolder,
      user,
      disk,
      group: taken.group,
      egress: taken.egress,
      release,
      seccompFile,
      plan: {
        workTree,
        home,
        etc: join(boxFolder, 'etc'),
        egressSocket: taken.egress?.socketPath ?? null,
        mounts: request.mounts ?? [],
        path: request.path ?? [],
        limits,
        hasSeccomp: seccompFile !== null,
      },
    });
  } catch (error) {
    await releaseParts(taken);
    throw error;
  }
}

const idPattern = /^[A-Za-z0-9_-]{1,64}$/;

function boxFolderOf({ folder }: LocalSandboxOptions, id: string): string {
  if (!idPattern.test(id)) {
    throw new SandboxError('bad_request', 'The id of a box is 1 to 64 letters, digits, - and _.');
  }
  return join(folder, id);
}

/** Of two boxes with the same files one would remove what the other works on. The lock of a process that died is free. */
async function takeBox(boxFolder: string): Promise<() => Promise<void>> {
  const release = await lockBox(boxFolder);
  if (release !== null) return release;
  throw new SandboxError('busy', 'This box is in use. Wait until it is closed, or take another id.');
}

function lockBox(boxFolder: string): Promise<(() => Promise<void>) | null> {
  const name = createHash('sha256').update(resolve(boxFolder)).digest('hex').slice(0, 32);
  return takeKernelLock(`yudai-box-${name}`);
}

async function leftBehind(options: LocalSandboxOptions): Promise<string[]> {
  const names = await readdir(options.folder).catch(() => []);
  const left: string[] = [];
  for (const name of names.filter((known) => idPattern.test(known))) {
    const release = await lockBox(boxFolderOf(options, name));
    if (release === null) continue;
    await release();
    left.push(name);
  }
  return left;
}

/** Null where this process is nobody who may become another. Nothing of a box ever runs as root. */
async function ownUser(range: BoxUserRange): Promise<BoxUser | null> {
  if (process.getuid?.() !== 0) return null;
  const user = await takeBoxUser(range);
  if (user !== null) return user;
  throw new SandboxError(
    'no_free_user',
    `All ${range.count} boxes of this machine are taken. Wait until one is closed.`,
  );
}

/** What a box is made of, its user has to be able to reach. */
async function requirePassable(folders: readonly string[]): Promise<void> {
  for (const folder of folders) {
    const closed = await firstClosedFolder(folder);
    if (closed === null) continue;
    throw new SandboxError(
      'unusable',
      `Boxes cannot reach ${folder}: ${closed} lets no other user pass. ${openIt(closed)}`,
    );
  }
}

/** The two that commands may write to, theirs with all that a process before this one may have left in them. */
async function ownFolders(diskFolder: string, user: BoxUser | null): Promise<[string, string]> {
  const workTree = join(diskFolder, 'work');
  const home = join(diskFolder, 'home');
  for (const folder of [workTree, home]) {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await handOver(folder, user);
  }
  return [workTree, home];
}

/** Writes what every box sees of /etc and what the kernel is told; returns where the latter is. */
async function writeFixedFiles(boxFolder: string): Promise<string | null> {
  const etc = join(boxFolder, 'etc');
  await openFolder(etc, 0o755);
  for (const [name, text] of Object.entries(etcContents)) {
    await writeFile(join(etc, name), text);
    await chmod(join(etc, name), 0o644);
  }
  const program = seccompProgram();
  if (program === null) return null;
  const file = join(boxFolder, 'seccomp.bpf');
  await writeFile(file, program);
  return file;
}

/** Makes a folder with this mode, whatever the mask of this process takes away. */
async function openFolder(folder: string, mode: number): Promise<void> {
  await mkdir(folder, { recursive: true });
  await chmod(folder, mode);
}
