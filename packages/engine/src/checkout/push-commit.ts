import { CheckoutError } from '#checkout/checkout-error.ts';
import { explainRemoteFailure } from '#checkout/explain-remote-failure.ts';
import { type Remote, type RemoteOptions, openRemote, remoteGit, tryRemoteGit } from '#checkout/remote-git.ts';
import { type GitResult, tryGit } from '#checkout/run-git.ts';
import { requireOid } from '#checkout/scratch-index.ts';

export interface PushOptions extends RemoteOptions {
  /** Has the commit, and what it is made of. */
  readonly gitDir: string;
  readonly commit: string;
  /** Its short name, without `refs/heads/`. */
  readonly branch: string;
  /** What the branch has to be at; null when there must be none. */
  readonly expected: string | null;
}

const longestMs = 10 * 60_000;

/**
 * Moves a branch of the remote to a commit that follows what is there, or makes the branch. Never forces: a branch that is somewhere else stays there. The
 * same again is `there_already`. Throws `branch_moved`, `denied`, `bad_path` for a name that is none, and what every remote can: `authentication_needed`,
 * `not_found`, `network`, `timed_out`, `cancelled`, `bad_url`, `private_address`.
 */
export async function pushCommit(options: PushOptions): Promise<'pushed' | 'there_already'> {
  const { gitDir, expected } = options;
  const commit = requireOid(options.commit);
  const target = await refOf(options.branch);
  const limit = AbortSignal.timeout(longestMs);
  const signal = options.signal === undefined ? limit : AbortSignal.any([options.signal, limit]);
  const remote = await openRemote({ ...options, signal });
  const there = await tipOf(remote, target, signal);
  if (there === commit) return 'there_already';
  if (there !== expected) throw moved(options.branch, `it is at ${there}, expected was ${expected}`);
  if (expected !== null) await requireFollows({ ...options, signal }, requireOid(expected));
  const pushed = await tryRemoteGit(remote, {
    gitDir,
    signal,
    args: [
      'push',
      '--porcelain',
      '--no-verify',
      '--no-signed',
      '--recurse-submodules=no',
      // Refuses when somebody else was quicker. That nothing is lost by it was looked at above.
      `--force-with-lease=${target}:${expected ?? ''}`,
      'origin',
      `${commit}:${target}`,
    ],
    // Asks what the other side has: our history may be cut, and its branches may have moved on.
    config: { 'push.negotiate': 'true' },
  });
  if (pushed.exitCode === 0) return 'pushed';
  // Somebody may have pushed the same at the same time, or an answer was lost on its way.
  if ((await tipOf(remote, target, signal)) === commit) return 'there_already';
  throw await explainPush(remote, options.branch, pushed);
}

async function refOf(branch: string): Promise<string> {
  const { exitCode } = await tryGit({ args: ['check-ref-format', `refs/heads/${branch}`] });
  if (exitCode === 0 && branch.length <= 200 && !branch.startsWith('-')) return `refs/heads/${branch}`;
  throw new CheckoutError('bad_path', `“${branch.slice(0, 200)}” cannot be the name of a branch.`);
}

async function tipOf(remote: Remote, ref: string, signal: AbortSignal): Promise<string | null> {
  const { stdout } = await remoteGit(remote, { signal, args: ['ls-remote', '--heads', 'origin', ref] });
  // A name that ends in the same way is listed too.
  const line = stdout
    .toString('utf8')
    .split('\n')
    .find((text) => text.endsWith(`\t${ref}`));
  return line?.split('\t')[0] ?? null;
}

async function requireFollows({ gitDir, commit, branch, signal }: PushOptions, expected: string): Promise<void> {
  const { exitCode } = await tryGit({ gitDir, signal, args: ['merge-base', '--is-ancestor', expected, commit] });
  if (exitCode !== 0) throw moved(branch, `${commit} does not follow ${expected}`);
}

async function explainPush(remote: Remote, branch: string, result: GitResult): Promise<CheckoutError> {
  const said = `${result.stdout.toString('utf8')}\n${result.stderr}`;
  const rejected = /^!\t[^\t]*\t\[(remote rejected|rejected)\] \(([^\n]*)\)$/m.exec(said);
  if (rejected?.[1] === 'rejected') return moved(branch, rejected[2] ?? '');
  if (rejected !== null) return denied(remote, `${rejected[2] ?? ''}${wordsOf(result.stderr)}`);
  if (/error: 403\b|Permission to .* denied/.test(result.stderr)) return denied(remote, wordsOf(result.stderr));
  return explainRemoteFailure(remote.pinned, result, remote.token !== undefined);
}

/** What the server says for people: lines that it begins with `remote:`. */
function wordsOf(stderr: string): string {
  const lines = [...stderr.matchAll(/^remote: +(.*\S)/gm)].map((found) => found[1] ?? '');
  // What would move the cursor or colour the terminal of whoever reads it.
  const text = lines.map((line) => line.replace(/\p{Cc}/gu, '')).join(' ');
  return text === '' ? '' : ` ${text.slice(0, 500)}`;
}

function denied({ pinned }: Remote, why: string): CheckoutError {
  const said = why.trim() === '' ? '' : ` It says: ${why.trim()}`;
  return new CheckoutError('denied', `${pinned.host} did not accept the push.${said}`);
}

function moved(branch: string, detail: string): CheckoutError {
  return new CheckoutError(
    'branch_moved',
    `The branch ${branch} has other commits by now, so nothing was pushed to it. Look at them, or push to another branch.`,
    { detail },
  );
}
