import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { AnyRouter } from '@orpc/server';
import { errorBody } from '@yudai/contract';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

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

/** The OpenAPI 3.1 document of every procedure. The generator is loaded when somebody asks. */
async function describeApi(router: AnyRouter, version: string): Promise<unknown> {
  const [{ OpenAPIGenerator }, { ZodToJsonSchemaConverter }] = await Promise.all([
    import('@orpc/openapi'),
    import('@orpc/zod/zod4'),
  ]);
  const generator = new OpenAPIGenerator({ schemaConverters: [new ZodToJsonSchemaConverter()] });
  const document = await generator.generate(router, {
    info: { title: 'Yudai', version, description: 'Every failure answers with the same error body; see docs/api.md.' },
    servers: [{ url: '/api' }],
  });
  return withErrors(document);
}

/** Any operation may fail, and always in the same shape. */
function withErrors(document: unknown): unknown {
  const parsed = openApiDocument.parse(document);
  const failed = {
    description: 'Not a success: the error body',
    content: { 'application/json': { schema: z.toJSONSchema(errorBody) } },
  };
  for (const path of Object.values(parsed.paths)) {
    for (const operation of Object.values(path)) operation.responses['default'] = failed;
  }
  return parsed;
}

const openApiDocument = z.looseObject({
  openapi: z.string(),
  paths: z.record(
    z.string(),
    z.record(z.string(), z.looseObject({ responses: z.record(z.string(), z.unknown()).default({}) })),
  ),
});

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
