import { CheckoutError } from '#checkout/checkout-error.ts';
import { type OnProgress, readFetchProgress } from '#checkout/fetch-progress.ts';
import { type CheckoutLimits, tooManyFiles } from '#checkout/limits.ts';
import { type Remote, remoteGit } from '#checkout/remote-git.ts';
import { git } from '#checkout/run-git.ts';

/** Blobs asked for in one round: large enough to make few rounds, small enough for progress and for servers' patience. */
const batchSize = 20_000;

/** Fetches every blob of a tree that is not here yet; returns how many files the tree has. Throws `too_large` first. */
export async function prefetchBlobs(
  remote: Remote,
  options: {
    readonly gitDir: string;
    readonly tree: string;
    readonly limits: CheckoutLimits;
    readonly signal: AbortSignal;
    readonly tell: OnProgress;
  },
): Promise<number> {
  const { gitDir, tree, limits, signal, tell } = options;
  const files = await blobsOf(gitDir, tree, signal);
  if (files.length > limits.files) throw tooManyFiles(files.length, limits);
  const missing = await missingOf(gitDir, [...new Set(files)], signal);
  for (let start = 0; start < missing.length; start += batchSize) {
    const batch = missing.slice(start, start + batchSize);
    const at = (count: number) => 10 + (70 * count) / missing.length;
    const message = `Fetching ${missing.length.toLocaleString('en')} files`;
    await remoteGit(remote, {
      gitDir,
      signal,
      args: [
        'fetch',
        '--progress',
        '--filter=blob:none',
        '--no-tags',
        '--no-write-fetch-head',
        '--no-auto-maintenance',
        '--recurse-submodules=no',
        '--stdin',
        'origin',
      ],
      config: { 'fetch.negotiationAlgorithm': 'noop', 'fetch.unpackLimit': '1' },
      input: batch.map((oid) => `${oid}\n`).join(''),
      onStderr: readFetchProgress(tell, { from: at(start), to: at(start + batch.length), message }),
    });
  }
  const lost = missing.length === 0 ? [] : await missingOf(gitDir, missing, signal);
  if (lost.length > 0) {
    throw new CheckoutError(
      'broken_repository',
      `${remote.pinned.host} did not send ${lost.length} of the files. Try again.`,
    );
  }
  tell(80, 'Fetched files');
  return files.length;
}

async function blobsOf(gitDir: string, tree: string, signal: AbortSignal): Promise<string[]> {
  const listed = await git({ gitDir, signal, args: ['ls-tree', '-r', '--format=%(objecttype) %(objectname)', tree] });
  return listed
    .toString('latin1')
    .split('\n')
    .filter((line) => line.startsWith('blob '))
    .map((line) => line.slice('blob '.length));
}

async function missingOf(gitDir: string, oids: readonly string[], signal: AbortSignal): Promise<string[]> {
  const input = oids.map((oid) => `${oid}\n`).join('');
  const checked = await git({ gitDir, signal, args: ['cat-file', '--batch-check', '--buffer'], input });
  return checked
    .toString('latin1')
    .split('\n')
    .filter((line) => line.endsWith(' missing'))
    .map((line) => line.slice(0, -' missing'.length));
}
