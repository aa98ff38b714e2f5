import type { AnyRouter } from '@orpc/server';
import { errorBody, liveEvent, liveRoutes, socketNotice, socketRequest } from '@yudai/contract';
import { z } from 'zod';

/** The OpenAPI 3.1 document of every procedure and of the live feed. The generator is loaded when somebody asks. */
export async function describeApi(router: AnyRouter, version: string): Promise<unknown> {
  const [{ OpenAPIGenerator }, { ZodToJsonSchemaConverter }] = await Promise.all([
    import('@orpc/openapi'),
    import('@orpc/zod/zod4'),
  ]);
  const generator = new OpenAPIGenerator({ schemaConverters: [new ZodToJsonSchemaConverter()] });
  const document = await generator.generate(router, {
    info: { title: 'Yudai', version, description: 'Every failure answers with the same error body; see docs/api.md.' },
    servers: [{ url: '/api' }],
  });
  const parsed = openApiDocument.parse(document);
  Object.assign(parsed.paths, livePaths());
  parsed.components = { ...parsed.components, schemas: { ...parsed.components.schemas, ...liveSchemas() } };
  return withErrors(parsed);
}

const openApiDocument = z.looseObject({
  openapi: z.string(),
  paths: z.record(
    z.string(),
    z.record(z.string(), z.looseObject({ responses: z.record(z.string(), z.unknown()).default({}) })),
  ),
  components: z.looseObject({ schemas: z.record(z.string(), z.unknown()).default({}) }).default({ schemas: {} }),
});

/** Any operation may fail, and always in the same shape. */
function withErrors(document: z.infer<typeof openApiDocument>): unknown {
  const failed = {
    description: 'Not a success: the error body',
    content: { 'application/json': { schema: z.toJSONSchema(errorBody) } },
  };
  for (const path of Object.values(document.paths)) {
    for (const operation of Object.values(path)) operation.responses['default'] = failed;
  }
  return document;
}

type Operations = z.infer<typeof openApiDocument>['paths'][string];

function livePaths(): Record<string, Operations> {
  const { stream, jobStream, socket } = liveRoutes;
  const events = {
    description: 'One event a frame: `event:` is its type, `id:` where the stream stands, `data:` the event as JSON.',
    content: { 'text/event-stream': { schema: { $ref: '#/components/schemas/LiveEvent' } } },
  };
  const ended = { description: 'The job has ended and everything was sent' };
  const upgraded = { description: 'The connection is a WebSocket' };
  return {
    [stream.path]: {
      get: {
        ...aboutRoute('live.stream', stream),
        parameters: [...parametersOf('query', stream.query), lastEventId],
        responses: { 200: events },
      },
    },
    [jobStream.path]: {
      get: {
        ...aboutRoute('jobs.stream', jobStream),
        parameters: [...parametersOf('path', jobStream.params), ...parametersOf('query', jobStream.query), lastEventId],
        responses: { 200: events, 204: ended },
      },
    },
    [socket.path]: {
      get: {
        ...aboutRoute('live.socket', { ...socket, description: `${socket.description}\n\n${framesOf(socket)}` }),
        responses: { 101: upgraded },
      },
    },
  };
}

function aboutRoute(operationId: string, { summary, description }: { summary: string; description: string }) {
  return { operationId, summary, description, tags: ['live'] };
}

/** OpenAPI has no word for the frames of a socket, so the description shows them and names their schemas. */
function framesOf({ examples }: typeof liveRoutes.socket): string {
  const list = (frames: readonly unknown[]) => frames.map((frame) => `- \`${JSON.stringify(frame)}\``).join('\n');
  return [
    `The client says (\`#/components/schemas/SocketRequest\`):\n\n${list(examples.client)}`,
    `The server says (\`#/components/schemas/SocketNotice\` and \`LiveEvent\`):\n\n${list(examples.server)}`,
  ].join('\n\n');
}

const lastEventId = {
  in: 'header',
  name: 'Last-Event-ID',
  required: false,
  description: 'The id of the last event seen. EventSource sends it by itself when it reconnects.',
  schema: { type: 'string' },
};

function parametersOf(place: 'query' | 'path', schema: z.ZodType): unknown[] {
  const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: 'input' });
  return Object.entries(properties).map(([name, property]) => ({
    in: place,
    name,
    required: required.includes(name),
    ...(typeof property === 'object' && property.description !== undefined
      ? { description: property.description }
      : {}),
    schema: property,
  }));
}

function liveSchemas(): Record<string, unknown> {
  const describe = (schema: z.ZodType) => z.toJSONSchema(schema, { io: 'input' });
  return {
    LiveEvent: describe(liveEvent),
    SocketRequest: describe(socketRequest),
    SocketNotice: describe(socketNotice),
  };
}
