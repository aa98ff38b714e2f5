import { lookup } from 'node:dns/promises';
import ipaddr from 'ipaddr.js';
import { CheckoutError, cancelled } from '#checkout/checkout-error.ts';
import type { RemotePolicy, RemoteUrl } from '#checkout/parse-remote-url.ts';

/** Turns a host name into addresses; tests give their own. */
export type ResolveHost = (host: string) => Promise<readonly string[]>;

/** A remote whose host was resolved once; git is told to connect to these addresses and no other. */
export interface PinnedRemote extends RemoteUrl {
  readonly addresses: readonly string[];
}

export async function resolveWithDns(host: string): Promise<readonly string[]> {
  const answers = await lookup(host, { all: true, verbatim: true });
  return answers.map((answer) => answer.address);
}

/**
 * Looks the host up once and checks every address, so that a second answer (DNS rebinding) never counts. Throws
 * `private_address` when any of them is not on the public internet, `network` when the name is unknown.
 */
export async function resolveRemote(
  remote: RemoteUrl,
  policy: RemotePolicy,
  options: { readonly resolve?: ResolveHost | undefined; readonly signal?: AbortSignal | undefined } = {},
): Promise<PinnedRemote> {
  const addresses = ipaddr.isValid(remote.host)
    ? [remote.host]
    : await resolveHost(remote.host, options.resolve ?? resolveWithDns);
  if (options.signal?.aborted) throw cancelled();
  const refused = addresses.find((address) => !mayReach(address, remote, policy));
  if (refused !== undefined) {
    throw new CheckoutError(
      'private_address',
      `${remote.host} is not on the public internet, so it cannot be connected by URL. Connect a local folder instead, ` +
        'or let the administrator allow private git hosts.',
      { detail: `${remote.host} resolves to ${refused}` },
    );
  }
  return { ...remote, addresses };
}

async function resolveHost(host: string, resolve: ResolveHost): Promise<readonly string[]> {
  try {
    const addresses = await resolve(host);
    if (addresses.length > 0) return addresses;
  } catch (cause) {
    throw unknownHost(host, cause);
  }
  throw unknownHost(host);
}

function unknownHost(host: string, cause?: unknown): CheckoutError {
  return new CheckoutError(
    'network',
    `The host ${host} cannot be found. Check its spelling and this machine’s network.`,
    {
      cause,
    },
  );
}

function mayReach(address: string, remote: RemoteUrl, policy: RemotePolicy): boolean {
  if (!ipaddr.isValid(address)) return false;
  const ip = ipaddr.process(address);
  const range = ip.range();
  if (range === 'loopback' && policy.allowInsecureLoopback === true) return true;
  // Plain http was allowed because the host is this machine; it must then be nothing else.
  if (remote.protocol === 'http') return false;
  if (isMetadata(ip.toString())) return false;
  if (range === 'unicast') return ip.kind() === 'ipv4' || ip.match(ipaddr.parseCIDR('2000::/3'));
  if (policy.allowPrivateHosts !== true) return false;
  // Reserved ones lead nowhere on the public internet: where such an address is in use, it is in a network of one's own.
  return ['private', 'uniqueLocal', 'carrierGradeNat', 'reserved', 'loopback'].includes(range);
}

/** Addresses at which clouds hand out credentials and that stand in ranges which are allowed otherwise. */
function isMetadata(address: string): boolean {
  return ['168.63.129.16', '100.100.100.200', 'fd00:ec2::254', 'fd20:ce::254'].includes(address);
}
