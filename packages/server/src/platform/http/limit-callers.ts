import type { TighterLimit } from '@yudai/contract';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import ipaddr from 'ipaddr.js';
import { AppError } from '#kernel/app-error.ts';
import type { Identify } from '#platform/http/identity.ts';
import type { Limits, Price } from '#platform/limits/index.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The bucket that this operation is counted in besides those of every request. */
    tighterLimit: TighterLimit | undefined;
  }
}

/** Many reads make a page; a change is meant one by one. */
const readTokens = 0.1;

/**
 * Counts every request that has to be identified: by its address before anybody looks at its credentials, so that guessing them is
 * limited, then by the person. A person's refusal costs their address nothing. Asking again who the same request is from is free.
 */
export function limitCallers(identify: Identify, limits: Limits): Identify {
  const counted = new WeakSet<FastifyRequest>();
  return async (request, reply) => {
    if (counted.has(request)) return identify(request, reply);
    counted.add(request);
    const tokens = isRead(request) ? readTokens : 1;
    const ofAddress: Price = { bucket: 'address', of: addressOf(request.ip), tokens };
    await limits.charge([ofAddress]);
    const actor = await identify(request, reply).catch(async (error: unknown) => {
      // A wrong key costs as much as a change, whatever it was for.
      if (error instanceof AppError && error.code === 'unauthorized')
        await limits.charge([{ ...ofAddress, tokens: 1 - tokens }]);
      throw error;
    });
    // Who is not signed in has their address alone.
    if (actor === null) return null;
    const of = actor.userId;
    const tighter: Price[] =
      request.tighterLimit === undefined ? [] : [{ bucket: request.tighterLimit, of, tokens: 1 }];
    await limits.charge([{ bucket: 'user', of, tokens }, ...tighter], [ofAddress]);
    return actor;
  };
}

/** Counts what belongs to signing in, which nobody is identified for, by its address alone. */
export function limitSignIns(app: FastifyInstance, limits: Limits): void {
  app.addHook('onRequest', async (request) => {
    if (!request.url.startsWith('/api/auth/')) return;
    // A device asks every five seconds whether it has been approved, with a code that nobody guesses.
    const tokens = request.url.startsWith('/api/auth/device/token') ? readTokens : 1;
    await limits.charge([{ bucket: 'auth', of: addressOf(request.ip), tokens }]);
  });
}

/** Whoever has one IPv6 address has the whole network of 64 bits it is in. */
export function addressOf(ip: string): string {
  if (!ipaddr.isValid(ip)) return ip;
  const address = ipaddr.process(ip);
  if (address.kind() === 'ipv4') return address.toString();
  return `${ipaddr.IPv6.networkAddressFromCIDR(`${address.toNormalizedString()}/64`).toString()}/64`;
}

function isRead(request: FastifyRequest): boolean {
  return request.method === 'GET' || request.method === 'HEAD';
}
