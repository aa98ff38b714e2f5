import { CheckoutError } from '#checkout/checkout-error.ts';
import { readShallow } from '#checkout/fetch-ref.ts';
import { decodePath } from '#checkout/paths.ts';
import { resolveCommit } from '#checkout/resolve-commit.ts';
import { git } from '#checkout/run-git.ts';

export interface CommitText {
  readonly commit: string;
  readonly author: string;
  readonly date: Date;
  /** The whole message, cut at 20,000 characters. */
  readonly message: string;
  /** What it changed against its first parent, at most 1,000 paths. Null where history was cut off and the changes are unknown. */
  readonly changes: readonly { readonly status: string; readonly path: string }[] | null;
}

const longestMessage = 20_000;
const mostChanges = 1000;

/** One commit of our repository, by its id or the start of it. Throws `unknown_ref`, `broken_repository`, `cancelled`. */
export async function readCommit(
  gitDir: string,
  sha: string,
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<CommitText> {
  const { signal } = options;
  const { commit } = await resolveCommit(gitDir, sha, { signal });
  if (commit === null) throw new CheckoutError('unknown_ref', `“${sha}” is not a commit of this repository.`);
  const show = (...args: string[]) =>
    git({
      gitDir,
      signal,
      args: ['show', '--no-show-signature', '--encoding=UTF-8', ...args, '--end-of-options', commit, '--'],
    });
  const head = (await show('--no-patch', '--format=%an%x00%ct%x00%B')).toString('utf8');
  const [author = '', time = '0', message = ''] = head.split('\0');
  const isCut = (await readShallow(gitDir))?.has(commit) === true;
  return {
    commit,
    author,
    date: new Date(Number(time) * 1000),
    message: message.trim().slice(0, longestMessage),
    changes: isCut
      ? null
      : changesIn(await show('--format=', '--name-status', '-z', '--no-renames', '--diff-merges=first-parent')),
  };
}

/** `M`, NUL, path, NUL and so on. */
function changesIn(bytes: Buffer): { status: string; path: string }[] {
  const changes: { status: string; path: string }[] = [];
  let from = 0;
  let status: string | null = null;
  for (let to = bytes.indexOf(0); to >= 0 && changes.length < mostChanges; to = bytes.indexOf(0, from)) {
    const part = bytes.subarray(from, to);
    from = to + 1;
    if (status === null) status = part.toString('latin1').trim();
    else {
      changes.push({ status, path: decodePath(part) });
      status = null;
    }
  }
  return changes;
}
