import { CheckoutError } from '#checkout/checkout-error.ts';
import { explainRemoteFailure } from '#checkout/explain-remote-failure.ts';
import { type RemotePolicy, parseRemoteUrl } from '#checkout/parse-remote-url.ts';
import { type PinnedRemote, type ResolveHost, resolveRemote } from '#checkout/resolve-remote.ts';
import { type GitResult, type GitRun, git, tryGit } from '#checkout/run-git.ts';

/** A repository behind a URL, and how it may be reached. */
export interface RemoteOptions {
  readonly url: string;
  /** Given to git through its environment only. */
  readonly token?: string | undefined;
  readonly policy?: RemotePolicy | undefined;
  readonly resolve?: ResolveHost | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A remote that passed every check and is named `origin` in the git runs made with it. */
export interface Remote {
  readonly pinned: PinnedRemote;
  readonly token: string | undefined;
}

/** Checks the URL and its addresses. Throws `bad_url`, `private_address`, `network`, `git_missing`. */
export async function openRemote(options: RemoteOptions): Promise<Remote> {
  const policy = options.policy ?? {};
  const parsed = parseRemoteUrl(options.url, policy);
  await requireGit(options.signal);
  const pinned = await resolveRemote(parsed, policy, options);
  return { pinned, token: options.token === '' ? undefined : options.token };
}

/** Runs git against the remote; a failure becomes a CheckoutError in words, without the token. */
export async function remoteGit(remote: Remote, run: GitRun): Promise<GitResult> {
  const result = await tryRemoteGit(remote, run);
  if (result.exitCode !== 0) throw await explainRemoteFailure(remote.pinned, result, remote.token !== undefined);
  return result;
}

/** The same, for whoever reads a failure himself. */
export async function tryRemoteGit(remote: Remote, run: GitRun): Promise<GitResult> {
  const result = await tryGit({
    ...run,
    protocols: [remote.pinned.protocol],
    config: { ...remoteConfig(remote), ...run.config },
  });
  return { ...result, stderr: redact(result.stderr, remote.token) };
}

/** Before 2.37 git ignores `http.curloptResolve` and would resolve the host a second time. */
async function requireGit(signal: AbortSignal | undefined): Promise<void> {
  const version = (await git({ args: ['version'], signal })).toString('utf8');
  const [, major, minor] = /(\d+)\.(\d+)/.exec(version) ?? [];
  if (Number(major) > 2 || (Number(major) === 2 && Number(minor) >= 37)) return;
  throw new CheckoutError('git_missing', `Yudai needs git 2.37 or newer to connect a URL; this is ${version.trim()}.`);
}

function remoteConfig({ pinned, token }: Remote): Record<string, string> {
  const addresses = pinned.addresses.map((address) => (address.includes(':') ? `[${address}]` : address)).join(',');
  const isName = !pinned.addresses.includes(pinned.host);
  return {
    'remote.origin.url': pinned.url,
    // Here instead of in the repository's config, so that commands without network meet a plain repository.
    'remote.origin.promisor': 'true',
    'remote.origin.partialclonefilter': 'blob:none',
    'http.followRedirects': 'false',
    'http.proxy': '',
    'http.lowSpeedLimit': '500',
    'http.lowSpeedTime': '60',
    'http.sslVerify': 'true',
    'protocol.version': '2',
    ...(isName ? { 'http.curloptResolve': `${pinned.host}:${pinned.port}:${addresses}` } : {}),
    ...(token === undefined
      ? {}
      : { [`http.${new URL(pinned.url).origin}/.extraHeader`]: authorization(pinned, token) }),
  };
}

function authorization(pinned: PinnedRemote, token: string): string {
  return `Authorization: Basic ${basic(pinned.host, token)}`;
}

function basic(host: string, token: string): string {
  const user = host === 'bitbucket.org' ? 'x-token-auth' : 'x-access-token';
  return Buffer.from(`${user}:${token}`).toString('base64');
}

function redact(text: string, token: string | undefined): string {
  if (token === undefined) return text;
  const shapes = [token, encodeURIComponent(token), basic('', token), basic('bitbucket.org', token)];
  return shapes.reduce((clean, shape) => clean.replaceAll(shape, '***'), text);
}
