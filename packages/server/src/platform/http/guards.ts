import type { FastifyInstance, FastifyRequest } from 'fastify';
import ipaddr from 'ipaddr.js';
import { AppError } from '#kernel/app-error.ts';
import { type Config, isLoopbackHost } from '#platform/config/index.ts';

type HttpConfig = Config['http'];

/** Refuses callers by address, requests for a host that is not ours, and changes that a foreign page asks for. */
export function addGuards(app: FastifyInstance, config: HttpConfig): void {
  const mayCall = addressFilter(config);
  app.addHook('onRequest', (request, _reply, done) => {
    if (!mayCall(request.ip)) throw new AppError('forbidden', 'Requests from this address are not answered here.');
    requireOwnHost(request, config);
    if (changesSomething(request)) {
      requireOwnOrigin(request, config);
      requireMeantChange(request);
    }
    done();
  });
}

/**
 * A page on a foreign site may let its host name resolve to this machine (DNS rebinding): on loopback, only loopback names and
 * the public URL's host are ours.
 */
function requireOwnHost(request: FastifyRequest, config: HttpConfig): void {
  const host = hostNameOf(request.headers.host ?? '');
  const ours = host !== null && (isLoopbackHost(host) || host === publicHost(config));
  if (isLoopbackHost(config.host) && !ours) {
    throw new AppError('forbidden', 'This host name is not served here. Set YUDAI_PUBLIC_URL to add it.');
  }
}

/** Throws `forbidden` when a browser says that the request comes from a page that is neither ours nor allowed by CORS. */
export function requireOwnOrigin(request: FastifyRequest, config: HttpConfig): void {
  const { origin, host } = request.headers;
  const foreignFetch = origin === undefined && request.headers['sec-fetch-site'] === 'cross-site';
  const ours =
    origin === undefined ||
    origin === `${request.protocol}://${host ?? ''}` ||
    (config.publicUrl !== null && origin === new URL(config.publicUrl).origin) ||
    config.corsOrigins.includes(origin);
  if (foreignFetch || !ours) {
    throw new AppError(
      'forbidden',
      'This site may not do that here. Add its origin to YUDAI_CORS_ORIGINS to allow it.',
    );
  }
}

/**
 * A browser sends a cookie along whatever page asks. Besides where a change comes from, it must therefore carry one thing that a form
 * or link of a foreign page cannot: an origin (ours, as checked before), a header of its own, or a body that is JSON. This holds for
 * the very first change as for any other, and needs no token to be fetched before.
 */
function requireMeantChange({ headers }: FastifyRequest): void {
  if (headers.cookie === undefined) return;
  const meant =
    headers.origin !== undefined ||
    headers.authorization !== undefined ||
    headers['sec-fetch-site'] === 'same-origin' ||
    headers['x-requested-with'] !== undefined ||
    /^application\/json\b/i.test(headers['content-type'] ?? '');
  if (meant) return;
  throw new AppError(
    'forbidden',
    'A change with a cookie must say that it is meant: send an Origin, an X-Requested-With header, or a JSON body.',
  );
}

/** True for a caller on this machine that no proxy stands in front of. */
export function isLocalCaller(request: FastifyRequest): boolean {
  const proxied = request.headers['x-forwarded-for'] !== undefined || request.headers['forwarded'] !== undefined;
  return isLoopbackHost(request.ip) && !proxied;
}

function changesSomething(request: FastifyRequest): boolean {
  return !['GET', 'HEAD', 'OPTIONS'].includes(request.method);
}

function publicHost({ publicUrl }: HttpConfig): string | null {
  return publicUrl === null ? null : new URL(publicUrl).hostname.toLowerCase();
}

/** The name in a `Host` header, without port and brackets; null when it is not one. */
function hostNameOf(header: string): string | null {
  const match = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::\d{1,5})?$/i.exec(header);
  return (match?.[1] ?? match?.[2])?.toLowerCase() ?? null;
}

function addressFilter({ ipAllow, ipDeny }: HttpConfig): (address: string) => boolean {
  const allowed = ipAllow.map(toRange);
  const denied = ipDeny.map(toRange);
  if (allowed.length === 0 && denied.length === 0) return () => true;
  return (address) => {
    if (!ipaddr.isValid(address)) return false;
    const caller = ipaddr.process(address);
    const within = ([range, bits]: Range) => caller.kind() === range.kind() && caller.match(range, bits);
    return !denied.some(within) && (allowed.length === 0 || allowed.some(within));
  };
}

type Range = [ipaddr.IPv4 | ipaddr.IPv6, number];

function toRange(text: string): Range {
  if (text.includes('/')) return ipaddr.parseCIDR(text);
  const address = ipaddr.parse(text);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}
