import { chmod, chown, rm } from 'node:fs/promises';
import { type IncomingMessage, type RequestOptions, type ServerResponse, createServer, request } from 'node:http';
import { type LookupFunction, connect } from 'node:net';
import type { Duplex } from 'node:stream';
import ipaddr from 'ipaddr.js';
import type { RemotePolicy } from '#checkout/parse-remote-url.ts';
import { type ResolveHost, resolveRemote } from '#checkout/resolve-remote.ts';
import { type Destination, createAllowList, readDestination } from '#sandbox/egress/allow-list.ts';

export interface EgressOptions {
  /** `host`, `*.host`, either with `:port`; without a port 80 and 443. */
  readonly allow: readonly string[];
  /** Written as in `allow`, and allowed too: hosts of whoever runs this machine, such as a mirror of packages, which may be in a private network. */
  readonly trusted?: readonly string[];
  /** Which hosts beyond public ones may be reached, if they are allowed; none unless told. */
  readonly policy?: RemotePolicy;
  /** Turns a host name into addresses; tests give their own. */
  readonly resolve?: ResolveHost;
  readonly onDecision?: (decision: EgressDecision) => void;
  readonly services?: EgressServices;
}

/** What the host itself offers to a box, beside hosts of the network. */
export interface EgressServices {
  /** Answers what is asked of the proxy itself: in the box, `http://127.0.0.1:3128/…`. */
  readonly http?: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  /** Takes what is connected to through the proxy under a name of ours, `name:port`. */
  readonly tunnels?: Readonly<Record<string, (socket: Duplex) => void>>;
}

export interface EgressDecision {
  readonly host: string;
  readonly port: number;
  readonly outcome: 'allowed' | 'not_listed' | 'private_address' | 'unreachable';
}

/** A door to the listed hosts, and to nothing else. */
export interface Egress extends AsyncDisposable {
  readonly socketPath: string;
  /** The last 1,000, in order. */
  readonly decisions: readonly EgressDecision[];
  close(): Promise<void>;
}

const established = 'HTTP/1.1 200 Connection established\r\n\r\n';
const decisionsKept = 1000;
const mostConnections = 256;
const idleMs = 5 * 60_000;
const hopByHop = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'host',
];

interface Door {
  readonly options: EgressOptions;
  readonly isListed: (destination: Destination) => boolean;
  readonly isTrusted: (destination: Destination) => boolean;
  readonly open: Set<Duplex>;
  decide(decision: EgressDecision): void;
}

/**
 * Listens on a unix socket, which belongs to `owner` and nobody else may use, for HTTP and for CONNECT. Names are looked up once, here, and
 * the connection goes to the addresses that were checked. What is inside a tunnel is not looked at. Throws `bad_request` for a list that cannot be read.
 */
export async function createEgress(
  socketPath: string,
  options: EgressOptions,
  owner: { readonly uid: number; readonly gid: number } | null = null,
): Promise<Egress> {
  const decisions: EgressDecision[] = [];
  const door: Door = {
    options,
    isListed: createAllowList(options.allow),
    isTrusted: createAllowList(options.trusted ?? []),
    open: new Set(),
    decide(decision) {
      decisions.push(decision);
      if (decisions.length > decisionsKept) decisions.shift();
      options.onDecision?.(decision);
    },
  };
  const server = createServer((incoming, response) => void forward(door, incoming, response));
  server.maxConnections = mostConnections;
  server.on('connect', (incoming: IncomingMessage, socket: Duplex, head: Buffer) => {
    void tunnel(door, incoming, socket, head);
  });
  server.on('connection', (socket) => track(door, socket));
  await rm(socketPath, { force: true });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(socketPath, resolve));
  await chmod(socketPath, 0o600);
  if (owner !== null) await chown(socketPath, owner.uid, owner.gid);
  const close = async () => {
    if (!server.listening) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const socket of door.open) socket.destroy();
    await closed;
  };
  return { socketPath, decisions, close, [Symbol.asyncDispose]: close };
}

async function tunnel(door: Door, incoming: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
  const service = door.options.services?.tunnels?.[incoming.url ?? ''];
  if (service !== undefined) {
    socket.write(established);
    if (head.length > 0) socket.unshift(head);
    service(socket);
    return;
  }
  const destination = readDestination(incoming.url ?? '', 443);
  const refuse = (why: string) =>
    socket.end(`HTTP/1.1 403 Forbidden\r\nconnection: close\r\ncontent-type: text/plain\r\n\r\n${why}\n`);
  if (destination === null) {
    refuse('This is not host:port.');
    return;
  }
  const admission = await admit(door, destination);
  if (admission.kind === 'refused') {
    refuse(admission.why);
    return;
  }
  const upstream = connect({ host: destination.host, port: destination.port, lookup: admission.lookup });
  track(door, upstream);
  upstream.setTimeout(idleMs, () => upstream.destroy());
  upstream.once('connect', () => {
    door.decide({ ...destination, outcome: 'allowed' });
    socket.write(established);
    if (head.length > 0) upstream.write(head);
    upstream.pipe(socket).pipe(upstream);
  });
  upstream.once('error', () => {
    if (upstream.bytesRead + upstream.bytesWritten === 0) door.decide({ ...destination, outcome: 'unreachable' });
    if (socket.writable) socket.end('HTTP/1.1 502 Bad Gateway\r\nconnection: close\r\n\r\n');
  });
  upstream.once('close', () => socket.destroy());
  socket.once('close', () => upstream.destroy());
}

async function forward(door: Door, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const service = door.options.services?.http;
  if (service !== undefined && incoming.url?.startsWith('/') === true) {
    await service(incoming, response).catch(() => response.destroy());
    return;
  }
  const url = URL.canParse(incoming.url ?? '') ? new URL(incoming.url ?? '') : null;
  const destination = url?.protocol === 'http:' && url.username === '' ? readDestination(url.host, 80) : null;
  const refuse = (why: string) => response.writeHead(403, { 'content-type': 'text/plain' }).end(`${why}\n`);
  if (url === null || destination === null) {
    refuse('This is not an http:// URL.');
    return;
  }
  const admission = await admit(door, destination);
  if (admission.kind === 'refused') {
    refuse(admission.why);
    return;
  }
  const headers = Object.fromEntries(Object.entries(incoming.headers).filter(([name]) => !hopByHop.includes(name)));
  // Its host is that of the URL, so that nobody reaches a name that is not listed at an address that is.
  const options: RequestOptions = {
    method: incoming.method ?? 'GET',
    headers: { ...headers, host: url.host },
    agent: false,
    lookup: admission.lookup,
    timeout: idleMs,
  };
  const upstream = request(url, options, (answer) => {
    door.decide({ ...destination, outcome: 'allowed' });
    const kept = Object.entries(answer.headers).filter(([name]) => !hopByHop.includes(name));
    response.writeHead(answer.statusCode ?? 502, Object.fromEntries(kept));
    answer.pipe(response);
    answer.once('error', () => response.destroy());
  });
  upstream.once('timeout', () => upstream.destroy());
  upstream.once('error', () => {
    if (response.headersSent) {
      response.destroy();
      return;
    }
    door.decide({ ...destination, outcome: 'unreachable' });
    response.writeHead(502).end();
  });
  response.once('close', () => upstream.destroy());
  incoming.pipe(upstream);
}

/** The lookup that a connection has to use, or why there is none. */
type Admission =
  | { readonly kind: 'admitted'; readonly lookup: LookupFunction }
  | { readonly kind: 'refused'; readonly why: string };

async function admit(door: Door, destination: Destination): Promise<Admission> {
  const { host, port } = destination;
  const isTrusted = door.isTrusted(destination);
  if (!isTrusted && !door.isListed(destination)) {
    door.decide({ ...destination, outcome: 'not_listed' });
    return { kind: 'refused', why: `${host}:${port} is not among the hosts that this box may reach.` };
  }
  try {
    // The guard of the pages, as for https: that plain http may leave too was decided by the list.
    const remote = { url: `https://${host}`, protocol: 'https', host, port } as const;
    const { policy = {}, resolve } = door.options;
    const { addresses } = await resolveRemote(remote, isTrusted ? { ...policy, allowPrivateHosts: true } : policy, {
      resolve,
    });
    return { kind: 'admitted', lookup: lookupAmong(addresses) };
  } catch (error) {
    const isPrivate = error instanceof Error && 'reason' in error && error.reason === 'private_address';
    door.decide({ ...destination, outcome: isPrivate ? 'private_address' : 'unreachable' });
    const why = isPrivate ? `${host} is not on the public internet.` : `${host} cannot be found.`;
    return { kind: 'refused', why };
  }
}

function lookupAmong(addresses: readonly string[]): LookupFunction {
  const found = addresses.map((address) => ({ address, family: ipaddr.parse(address).kind() === 'ipv4' ? 4 : 6 }));
  return (_host, { all }, callback) => {
    const [first] = found;
    if (all === true || first === undefined) callback(null, found);
    else callback(null, first.address, first.family);
  };
}

/** Remembers a connection until it ends; one that breaks has nobody to tell. */
function track(door: Door, socket: Duplex): void {
  door.open.add(socket);
  socket.on('error', () => {});
  socket.once('close', () => door.open.delete(socket));
}
