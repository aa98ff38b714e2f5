import { CheckoutError } from '#checkout/checkout-error.ts';
import { type Remote, remoteGit } from '#checkout/remote-git.ts';
import { unknownRef } from '#checkout/unknown-ref.ts';

/** What a remote offers: full ref names (`refs/heads/…`, `refs/tags/…`) and the commits they stand for. */
export interface RemoteRefs {
  /** The short name of the branch that HEAD follows; null when the remote does not say. */
  readonly defaultBranch: string | null;
  readonly refs: ReadonlyMap<string, string>;
}

export interface ChosenRef {
  readonly name: string;
  readonly fullName: string;
  readonly oid: string;
}

/** Asks the remote for its branches and tags. Throws what `remoteGit` throws, and `empty` when there are none. */
export async function readRemoteRefs(remote: Remote, signal: AbortSignal | undefined): Promise<RemoteRefs> {
  const { stdout } = await remoteGit(remote, {
    args: ['ls-remote', '--symref', 'origin'],
    env: { GIT_DIR: '/dev/null' },
    signal,
    maxOutput: 128 * 1024 * 1024,
  });
  let defaultBranch: string | null = null;
  const refs = new Map<string, string>();
  for (const line of stdout.toString('utf8').split('\n')) {
    const [left = '', name = ''] = line.split('\t');
    if (name === 'HEAD' && left.startsWith('ref: refs/heads/')) defaultBranch = left.slice('ref: refs/heads/'.length);
    else if (/^refs\/(heads|tags)\//.test(name)) refs.set(name.replace(/\^\{\}$/, ''), left);
  }
  if (refs.size === 0) {
    throw new CheckoutError('empty', `${remote.pinned.url} has no branches yet. Push a first commit, then connect it.`);
  }
  return {
    defaultBranch: defaultBranch !== null && refs.has(`refs/heads/${defaultBranch}`) ? defaultBranch : null,
    refs,
  };
}

/** The branch, or else the tag, of this name; without a name the default branch. Throws `unknown_ref` with close names. */
export function chooseRef(remote: RemoteRefs, wanted: string | undefined): ChosenRef {
  const name = wanted ?? remote.defaultBranch ?? branchNames(remote)[0];
  if (name === undefined)
    throw new CheckoutError('empty', 'This repository has tags but no branch. Choose one of its tags.');
  for (const fullName of [`refs/heads/${name}`, `refs/tags/${name}`, name]) {
    const oid = remote.refs.get(fullName);
    if (oid !== undefined) return { name: fullName.replace(/^refs\/(heads|tags)\//, ''), fullName, oid };
  }
  throw unknownRef(name, [...branchNames(remote), ...tagNames(remote)]);
}

export function branchNames({ refs, defaultBranch }: RemoteRefs): string[] {
  const names = namesUnder('refs/heads/', refs).filter((name) => name !== defaultBranch);
  return defaultBranch === null ? names : [defaultBranch, ...names];
}

export function tagNames({ refs }: RemoteRefs): string[] {
  return newestFirst(namesUnder('refs/tags/', refs));
}

/** Version-like names, the highest first. */
export function newestFirst(names: string[]): string[] {
  const { compare } = new Intl.Collator('en', { numeric: true });
  return names.toSorted((a, b) => compare(b, a));
}

function namesUnder(prefix: string, refs: ReadonlyMap<string, string>): string[] {
  return [...refs.keys()].filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));
}
