import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Client, createClient } from '@yudai/contract/client';
import { sql } from 'drizzle-orm';
import type { Id } from '@yudai/contract';
import { type App, type AppOverrides, createApp } from '#app/create-app.ts';
import type { Actor } from '#kernel/context.ts';
import { newId } from '#kernel/ids.ts';
import { parseConfig } from '#platform/config/index.ts';
import type { Database } from '#platform/db/index.ts';
import { silentLog } from '#platform/log/index.ts';
import { openTestDatabase } from './open-test-database.ts';

export interface TestAppOptions extends Omit<AppOverrides, 'identify'> {
  /** Environment variables on top of a test's own. */
  readonly env?: Readonly<Record<string, string>>;
  /** Opens a real port as well. */
  readonly listen?: boolean;
}

export interface TestUser extends Actor {
  readonly client: Client;
  /** A request as this person. The path starts with `/`. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** What tells the app who asks, for a socket or a plain HTTP client. */
  readonly headers: Record<string, string>;
}

export interface TestApp {
  readonly app: App;
  readonly database: Database;
  /** The local owner's client, which knocks at the app in this process. */
  readonly client: Client;
  /** A request as the local owner. The path starts with `/`. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** Where it listens; empty without `listen`. */
  readonly url: string;
  /** Another person: a row of users and a client of their own. The same name is the same person. */
  as(name: string): Promise<TestUser>;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

const userHeader = 'x-test-user';
const nobody = 'nobody';

/** The whole product on an empty database, answering in this process. `await using` closes it and removes its data. */
export async function startTestApp(options: TestAppOptions = {}): Promise<TestApp> {
  const { env, listen = false, ...overrides } = options;
  const database = overrides.database ?? (await openTestDatabase());
  const users = new Map<string, Actor>();
  const config = parseConfig({ YUDAI_ENV: 'test', YUDAI_PORT: '0', ...dataOf(database), ...env });
  const app = await createApp(config, {
    log: silentLog(),
    ...overrides,
    database,
    identify: (identify) => async (request, reply) => {
      const name = request.headers[userHeader];
      return name === undefined ? identify(request, reply) : (users.get(String(name)) ?? null);
    },
  });
  const url = listen ? await listenOrClose(app) : '';

  const knock = (headers: Record<string, string>) => ({
    client: createClient({ url: 'http://localhost', headers: () => headers, fetch: (request) => app.fetch(request) }),
    fetch: (path: string, init: RequestInit = {}) => app.fetch(toRequest(path, init, headers)),
  });
  return {
    app,
    database,
    url,
    ...knock({}),
    as: async (name) => {
      const actor = users.get(name) ?? (await addUser(database, name));
      users.set(name, actor);
      const headers = { [userHeader]: name };
      return { ...actor, headers, ...knock(headers) };
    },
    close: () => app.close(),
    [Symbol.asyncDispose]: () => app.close(),
  };
}

/** An app that nobody gets to see is closed here: it would go on to run jobs in the process of the next test. */
async function listenOrClose(app: App): Promise<string> {
  try {
    return await app.listen();
  } catch (error) {
    await app.close();
    throw error;
  }
}

/** Headers of somebody who is not signed in. */
export const anonymous: Record<string, string> = { [userHeader]: nobody };

function toRequest(path: string, init: RequestInit, headers: Record<string, string>): Request {
  const request = new Request(`http://localhost${path}`, init);
  for (const [name, value] of Object.entries(headers)) request.headers.set(name, value);
  return request;
}

async function addUser(database: Database, name: string): Promise<Actor> {
  const id: Id<'user'> = newId('user', new Date());
  await database.asSystem((db) =>
    db.execute(sql`insert into users (id, name, created_at) values (${id}, ${name}, now())`),
  );
  return { userId: id, name, via: 'local' };
}

/** The data directory of the test's own database, so that nothing is written anywhere else. */
function dataOf(database: Database): Record<string, string> {
  const target = 'target' in database ? database.target : undefined;
  const dataDir = typeof target === 'object' && target !== null && 'dataDir' in target ? target.dataDir : undefined;
  const folder = typeof dataDir === 'string' ? dataDir : mkdtempSync(join(tmpdir(), 'yudai-test-data-'));
  return { YUDAI_DATA: folder, YUDAI_SANDBOX_FOLDER: folder };
}
