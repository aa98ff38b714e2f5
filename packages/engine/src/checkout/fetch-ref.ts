import { createHash } from 'node:crypto';
import { access, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CheckoutError } from '#checkout/checkout-error.ts';
import { type OnProgress, monotone, readFetchProgress } from '#checkout/fetch-progress.ts';
import type { CheckoutLimits } from '#checkout/limits.ts';
import { prefetchBlobs } from '#checkout/prefetch-blobs.ts';
import { type Remote, type RemoteOptions, remoteGit } from '#checkout/remote-git.ts';
import { chooseRef, readRemoteRefs } from '#checkout/remote-refs.ts';
import { git } from '#checkout/run-git.ts';

export interface FetchOptions extends RemoteOptions {
  /** Our bare directory for this repository. */
  readonly gitDir: string;
  /** A branch or tag; without one the remote's default branch. */
  readonly ref?: string | undefined;
  readonly limits?: CheckoutLimits | undefined;
  readonly onProgress?: OnProgress | undefined;
}

export interface FetchedSnapshot {
  readonly commit: string;
  readonly tree: string;
  /** The short name of the branch or tag that was fetched. */
  readonly ref: string;
  readonly files: number;
  /** False when the server gave the newest commit only. */
  readonly hasHistory: boolean;
}

/** Generations of history that are fetched: enough for ranking by history, bounded for old repositories. */
const historyDepth = 5000;

/** Fetches one ref into a bare directory: first the tip's tree, then its blobs, then its history without blobs. */
export async function fetchRef(
  remote: Remote,
  options: FetchOptions & { readonly limits: CheckoutLimits; readonly signal: AbortSignal },
): Promise<FetchedSnapshot> {
  const { gitDir, signal } = options;
  const tell = monotone(options.onProgress);
  tell(0, 'Asking for branches');
  const chosen = chooseRef(await readRemoteRefs(remote, signal), options.ref);
  const target = `refs/fetched/${createHash('sha256').update(chosen.fullName).digest('hex').slice(0, 40)}`;
  const fetch = (depth: readonly string[], range: { from: number; to: number; message: string }) =>
    remoteGit(remote, {
      gitDir,
      signal,
      args: [...fetchCommand, ...depth, 'origin', `+${chosen.fullName}:${target}`],
      config: { 'fetch.unpackLimit': '1' },
      onStderr: readFetchProgress(tell, range),
    });

  const tipOnly = !(await hasCommits(gitDir, signal)) || (await isWithoutFilter(gitDir));
  const first = await fetch(tipOnly ? ['--depth=1'] : [], { from: 2, to: 10, message: 'Fetching the tree' });
  const commit = await revParse(gitDir, `${target}^{commit}`, signal);
  const tree = await revParse(gitDir, `${target}^{tree}`, signal);
  const hasFilter = !/filtering not recognized by server/.test(first.stderr);
  if (!hasFilter) await writeFile(join(gitDir, withoutFilter), '');
  const files = await prefetchBlobs(remote, { gitDir, tree, signal, limits: options.limits, tell });
  // Without filters the history would bring every version of every file.
  if (hasFilter && (await isShallowAt(gitDir, commit))) {
    await fetch([`--depth=${historyDepth}`], { from: 80, to: 99, message: 'Fetching history' });
  }
  const hasHistory = !(await isShallowAt(gitDir, commit));
  tell(100, 'Fetched');
  return { commit, tree, ref: chosen.name, files, hasHistory };
}

const fetchCommand = [
  'fetch',
  '--progress',
  '--force',
  '--filter=blob:none',
  '--no-tags',
  '--no-write-fetch-head',
  '--no-auto-maintenance',
  '--recurse-submodules=no',
];

/** Marks a mirror whose server sends whole history or none: later fetches stay at the tip too. */
const withoutFilter = 'yudai-without-filter';

async function isWithoutFilter(gitDir: string): Promise<boolean> {
  return access(join(gitDir, withoutFilter)).then(
    () => true,
    () => false,
  );
}

async function hasCommits(gitDir: string, signal: AbortSignal): Promise<boolean> {
  const found = await git({ gitDir, args: ['for-each-ref', '--count=1', 'refs/fetched'], signal });
  return found.length > 0;
}

async function revParse(gitDir: string, name: string, signal: AbortSignal): Promise<string> {
  try {
    const oid = await git({ gitDir, args: ['rev-parse', '--verify', '--quiet', '--end-of-options', name], signal });
    return oid.toString('utf8').trim();
  } catch (error) {
    if (!(error instanceof CheckoutError) || error.reason !== 'broken_repository') throw error;
    throw new CheckoutError('unknown_ref', 'This tag does not name a commit, so there are no files to read.', {
      cause: error,
    });
  }
}

/** The commits whose parents were not fetched; null when nothing is cut off. */
export async function readShallow(gitDir: string): Promise<ReadonlySet<string> | null> {
  const text = await readFile(join(gitDir, 'shallow'), 'utf8').catch(() => null);
  return text === null ? null : new Set(text.split('\n').filter((line) => line !== ''));
}

async function isShallowAt(gitDir: string, commit: string): Promise<boolean> {
  return (await readShallow(gitDir))?.has(commit) ?? false;
}
