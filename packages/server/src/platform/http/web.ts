import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '#kernel/app-error.ts';

/**
 * Serves the built web interface. Files under `assets/` carry a hash in their name and never change; every path without an
 * extension is a page of the single-page app. `dist` without `index.html` gives a page that says how to build it.
 */
export async function addWeb(app: FastifyInstance, dist: string): Promise<void> {
  const built = existsSync(join(dist, 'index.html'));
  if (built) {
    await app.register(fastifyStatic, {
      root: dist,
      preCompressed: true,
      index: false,
      wildcard: true,
      dotfiles: 'ignore',
      cacheControl: false,
      setHeaders(reply, path) {
        const hashed = path.startsWith(join(dist, 'assets'));
        void reply.header('cache-control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache');
      },
    });
  }

  app.setNotFoundHandler(async (request, reply) => {
    if (!isPage(request)) throw new AppError('not_found', 'There is nothing at this path.');
    return built ? sendIndex(reply, dist) : sendNotBuilt(request, reply);
  });
  app.get('/', async (request, reply) => (built ? sendIndex(reply, dist) : sendNotBuilt(request, reply)));
}

function isPage(request: FastifyRequest): boolean {
  const path = request.url.split('?', 1)[0] ?? '';
  const lastPart = path.slice(path.lastIndexOf('/') + 1);
  const outside = /^\/(api|health|metrics)(\/|$)/.test(path);
  return (request.method === 'GET' || request.method === 'HEAD') && !outside && !lastPart.includes('.');
}

// Read at every request: it is small, and a rebuild during development shows at once.
async function sendIndex(reply: FastifyReply, dist: string): Promise<FastifyReply> {
  return reply
    .type('text/html; charset=utf-8')
    .header('cache-control', 'no-cache')
    .send(readFileSync(join(dist, 'index.html')));
}

async function sendNotBuilt(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  if (!(request.headers.accept ?? '').includes('text/html')) {
    throw new AppError('unavailable', 'The pages of Yudai are not built. Run `npm run build`.');
  }
  return reply.status(503).type('text/html; charset=utf-8').header('cache-control', 'no-store').send(notBuilt);
}

const notBuilt = `<!doctype html>
<html lang="en">
  <head><meta charset="utf-8" /><title>Yudai</title></head>
  <body style="font: 15px/1.5 system-ui; max-width: 36rem; margin: 4rem auto">
    <h1>Yudai runs, but its pages are not built</h1>
    <p>Run <code>npm run build</code> in the project and load this page again. <code>npm start</code> does both.</p>
    <p>The API answers at <code>/api</code> meanwhile.</p>
  </body>
</html>
`;
