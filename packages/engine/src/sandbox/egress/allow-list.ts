import { SandboxError } from '#sandbox/sandbox-error.ts';

/** Where a request wants to go. */
export interface Destination {
  /** Lower case; an IPv6 address without brackets. */
  readonly host: string;
  readonly port: number;
}

interface Entry {
  readonly host: string;
  readonly below: boolean;
  /** Null for the two of the web, 80 and 443. */
  readonly port: number | null;
}

/**
 * Reads a list of hosts: `name`, `*.name` for what lies below it, and either with `:port`. Throws `bad_request` for what is none of these, so that
 * nothing is allowed by mistake.
 */
export function createAllowList(hosts: readonly string[]): (destination: Destination) => boolean {
  const entries = hosts.map(toEntry);
  return ({ host, port }) =>
    entries.some(
      (entry) =>
        (entry.below ? host.endsWith(`.${entry.host}`) : host === entry.host) &&
        (entry.port === null ? port === 80 || port === 443 : port === entry.port),
    );
}

/** Reads `host:port` as programs write it; null when it is anything else. Numbers in odd spellings become addresses. */
export function readDestination(authority: string, standardPort: number): Destination | null {
  if (!/^[^\s/?#@\\]+$/.test(authority) || !URL.canParse(`http://${authority}/`)) return null;
  const url = new URL(`http://${authority}/`);
  // A URL leaves out the port of its protocol.
  const port = authority.endsWith(':80') ? 80 : url.port === '' ? standardPort : Number(url.port);
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  return host === '' || port === 0 ? null : { host, port };
}

function toEntry(text: string): Entry {
  const below = text.startsWith('*.');
  const destination = readDestination(below ? text.slice(2) : text, -1);
  if (destination === null || destination.host.includes('*') || (below && !destination.host.includes('.'))) {
    throw new SandboxError('bad_request', `“${text}” is not a host. Write host, *.host, or either with :port.`);
  }
  return { host: destination.host, below, port: destination.port === -1 ? null : destination.port };
}
