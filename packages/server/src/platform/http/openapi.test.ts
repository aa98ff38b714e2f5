import { contract, liveRoutes, liveEvent, socketNotice, socketRequest } from '@yudai/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { startTestApp, type TestApp } from '#testing/start-test-app.ts';

// One database is enough: the description is made of the contract.

let app: TestApp;
let document: z.infer<typeof openApi>;
beforeAll(async () => {
  app = await startTestApp();
  document = openApi.parse(await (await app.fetch('/api/openapi.json')).json());
});
afterAll(() => app.close());

test('the document holds every operation of the contract and every live route, and nothing else (A12)', () => {
  const procedures = Object.values(contract).flatMap((part) =>
    Object.values(part).map((procedure) => {
      const { method, path } = procedure['~orpc'].route;
      return `${method ?? 'POST'} ${path ?? ''}`;
    }),
  );
  const live = Object.values(liveRoutes).map(({ path }) => `GET ${path}`);

  const described = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  );

  expect(described.toSorted()).toEqual([...procedures, ...live].toSorted());
});

test('a stream is described with its parameters, its header and its events (A12 E12)', () => {
  const stream = document.paths['/v1/live']?.['get'];
  const ofJob = document.paths['/v1/jobs/{id}/stream']?.['get'];

  expect(stream?.parameters?.map(({ in: place, name, required }) => [place, name, required])).toEqual([
    ['query', 'topics', true],
    ['query', 'after', false],
    ['header', 'Last-Event-ID', false],
  ]);
  expect(ofJob?.parameters?.map(({ in: place, name }) => [place, name])).toEqual([
    ['path', 'id'],
    ['query', 'after'],
    ['header', 'Last-Event-ID'],
  ]);
  expect(stream?.responses).toMatchObject({
    200: { content: { 'text/event-stream': { schema: { $ref: '#/components/schemas/LiveEvent' } } } },
    default: { description: expect.stringContaining('error body') },
  });
  expect(Object.keys(ofJob?.responses ?? {})).toEqual(['200', '204', 'default']);
});

test('the socket is described with its frames, and the frames it shows are real (A12)', () => {
  const socket = document.paths['/v1/live/socket']?.['get'];
  const { client, server } = liveRoutes.socket.examples;

  expect(socket?.responses).toMatchObject({ 101: { description: expect.stringContaining('WebSocket') } });
  for (const name of ['LiveEvent', 'SocketRequest', 'SocketNotice'])
    expect(document.components.schemas).toHaveProperty(name);
  for (const frame of client) {
    expect(socketRequest.safeParse(frame).error).toBeUndefined();
    expect(socket?.description).toContain(JSON.stringify(frame));
  }
  for (const frame of server) {
    expect(z.union([socketNotice, liveEvent]).safeParse(frame).error).toBeUndefined();
    expect(socket?.description).toContain(JSON.stringify(frame));
  }
});

const openApi = z.looseObject({
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.looseObject({
        description: z.string().optional(),
        parameters: z
          .array(z.looseObject({ in: z.string(), name: z.string(), required: z.boolean().default(false) }))
          .optional(),
        responses: z.record(z.string(), z.unknown()),
      }),
    ),
  ),
  components: z.looseObject({ schemas: z.record(z.string(), z.unknown()) }),
});
