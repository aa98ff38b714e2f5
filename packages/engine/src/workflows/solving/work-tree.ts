import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type CapturedTree,
  captureTree,
  diffTrees,
  listTree,
  openBlobReader,
  type TreeEntry,
  writeTree,
} from '#checkout/index.ts';
import { type Box, type BoxRequest, type EgressServices, type Sandbox, SandboxError } from '#sandbox/index.ts';
import type { PackageSources } from '#workflows/solving/package-sources.ts';
import { checksOfTree } from '#workflows/solving/project-checks.ts';
import {
  keepSnapshot,
  keyOfSetUp,
  runSetUps,
  type SetUpWatch,
  type Snapshot,
  snapshotOf,
} from '#workflows/solving/set-up.ts';
import type { Solving } from '#workflows/solving/solving-context.ts';

/** A box with a work tree in it, opened when it is first needed: after a crash most steps need none. */
export interface WorkTree extends AsyncDisposable {
  /** The box, with exactly this tree in it, beside what is ignored. */
  ready(tree: string, signal: AbortSignal): Promise<Box>;
  /** The work tree as it is, after something ran in it. */
  capture(signal: AbortSignal): Promise<CapturedTree>;
  /** Makes these paths what they are in a tree. */
  putBack(tree: string, paths: readonly string[], signal: AbortSignal): Promise<void>;
  /** Says that something may have changed the files. */
  touched(): void;
}

export interface WorkTreeOptions {
  /** Tells the boxes of one solve apart: `1`, `2`, `v1`. */
  readonly name: string;
  /** The tree whose manifests say what is installed. */
  readonly setUpTree: string;
  /** Whether what is installed may be kept for later solves: never after anybody but the repository itself had a say in it. */
  readonly keepSnapshot: boolean;
  /** What its box sees and reaches beside what all boxes of the solve do. */
  readonly boxes?: (Pick<BoxRequest, 'mounts' | 'path'> & { readonly services: EgressServices }) | undefined;
  readonly setUp?: SetUpWatch;
}

export function createWorkTree(solving: Solving, options: WorkTreeOptions): WorkTree {
  const place = {
    gitDir: solving.task.base.gitDir,
    base: options.setUpTree,
    index: join(solving.ports.logFolder, `index-${options.name}`),
  };
  let box: Box | null = null;
  let at: string | null = null;
  return {
    async ready(tree, signal) {
      box ??= await openBox(solving, options, place, signal);
      if (at !== tree) await makeEqual(box, place, tree, null, signal);
      at = tree;
      return box;
    },
    async capture(signal) {
      if (box === null) throw new Error('Nothing is captured of a box that was never opened.');
      const captured = await captureTree({ ...place, folder: box.workTree, signal });
      at = captured.tree;
      return captured;
    },
    async putBack(tree, paths, signal) {
      if (box === null) throw new Error('Nothing is put back in a box that was never opened.');
      at = null;
      await makeEqual(box, place, tree, new Set(paths), signal);
    },
    touched() {
      at = null;
    },
    async [Symbol.asyncDispose]() {
      await box?.close();
      box = null;
    },
  };
}

/** A machine elsewhere has its own: the mirrors of this one may be out of its reach. */
const noSources: PackageSources = { hosts: [], env: {}, mounts: [] };

/** Written when a box is ready; whoever works in it can only make it be set up once more. */
const marker = '.git/yudai-ready';

async function openBox(
  { task, ports }: Solving,
  options: WorkTreeOptions,
  place: Place,
  signal: AbortSignal,
): Promise<Box> {
  const { gitDir } = place;
  const found = await checksOfTree(gitDir, options.setUpTree, signal);
  const setUps = task.setUp ?? found.setUps;
  const key = keyOfSetUp(setUps, found.entries);
  const snapshot = await snapshotOf(ports.snapshotFolder, setUps, key);
  const sources = ports.sandbox.isElsewhere === true ? noSources : await ports.packageSources();
  const request = {
    id: `${task.id}-${options.name}`,
    logFolder: ports.logFolder,
    ...ports.boxes,
    env: sources.env,
    mounts: [...sources.mounts, ...(ports.boxes?.mounts ?? []), ...(options.boxes?.mounts ?? [])],
    path: [...(options.boxes?.path ?? []), ...(ports.boxes?.path ?? [])],
    egress: {
      allow: task.hosts,
      trusted: sources.hosts,
      ...(options.boxes === undefined ? {} : { services: options.boxes.services }),
    },
  };
  await mkdir(ports.logFolder, { recursive: true, mode: 0o700 });
  let box = await prepareBox(ports.sandbox, request, snapshot);
  if (box.beginning === 'left_behind') {
    if ((await markerOf(box)) === key) return box;
    // The process before this one died while it was made ready.
    await box.close();
    box = await prepareBox(ports.sandbox, request, snapshot);
  }
  try {
    if (box.beginning === 'snapshot') await makeEqual(box, place, options.setUpTree, null, signal);
    else {
      await writeTree({ gitDir, tree: options.setUpTree, folder: box.workTree, index: place.index, signal });
      await box.handOver();
      const runs = await runSetUps(box, setUps, { signal, watch: options.setUp });
      await options.setUp?.ended(runs);
      const isGood = runs.every(({ result }) => result.exitCode === 0);
      if (snapshot !== null && options.keepSnapshot && isGood) await keepSnapshot(box, snapshot.file);
    }
    await beginHistory(box, signal);
    await box.writeFile(marker, key);
    return box;
  } catch (error) {
    await box.close();
    throw error;
  }
}

/** A box that begins with what was installed before, where that is known and can still be used. */
async function prepareBox(sandbox: Sandbox, request: BoxRequest, snapshot: Snapshot | null): Promise<Box> {
  if (snapshot === null || !snapshot.exists) return sandbox.prepare(request);
  try {
    return await sandbox.prepare({ ...request, from: snapshot.file });
  } catch (error) {
    if (!(error instanceof SandboxError) || error.reason !== 'bad_snapshot') throw error;
    await rm(snapshot.file, { force: true });
    return sandbox.prepare(request);
  }
}

async function markerOf(box: Box): Promise<string | null> {
  try {
    return (await box.readFile(marker, { maxBytes: 200 })).toString('utf8');
  } catch (error) {
    if (error instanceof SandboxError) return null;
    throw error;
  }
}

/** A history of its own for `git diff` and `git stash` in the box; nobody else ever reads it. Without git there is none. */
async function beginHistory(box: Box, signal: AbortSignal): Promise<void> {
  const shell =
    'git init -q && git add -A && git -c user.name=yudai -c user.email=yudai@localhost commit -q --no-verify -m "As it was"';
  await box.run({ shell, timeoutMs: 120_000 }, { signal });
}

/** Where a work tree is captured to: always from one base, which git then knows well. */
interface Place {
  readonly gitDir: string;
  readonly base: string;
  readonly index: string;
}

/**
 * Makes files in a box what they are in a tree: all that differ, or of those only the named ones. What is ignored stays, and so does what
 * could not be captured.
 */
async function makeEqual(
  box: Box,
  place: Place,
  tree: string,
  only: ReadonlySet<string> | null,
  signal: AbortSignal,
): Promise<void> {
  const { gitDir } = place;
  const now = await captureTree({ ...place, folder: box.workTree, signal });
  if (now.tree === tree) return;
  const { files } = await diffTrees({ gitDir, from: now.tree, to: tree, signal });
  const paths = files.flatMap(({ path, from }) => (from === null ? [path] : [path, from]));
  const wanted = paths.filter((path) => only === null || only.has(path));
  // A link is never written through, and a folder may have to make room for a file.
  for (const path of wanted) await box.remove(path);
  const entries = await entriesOf(gitDir, tree, new Set(wanted), signal);
  await using reader = openBlobReader(gitDir);
  const programs: string[] = [];
  for (const { path, kind, blob } of entries) {
    if (kind === 'submodule') continue;
    const content = await reader.read(blob);
    if (kind === 'symlink') await makeLink(box, path, content.toString('utf8'), signal);
    else await box.writeFile(path, content);
    if (kind === 'executable') programs.push(`./${path}`);
  }
  if (programs.length > 0) await run(box, ['chmod', '+x', '--', ...programs], signal);
}

async function entriesOf(
  gitDir: string,
  tree: string,
  paths: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<TreeEntry[]> {
  const found: TreeEntry[] = [];
  for await (const entry of listTree(gitDir, tree, { signal })) if (paths.has(entry.path)) found.push(entry);
  return found;
}

/** Made in the box, by its user. */
async function makeLink(box: Box, path: string, target: string, signal: AbortSignal): Promise<void> {
  const shell = 'mkdir -p -- "$(dirname -- "$1")" && ln -s -- "$2" "$1"';
  await run(box, ['bash', '-c', shell, 'link', `./${path}`, target], signal);
}

async function run(box: Box, argv: readonly [string, ...string[]], signal: AbortSignal): Promise<void> {
  const result = await box.run({ argv, timeoutMs: 60_000 }, { signal });
  if (result.exitCode !== 0) {
    throw new SandboxError('broken', 'Files of the work tree could not be put in place.', { detail: result.output });
  }
}
