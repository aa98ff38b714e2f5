import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { splitNul } from '#checkout/capture-work-tree.ts';
import { CheckoutError } from '#checkout/checkout-error.ts';
import { readRecords } from '#checkout/read-records.ts';
import { diskFull, git, tryGit } from '#checkout/run-git.ts';
import { type IndexRun, copyWithTimes, requireOid, withScratchIndex } from '#checkout/scratch-index.ts';
import { type RefusedPath, sortTaken } from '#checkout/sort-taken.ts';
import { seedOf } from '#checkout/write-tree.ts';

export interface CaptureTreeOptions {
  /** Our git directory with the base in it. What is new is written into it. */
  readonly gitDir: string;
  /** The tree that the folder was written from. */
  readonly base: string;
  /** What anybody may have written to. Nothing may run in it meanwhile. */
  readonly folder: string;
  /** Outside of the folder: where an index is kept between calls (files whose names begin so), which makes the next one quick. */
  readonly index: string;
  /** What else stays out unless the base has it, in the words of a `.gitignore`. */
  readonly exclude?: readonly string[] | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface CapturedTree {
  readonly tree: string;
  /** What was not taken, and why, in words. Where the base has something at such a path, the tree has that. */
  readonly refused: readonly RefusedPath[];
}

/** Never anybody's work, whether a `.gitignore` says so or not. */
const generated = ['node_modules', '__pycache__', '.venv', '.pytest_cache', '.mypy_cache', '.ruff_cache', '.tox'];

/** A hostile `.gitignore` can be a pipe or of any size: neither may keep this process, nor fill its memory. */
const longestMs = 120_000;
const mostMemory = 1024 ** 3;
const mostListed = 32 * 1024 * 1024;

/**
 * The files of a folder as a tree, beginning from `base`: the same folder gives the same tree, whatever was captured before. Nothing of the folder is
 * run, and no `.git` in it is looked at. Ignored files stay out unless the base has them. Refused are repositories within it, submodules that differ, links that lead
 * out, what is no file, files over 5 MB, and more than 100 MB together. Throws `too_large`, `timed_out`, `disk_full`,
 * `broken_repository`, `cancelled`.
 */
export async function captureTree(options: CaptureTreeOptions): Promise<CapturedTree> {
  const base = requireOid(options.base);
  const limit = AbortSignal.timeout(longestMs);
  const signal = options.signal === undefined ? limit : AbortSignal.any([options.signal, limit]);
  return withScratchIndex(options.gitDir, signal, async (plain, file) => {
    const run: IndexRun = {
      ...plain,
      memory: mostMemory,
      env: { ...plain.env, GIT_WORK_TREE: options.folder },
    };
    await openIndex({ ...options, base }, run, file);
    const listed = await git({ ...run, args: listCommand(options.exclude), maxOutput: mostListed });
    const submodules = await keptSubmodules({ ...options, base }, signal);
    const taken = await sortTaken(options.folder, splitNul(listed), submodules, signal);
    const refused = taken.refused.toSorted((a, b) => (a.path < b.path ? -1 : 1));
    if (taken.present.length + taken.gone.length === 0) return { tree: base, refused };
    await update(run, ['--force-remove'], taken.gone);
    await update(run, ['--add', '--replace'], taken.present);
    const tree = (await git({ ...run, args: ['write-tree'] })).toString('utf8').trim();
    return { tree, refused };
  });
}

/** An index that is exactly the base, and knows which files are as it says. */
async function openIndex(
  { index, base }: { readonly index: string; readonly base: string },
  run: IndexRun,
  file: string,
): Promise<void> {
  const kept = `${index}-${base}`;
  if (await copyWithTimes(kept, file)) return;
  const seed = seedOf(index, base);
  if (!(await copyWithTimes(seed, file))) await git({ ...run, args: ['read-tree', base] });
  const args = ['update-index', '-q', '--ignore-missing', '--ignore-submodules', '--refresh'];
  const refreshed = await tryGit({ ...run, args });
  // 1 says that something differs.
  if (refreshed.exitCode > 1) {
    throw new CheckoutError('broken_repository', 'The files of the base cannot be compared with those on disk.', {
      detail: refreshed.stderr.slice(-2000),
    });
  }
  const draft = `${kept}.${process.pid}`;
  await copyWithTimes(file, draft);
  await rename(draft, kept);
  await rm(seed, { force: true });
}

function listCommand(exclude: readonly string[] = []): string[] {
  return [
    'ls-files',
    '-z',
    '--modified',
    '--deleted',
    '--others',
    ...[...generated, ...exclude].map((pattern) => `--exclude=${pattern}`),
    '--exclude-per-directory=.gitignore',
  ];
}

/** A tree never changes, so what it holds is looked up once. */
async function keptSubmodules({ gitDir, base, index }: CaptureTreeOptions, signal: AbortSignal): Promise<Set<string>> {
  const kept = `${index}-${base}.submodules`;
  const known = await readFile(kept, 'latin1').catch(() => null);
  if (known !== null) return new Set(known.split('\0').filter((path) => path !== ''));
  const found = await submodulesOf(gitDir, base, signal);
  const draft = `${kept}.${process.pid}`;
  await writeFile(draft, [...found].join('\0'), 'latin1');
  await rename(draft, kept);
  return found;
}

async function submodulesOf(gitDir: string, base: string, signal: AbortSignal): Promise<Set<string>> {
  const paths = new Set<string>();
  const args = ['ls-tree', '-r', '-z', '--full-tree', base];
  for await (const record of readRecords({ gitDir, args, signal })) {
    if (record.toString('latin1', 0, 6) === '160000') paths.add(record.toString('latin1', record.indexOf(0x09) + 1));
  }
  return paths;
}

async function update(run: IndexRun, how: readonly string[], paths: readonly Buffer[]): Promise<void> {
  if (paths.length === 0) return;
  const input = Buffer.concat(paths.flatMap((path) => [path, Buffer.from([0])]));
  const updated = await tryGit({ ...run, args: ['update-index', '-z', ...how, '--stdin'], input });
  if (updated.exitCode === 0) return;
  if (/No space left|quota exceeded/i.test(updated.stderr)) throw diskFull(updated.stderr);
  throw new CheckoutError('broken_repository', 'A file of the work tree could not be recorded.', {
    detail: updated.stderr.trim().slice(-2000),
  });
}
