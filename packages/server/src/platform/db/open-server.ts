import pg from 'pg';
import { AppError } from '#kernel/app-error.ts';
import type { DatabaseLog } from './database-log.ts';
import type { DatabaseParts } from './database.ts';
import { clientOptions, poolOptions, type PoolSizes } from './pool-options.ts';

const oldestVersion = 15;
const extensions = ['vector', 'pg_trgm'];

/** Connects to a Postgres server, and checks that it can carry Yudai. Throws `unavailable` in words when it cannot. */
export async function openServer(
  url: string,
  options: { readonly poolSizes: PoolSizes; readonly log: DatabaseLog },
): Promise<DatabaseParts> {
  const newClient = () => new pg.Client({ ...clientOptions, connectionString: url });
  const client = newClient();
  try {
    await client.connect();
    await requireCapableServer(client);
  } finally {
    await client.end();
  }
  return {
    kind: 'postgres',
    pool: new pg.Pool({ ...poolOptions(options.poolSizes), connectionString: url }),
    lock: null,
    log: options.log,
    newClient,
    onClose: async () => undefined,
  };
}

async function requireCapableServer(client: pg.Client): Promise<void> {
  const version = await client.query<{ number: number; words: string }>(
    `select current_setting('server_version_num')::int as number, current_setting('server_version') as words`,
  );
  const server = version.rows[0];
  if (server !== undefined && server.number < oldestVersion * 10_000) {
    throw new AppError(
      'unavailable',
      `Yudai needs Postgres ${oldestVersion} or newer; this server is ${server.words}.`,
    );
  }
  const missing = await client.query<{ name: string; available: boolean }>(
    `select wanted.name, exists (select from pg_available_extensions a where a.name = wanted.name) as available
     from unnest($1::text[]) as wanted (name) where wanted.name not in (select extname from pg_extension)`,
    [extensions],
  );
  for (const { name, available } of missing.rows) {
    if (!available) {
      throw new AppError(
        'unavailable',
        `The Postgres server lacks the extension ${name}. Install it there${name === 'vector' ? ' (pgvector, or the image pgvector/pgvector)' : ' (package postgresql-contrib)'}, then start again.`,
      );
    }
    await createExtension(client, name);
  }
  await requireRoles(client);
}

async function createExtension(client: pg.Client, name: string): Promise<void> {
  try {
    await client.query(`create extension if not exists ${pg.escapeIdentifier(name)}`);
  } catch (error) {
    // Two nodes that start together may both try.
    if (error instanceof pg.DatabaseError && error.code === '23505') return;
    if (!(error instanceof pg.DatabaseError) || error.code !== '42501') throw error;
    throw new AppError(
      'unavailable',
      `This login may not create the extension ${name}. Let an administrator run in this database: create extension ${name};`,
      { cause: error },
    );
  }
}

/** The migrations make these roles; where the login may not, it says here what an administrator has to run. */
async function requireRoles(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ login: string; able: boolean }>(
    `select current_user::text as login,
       (select rolsuper or rolcreaterole from pg_roles where rolname = current_user)
       or (select count(*) = 2 and bool_and(pg_has_role(current_user, oid, 'member')) from pg_roles
           where rolname in ('yudai_app', 'yudai_system')) as able`,
  );
  const state = rows[0];
  if (state === undefined || state.able) return;
  const login = pg.escapeIdentifier(state.login);
  throw new AppError(
    'unavailable',
    `This login may not create the roles that keep people's rows apart. Let an administrator run: create role yudai_app nologin; create role yudai_system nologin; grant yudai_app, yudai_system to ${login};`,
  );
}
