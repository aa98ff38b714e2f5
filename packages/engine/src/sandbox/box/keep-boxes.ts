import { createHash } from 'node:crypto';
import { chmod, mkdir, readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { openBoxDisk, removeBoxDisk } from '#sandbox/box/box-disk.ts';
import { openBoxPipes } from '#sandbox/box/box-pipes.ts';
import { type BoxUser, type BoxUserRange, takeBoxUser } from '#sandbox/box/box-users.ts';
import { firstClosedFolder, openIt } from '#sandbox/box/closed-folder.ts';
import { type BoxParts, createBox, handOver, releaseParts } from '#sandbox/box/create-box.ts';
import { takeKernelLock } from '#sandbox/box/kernel-lock.ts';
import type { BoxBackend, BoxPlace } from '#sandbox/box/launcher.ts';
import { createEgress } from '#sandbox/egress/create-egress.ts';
import { defaultBoxLimits } from '#sandbox/limits.ts';
import type { Box, BoxRequest, Sandbox } from '#sandbox/sandbox.ts';
import { SandboxError } from '#sandbox/sandbox-error.ts';

export interface BoxesOptions {
  /** Where boxes keep their files. Run as root, every user has to be able to pass through it and the folders above it. */
  readonly folder: string;
  /** Run as root: the users that boxes get, one each; 64 from 20000 on unless told. */
  readonly users?: BoxUserRange;
}

const standardUsers: BoxUserRange = { first: 20_000, count: 64 };

/** The boxes of a folder, whatever stands around their commands. As root each has a user of its own; else they run as whoever runs this. Linux only. */
export function keepBoxes(options: BoxesOptions, backend: BoxBackend): Omit<Sandbox, 'check'> {
  return {
    kind: backend.kind,
    isElsewhere: backend.isElsewhere ?? false,
    prepare: (request) => prepare(options, backend, request),
    async discard(id) {
      const boxFolder = boxFolderOf(options, id);
      const release = await takeBox(boxFolder);
      try {
        await backend.clear(boxFolder);
        await removeBoxDisk(boxFolder);
      } finally {
        await release();
      }
    },
    leftBehind: () => leftBehind(options),
  };
}

async function prepare(options: BoxesOptions, backend: BoxBackend, request: BoxRequest): Promise<Box> {
  if (process.platform !== 'linux') {
    throw new SandboxError('unusable', 'Boxes of this machine need Linux.');
  }
  backend.accept?.(request);
  const limits = { ...defaultBoxLimits, ...request.limits };
  const boxFolder = boxFolderOf(options, request.id);
  const release = await takeBox(boxFolder);
  const taken: Partial<{ -readonly [part in keyof BoxParts]: BoxParts[part] }> = { release };
  try {
    // What still runs in it would work on beside who takes it over.
    if (await exists(boxFolder)) await backend.clear(boxFolder);
    const user = await ownUser(options.users ?? standardUsers);
    taken.user = user;
    await openFolder(boxFolder, 0o711);
    if (user !== null) await requirePassable([boxFolder, ...(request.mounts ?? []).map(({ from }) => from)]);
    const disk = await openBoxDisk(boxFolder, limits.disk, request.from ?? null);
    taken.disk = disk;
    const [workTree, home] = await ownFolders(disk.folder, user);
    taken.egress =
      request.egress === undefined ? null : await createEgress(join(boxFolder, 'egress.sock'), request.egress, user);
    const place: BoxPlace = {
      boxFolder,
      workTree,
      home,
      egressSocket: taken.egress?.socketPath ?? null,
      reachesHosts: [...(request.egress?.allow ?? []), ...(request.egress?.trusted ?? [])].length > 0,
      mounts: request.mounts ?? [],
      path: request.path ?? [],
      limits,
      pipes: await openBoxPipes(boxFolder, user),
      user,
    };
    const launcher = await backend.createLauncher(place);
    const { id, logFolder, env = {} } = request;
    return createBox({ ...place, id, logFolder, env, disk, egress: taken.egress, launcher, release });
  } catch (error) {
    await releaseParts(taken);
    throw error;
  }
}

const idPattern = /^[A-Za-z0-9_-]{1,64}$/;

function boxFolderOf({ folder }: BoxesOptions, id: string): string {
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

async function leftBehind(options: BoxesOptions): Promise<string[]> {
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

/** Makes a folder with this mode, whatever the mask of this process takes away. */
async function openFolder(folder: string, mode: number): Promise<void> {
  await mkdir(folder, { recursive: true });
  await chmod(folder, mode);
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
