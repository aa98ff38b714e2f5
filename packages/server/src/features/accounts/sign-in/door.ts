import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '#kernel/app-error.ts';
import { headersOf } from '../identify.ts';
import type { Admission } from './admission.ts';
import { type Auth, duringSignIn } from './auth.ts';

/** What of better-auth is open; everything else goes through the contract. */
const open: readonly (readonly ['GET' | 'POST', string])[] = [
  ['GET', '/callback/github'],
  ['POST', '/sign-out'],
  ['POST', '/device/code'],
  ['POST', '/device/token'],
];

/**
 * The doors of sign-in, under `/api/auth`: `GET /login?next=/path` sends the browser to GitHub, `/callback/github` takes it back, `/sign-out`,
 * and the two of RFC 8628 for devices. Plain routes, because they answer with redirects and cookies.
 */
export async function addSignIn(
  app: FastifyInstance,
  auth: Auth,
  publicUrl: string,
  noteSignOut: Admission['noteSignOut'],
): Promise<void> {
  await app.register(
    async (scope) => {
      scope.removeAllContentTypeParsers();
      const types = ['application/json', 'application/x-www-form-urlencoded'];
      scope.addContentTypeParser(types, { parseAs: 'string', bodyLimit: 16 * 1024 }, (_request, body, done) =>
        done(null, body),
      );

      scope.get('/login', { exposeHeadRoute: false }, async (request, reply) => {
        request.operation = 'auth.login';
        const next = nextPath(request.query);
        const body = {
          provider: 'github',
          callbackURL: `${publicUrl}${next}`,
          errorCallbackURL: `${publicUrl}/sign-in`,
        };
        const answer = await auth.api.signInSocial({ body, headers: headersOf(request), returnHeaders: true });
        const { url } = answer.response;
        if (url === undefined)
          throw new AppError('upstream_failed', 'GitHub cannot be asked to sign in now. Try again.');
        for (const cookie of answer.headers.getSetCookie()) void reply.header('set-cookie', cookie);
        return reply.header('cache-control', 'no-store').redirect(url, 302);
      });

      for (const [method, url] of open) {
        scope.route({
          method,
          url,
          exposeHeadRoute: false,
          handler: async (request, reply) => {
            request.operation = `auth${url.replaceAll('/', '.')}`;
            const from = { address: request.ip, requestId: request.id };
            // Once it has ended, nobody could say whose session it was.
            const ending = url === '/sign-out' ? await auth.api.getSession({ headers: headersOf(request) }) : null;
            const answer = await duringSignIn(from, () => auth.handler(toRequest(request, publicUrl)));
            if (ending !== null && answer.ok) await noteSignOut(ending.user, from);
            return send(reply, answer);
          },
        });
      }
    },
    { prefix: '/auth' },
  );
}

/** Where to go afterwards: a path of ours, and nothing that a browser would read as another site. */
function nextPath(query: unknown): string {
  const next = typeof query === 'object' && query !== null && 'next' in query ? query.next : undefined;
  const isPath = typeof next === 'string' && /^\/(?![/\\])[\x21-\x7e]{0,500}$/.test(next) && !next.includes('\\');
  return isPath ? next : '/';
}

function toRequest(request: FastifyRequest, publicUrl: string): Request {
  const body = typeof request.body === 'string' && request.method !== 'GET' ? request.body : null;
  return new Request(new URL(request.raw.url ?? '/', publicUrl), {
    method: request.method,
    headers: headersOf(request),
    body,
  });
}

async function send(reply: FastifyReply, answer: Response): Promise<FastifyReply> {
  void reply.status(answer.status).header('cache-control', 'no-store');
  for (const [name, value] of answer.headers) if (name !== 'set-cookie') void reply.header(name, value);
  for (const cookie of answer.headers.getSetCookie()) void reply.header('set-cookie', cookie);
  return reply.send(Buffer.from(await answer.arrayBuffer()));
}
