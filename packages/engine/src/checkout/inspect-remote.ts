import { type RemoteOptions, openRemote } from '#checkout/remote-git.ts';
import { branchNames, readRemoteRefs, tagNames } from '#checkout/remote-refs.ts';

/** What can be known of a repository before it is connected. */
export interface SourceInspection {
  /** The address as it will be used: a normalised URL or an absolute path. */
  readonly address: string;
  readonly suggestedName: string;
  /** The branch that is taken when none is chosen; null follows a folder's working tree. */
  readonly defaultRef: string | null;
  /** The default branch first. */
  readonly branches: string[];
  /** The newest version first. */
  readonly tags: string[];
  /** True when branches or tags were cut at 1,000. */
  readonly truncated: boolean;
}

export const listedNames = 1000;

/** Asks a URL for its branches and tags. Throws CheckoutError. */
export async function inspectRemote(options: RemoteOptions): Promise<SourceInspection> {
  const remote = await openRemote(options);
  const refs = await readRemoteRefs(remote, AbortSignal.any([AbortSignal.timeout(60_000), ...signalsOf(options)]));
  const branches = branchNames(refs);
  const tags = tagNames(refs);
  return {
    address: remote.pinned.url,
    suggestedName: remote.pinned.url.replace(/\.git$/, '').replace(/^.*\//, ''),
    defaultRef: refs.defaultBranch,
    branches: branches.slice(0, listedNames),
    tags: tags.slice(0, listedNames),
    truncated: branches.length > listedNames || tags.length > listedNames,
  };
}

function signalsOf({ signal }: RemoteOptions): AbortSignal[] {
  return signal === undefined ? [] : [signal];
}
