import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { AnyRouter } from '@orpc/server';
import type { FastifyInstance } from 'fastify';
import { describeApi } from '#platform/http/openapi.ts';

export interface DocsOptions {
  readonly router: AnyRouter;
  readonly version: string;
}

/** The description of the API at `/api/openapi.json`, and a page to read and try it at `/api/docs`, without anything from outside. */
export async function addDocs(app: FastifyInstance, { router, version }: DocsOptions): Promise<void> {
  let description: Promise<unknown> | undefined;
  app.get('/openapi.json', async (request, reply) => {
    request.operation = 'docs.openapi';
    description ??= describeApi(router, version);
    return reply.send(await description);
  });

  const assets = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  await app.register(fastifyStatic, {
    root: assets,
    prefix: '/docs/assets/',
    decorateReply: false,
    index: false,
    // The package's own page loads inline scripts and a public specification; ours is below.
    allowedPath: (path) => /^\/swagger-ui(-bundle)?\.(js|css)$/.test(path),
  });
  app.get('/docs', async (_request, reply) => reply.type('text/html; charset=utf-8').send(page));
  app.get('/docs/start.js', async (_request, reply) => reply.type('text/javascript; charset=utf-8').send(startScript));
}

const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>Yudai API</title>
    <link rel="stylesheet" href="/api/docs/assets/swagger-ui.css" />
  </head>
  <body>
    <div id="docs"></div>
    <script src="/api/docs/assets/swagger-ui-bundle.js"></script>
    <script src="/api/docs/start.js"></script>
  </body>
</html>
`;

const startScript = `SwaggerUIBundle({ url: '/api/openapi.json', dom_id: '#docs', deepLinking: true, validatorUrl: null });\n`;
