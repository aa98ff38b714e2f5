import { git } from '#checkout/run-git.ts';
import { requireOid } from '#checkout/scratch-index.ts';

export interface Signature {
  readonly name: string;
  readonly email: string;
}

export interface CommitTreeOptions {
  readonly gitDir: string;
  readonly tree: string;
  readonly parents: readonly string[];
  /** Taken as it is, trailers included. */
  readonly message: string;
  readonly author: Signature;
  /** The author unless told. */
  readonly committer?: Signature | undefined;
  /** Counted in whole seconds, as git does. */
  readonly at: Date;
  readonly signal?: AbortSignal | undefined;
}

/** Makes a commit, the same for the same input, and returns its id. No branch is moved. Throws `broken_repository`, `disk_full`. */
export async function commitTree(options: CommitTreeOptions): Promise<string> {
  const { gitDir, tree, parents, message, author, committer = author, at, signal } = options;
  // With the @ small numbers are seconds too, not years and months.
  const date = `@${Math.floor(at.getTime() / 1000)} +0000`;
  const made = await git({
    gitDir,
    signal,
    args: [
      'commit-tree',
      '--no-gpg-sign',
      ...parents.flatMap((parent) => ['-p', requireOid(parent)]),
      '-F',
      '-',
      requireOid(tree),
    ],
    input: message.endsWith('\n') ? message : `${message}\n`,
    env: {
      GIT_AUTHOR_NAME: nameOf(author),
      GIT_AUTHOR_EMAIL: author.email,
      GIT_AUTHOR_DATE: date,
      GIT_COMMITTER_NAME: nameOf(committer),
      GIT_COMMITTER_EMAIL: committer.email,
      GIT_COMMITTER_DATE: date,
    },
  });
  return made.toString('latin1').trim();
}

/** Git refuses a name of which nothing is left once brackets and dots at its ends are taken off. */
function nameOf({ name, email }: Signature): string {
  return /[^\s.,:;<>"\\']/.test(name) ? name : email;
}
