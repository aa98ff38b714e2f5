import { setTimeout as sleep } from 'node:timers/promises';
import fastify from 'fastify';
import { afterEach, expect, test } from 'vitest';
import type { Context } from '#kernel/context.ts';
import { contextOf } from './identity.ts';

// The embedded database only: there is none in it.

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function open(handle: (ctx: Context) => Promise<unknown>): Promise<string> {
  const app = fastify();
  const owner = { userId: 'usr_x' as Context['actor']['userId'], name: 'owner', via: 'local' as const };
  app.post('/', async (request, reply) => handle(await contextOf(request, reply, async () => owner)));
  closers.push(() => app.close());
  return app.listen({ port: 0, host: '127.0.0.1' });
}

const body = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"a":1}' };

test('a request whose body has been read is not taken for one whose caller went away', async () => {
  const url = await open(async (ctx) => {
    await sleep(50);
    return { aborted: ctx.signal.aborted };
  });

  const response = await fetch(url, body);

  expect(await response.json()).toEqual({ aborted: false });
});

test('work stops when its caller goes away', async () => {
  const { promise: stopped, resolve } = Promise.withResolvers<boolean>();
  const started = Promise.withResolvers<void>();
  const url = await open(async (ctx) => {
    ctx.signal.addEventListener('abort', () => resolve(true));
    started.resolve();
    await stopped;
  });
  const caller = new AbortController();

  const asked = fetch(url, { ...body, signal: caller.signal }).catch(() => 'gone');
  await started.promise;
  caller.abort();

  expect(await asked).toBe('gone');
  expect(await stopped).toBe(true);
});
