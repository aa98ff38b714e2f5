import { randomBytes } from 'node:crypto';
import { rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CheckoutError } from '#checkout/checkout-error.ts';
import type { OnProgress } from '#checkout/fetch-progress.ts';
import type { FolderRepository } from '#checkout/folder-repository.ts';
import { decodePath } from '#checkout/paths.ts';
import { diskFull, git, tryGit } from '#checkout/run-git.ts';
import { type IndexRun, copyWithTimes } from '#checkout/scratch-index.ts';
import { type WorkTreeChanges, sortChanges } from '#checkout/work-tree-changes.ts';

export interface CapturedWorkTree {
  readonly tree: string;
  readonly oversized: readonly { readonly path: string; readonly size: number }[];
  readonly unreadable: readonly string[];
  readonly nested: readonly string[];
}

interface CaptureInput {
  readonly folder: string;
  readonly gitDir: string;
  readonly repository: FolderRepository | null;
  readonly signal?: AbortSignal | undefined;
  readonly tell: OnProgress;
}

const emptyTrees = [
  '4b825dc642cb6eb9a060e54bf8d69288fbee4904',
  '6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321',
];

/**
 * Writes the files on disk as a tree, through an index of our own that remembers what was unchanged. The index is worked on
 * as a copy, so that a capture that is killed or runs twice never leaves a lock or a torn index behind.
 */
export async function captureWorkTree(input: CaptureInput): Promise<CapturedWorkTree> {
  const kept = join(input.gitDir, 'capture.index');
  const index = join(input.gitDir, `capture.index.${randomBytes(6).toString('hex')}`);
  try {
    const seeds = [kept, ...(input.repository === null ? [] : [join(input.repository.gitDir, 'index')]), null];
    for (const seed of seeds) {
      if (seed !== null && !(await copyWithTimes(seed, index))) continue;
      const captured = await captureInto(index, input);
      if (captured === null) {
        // An index that names objects that are gone, or is damaged: start from the next one.
        await rm(index, { force: true });
        continue;
      }
      await rename(index, kept);
      return captured;
    }
    throw new CheckoutError(
      'broken_repository',
      'The files of this folder cannot be recorded: they change while they are read. Try again.',
    );
  } finally {
    await rm(index, { force: true });
    await rm(`${index}.lock`, { force: true });
  }
}

/** Null when the index cannot be used. */
async function captureInto(index: string, input: CaptureInput): Promise<CapturedWorkTree | null> {
  const run: IndexRun = {
    gitDir: input.gitDir,
    env: { GIT_INDEX_FILE: index, GIT_WORK_TREE: input.folder },
    signal: input.signal,
    // Every new file goes into one pack instead of a loose object each.
    config: { 'core.bigFileThreshold': '1', 'pack.compression': '1', 'core.checkStat': 'default' },
  };
  const refreshed = await tryGit({
    ...run,
    args: ['update-index', '-q', '--unmerged', '--ignore-missing', '--refresh'],
  });
  if (refreshed.exitCode > 1) return null;
  const listed = await git({ ...run, args: await listCommand(input.repository), maxOutput: 1024 ** 3 });
  input.tell(30, 'Reading changed files');
  const changes = await sortChanges(input.folder, splitNul(listed), input.signal);
  await removeFromIndex(run, changes);
  const isAdded = await addToIndex(run, changes);
  input.tell(90, 'Writing the snapshot');
  const written = await tryGit({ ...run, args: ['write-tree'] });
  if (/No space left|quota exceeded/i.test(written.stderr)) throw diskFull(written.stderr);
  if (!isAdded || written.exitCode !== 0) return null;
  const tree = written.stdout.toString('utf8').trim();
  if (emptyTrees.includes(tree)) throw nothingToRead(changes);
  return {
    tree,
    oversized: changes.oversized.map(({ path, size }) => ({ path: decodePath(path), size })),
    unreadable: changes.unreadable.map(decodePath),
    nested: changes.nested.map(decodePath),
  };
}

async function listCommand(repository: FolderRepository | null): Promise<string[]> {
  const exclude = repository === null ? null : join(repository.commonDir, 'info', 'exclude');
  const hasExclude = exclude !== null && (await stat(exclude).catch(() => null))?.isFile() === true;
  return [
    'ls-files',
    '-z',
    '--modified',
    '--deleted',
    '--others',
    '--exclude-per-directory=.gitignore',
    ...(hasExclude ? [`--exclude-from=${exclude}`] : []),
  ];
}

async function removeFromIndex(run: IndexRun, changes: WorkTreeChanges): Promise<void> {
  if (changes.gone.length === 0) return;
  const input = Buffer.concat(changes.gone.flatMap((path) => [path, nul]));
  await git({ ...run, args: ['update-index', '-z', '--force-remove', '--stdin'], input });
}

/** A file that vanished or changed its kind since it was listed fails the run: the caller starts over. */
async function addToIndex(run: IndexRun, changes: WorkTreeChanges): Promise<boolean> {
  if (changes.present.length === 0) return true;
  const input = Buffer.concat(changes.present.flatMap((path) => [path, nul]));
  const args = ['update-index', '-z', '--add', '--remove', '--replace', '--stdin'];
  const added = await tryGit({ ...run, args, input });
  if (/No space left|quota exceeded/i.test(added.stderr)) throw diskFull(added.stderr);
  return added.exitCode === 0;
}

function nothingToRead(changes: WorkTreeChanges): CheckoutError {
  const [first] = changes.nested;
  if (first !== undefined) {
    return new CheckoutError(
      'empty',
      `This folder holds only other repositories, such as ${decodePath(first)}. Connect them one by one.`,
    );
  }
  if (changes.oversized.length > 0)
    return new CheckoutError('empty', 'Every file of this folder is larger than 20 MB.');
  if (changes.unreadable.length > 0)
    return new CheckoutError('unreadable', 'Yudai may not read any file of this folder.');
  return new CheckoutError('empty', 'This folder has no files, or all of them are ignored by its .gitignore.');
}

export function splitNul(bytes: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  for (let start = 0; start < bytes.length;) {
    const end = bytes.indexOf(0, start);
    parts.push(bytes.subarray(start, end));
    start = end + 1;
  }
  return parts;
}

const nul = Buffer.from([0]);
