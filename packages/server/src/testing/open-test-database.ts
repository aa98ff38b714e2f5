import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import pg from 'pg';
import { pino } from 'pino';
import { type Database, openDatabase } from '#platform/db/index.ts';
import { readMigrations } from '#platform/db/migrate.ts';

export interface TestDatabase extends Database {
  /** What `openDatabase` takes to open the same database again, after this one is closed. */
  readonly target: { readonly dataDir: string } | { readonly url: string };
}

const log = pino({ level: 'silent' });
const run = promisify(execFile);

/**
 * A migrated, empty database of its own: embedded, or on the Postgres server of TEST_DATABASE_URL. It is copied from a template that is
 * made once per set of migrations, so it opens in about half a second; `close` deletes it.
 */
export async function openTestDatabase(): Promise<TestDatabase> {
  const server = process.env['TEST_DATABASE_URL'] ?? '';
  return server === '' ? openEmbeddedCopy() : openServerCopy(server);
}

/** A data directory with a migrated, empty embedded database, which nobody has opened. The caller deletes it. */
export async function copyEmbeddedTemplate(): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), 'yudai-test-'));
  // The program and not Node's `cp`, which goes to the thread pool and back several times for each of 650 files and fills the holes of the
  // log: two seconds of processor time instead of a tenth of one.
  await run('cp', ['-R', `${await embeddedTemplate()}/.`, dataDir]);
  return dataDir;
}

async function openEmbeddedCopy(): Promise<TestDatabase> {
  compiledEngine ??= compileEngine();
  await compiledEngine;
  const dataDir = await copyEmbeddedTemplate();
  const database = await openDatabase({ dataDir, log });
  return {
    ...database,
    target: { dataDir },
    close: async () => {
      await database.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/**
 * Kept for as long as this process lives: V8 gives code that it has already to whoever compiles the same bytes, so that an engine takes over
 * what those before it had compiled and optimized. Each of them, alone in its thread, would begin anew.
 */
let compiledEngine: Promise<object> | undefined;

// The types of Node leave it to those of browsers.
declare const WebAssembly: { compile(bytes: Uint8Array): Promise<object> };

async function compileEngine(): Promise<object> {
  const file = new URL('./pglite.wasm', import.meta.resolve('@electric-sql/pglite'));
  return WebAssembly.compile(await readFile(file));
}

/** A migrated data directory, kept between runs of the tests for as long as the migrations stay the same. */
async function embeddedTemplate(): Promise<string> {
  const cache = fileURLToPath(new URL('../../../../node_modules/.cache/yudai/', import.meta.url));
  const template = join(cache, `database-${await fingerprint()}`);
  if (existsSync(template)) return template;

  await mkdir(cache, { recursive: true });
  const draft = await mkdtemp(join(cache, 'draft-'));
  await makeTemplate('--data-dir', draft);
  try {
    await rename(draft, template);
  } catch (error) {
    // Another worker was faster; its copy is as good.
    await rm(draft, { recursive: true, force: true });
    if (!existsSync(template)) throw error;
  }
  await removeOldTemplates(cache);
  return template;
}

/** Yesterday's templates; a younger one may be in use by another checkout's state or another worker. */
async function removeOldTemplates(cache: string): Promise<void> {
  const dayMs = 86_400_000;
  for (const name of await readdir(cache)) {
    const path = join(cache, name);
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Date.now() }));
    if (Date.now() - mtimeMs > dayMs) await rm(path, { recursive: true, force: true });
  }
}

async function openServerCopy(server: string): Promise<TestDatabase> {
  const template = `yudai_template_${await fingerprint()}`;
  const name = `yudai_test_${process.pid}_${process.hrtime.bigint().toString(36)}`;
  await onServer(server, async (admin) => {
    // Copying a template wants it unused, and it is made once: both are done in turns.
    await admin.query('select pg_advisory_lock(7274832018)');
    const known = await admin.query('select from pg_database where datname = $1', [template]);
    if (known.rowCount === 0) await makeServerTemplate(server, template, admin);
    await admin.query(`create database ${name} template ${template}`);
  });
  const url = urlOf(server, name);
  const database = await openDatabase({ url, log });
  return {
    ...database,
    target: { url },
    close: async () => {
      await database.close();
      await onServer(server, (admin) => admin.query(`drop database if exists ${name} with (force)`));
    },
  };
}

async function makeServerTemplate(server: string, template: string, admin: pg.Client): Promise<void> {
  const draft = `${template}_draft`;
  await admin.query(`drop database if exists ${draft} with (force)`);
  await admin.query(`create database ${draft} template template1`);
  await makeTemplate('--url', urlOf(server, draft));
  await admin.query(`alter database ${draft} rename to ${template}`);
}

const templateScript = fileURLToPath(new URL('./make-template.ts', import.meta.url));

async function makeTemplate(...target: string[]): Promise<void> {
  await run(process.execPath, [templateScript, ...target]);
}

async function onServer<T>(url: string, work: (admin: pg.Client) => Promise<T>): Promise<T> {
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.end();
  }
}

function urlOf(server: string, database: string): string {
  const url = new URL(server);
  url.pathname = `/${database}`;
  return url.href;
}

/** Changes whenever a migration does, or what makes the template. */
async function fingerprint(): Promise<string> {
  const hashes = (await readMigrations()).map(({ name, hash }) => `${name} ${hash}`);
  hashes.push(await readFile(templateScript, 'utf8'));
  return createHash('sha256').update(hashes.join()).digest('hex').slice(0, 12);
}
