// A private PostgreSQL cluster for the tests: new, on a free port of the loopback, without fsync unless asked, gone afterwards.
import { spawn } from 'node:child_process';
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { runCommand, ScriptError } from './run-command.mjs';
import { postgresFolder } from './test-machine.mjs';

/** The application signs in as a role that owns its database and may make roles and databases, but is no superuser. */
const firstStatements = `
create role yudai_owner login createrole createdb;
create extension vector;
create extension pg_trgm;
create database yudai_test owner yudai_owner template template1;
`;

/** Starts the cluster, `durable` with fsync. The caller ends it with `stop()`; it also ends when this process does. */
export async function startPostgres({ durable = false } = {}) {
  const programs = postgresFolder();
  if (programs === undefined) throw new ScriptError('PostgreSQL 15 or newer was not found.');
  const folder = mkdtempSync(join(tmpdir(), 'yudai-postgres-'));
  const identity = await serverIdentity();
  if (identity.uid !== undefined) chownSync(folder, identity.uid, identity.gid);
  const data = join(folder, 'data');
  const initialised = await runCommand(
    join(programs, 'initdb'),
    ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'],
    { ...identity, cwd: folder },
  );
  if (initialised.code !== 0) throw new ScriptError(`PostgreSQL could not be initialised:\n${initialised.text}`);
  const port = await freePort();
  const server = startServer(join(programs, 'postgres'), data, folder, port, identity, durable);
  const stop = () => stopServer(server, folder);
  try {
    await firstSql(programs, port, server);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: `postgres://yudai_owner@127.0.0.1:${port}/yudai_test`, stop };
}

/** The shell watches a pipe from us: when we end, however we end, the server is told to stop. */
function startServer(program, data, folder, port, identity, durable) {
  // Databases live for seconds: nothing has to survive, nobody tidies up, and no statement is worth compiling.
  const hasty = {
    fsync: 'off',
    synchronous_commit: 'off',
    full_page_writes: 'off',
    wal_level: 'minimal',
    max_wal_senders: 0,
    autovacuum: 'off',
    jit: 'off',
  };
  const settings = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: folder,
    max_connections: 200,
    ...(durable ? {} : hasty),
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const script =
    'trap "" INT; folder=$1; shift; "$@" </dev/null & pid=$!; cat >/dev/null; kill -INT $pid; wait $pid; cd / && rm -rf "$folder"';
  const child = spawn('sh', ['-c', script, 'sh', folder, program, '-D', data, ...flags], {
    stdio: ['pipe', 'ignore', 'pipe'],
    cwd: folder,
    ...identity,
  });
  const server = { child, log: '' };
  child.stderr.on('data', (part) => (server.log = (server.log + part).slice(-4000)));
  return server;
}

async function stopServer(server, folder) {
  const ended = new Promise((resolve) => server.child.once('close', resolve));
  if (server.child.exitCode === null) {
    server.child.stdin.end();
    await ended;
  }
  rmSync(folder, { recursive: true, force: true });
}

async function firstSql(programs, port, server) {
  const psql = [
    '-h',
    '127.0.0.1',
    '-p',
    String(port),
    '-U',
    'postgres',
    '-d',
    'template1',
    '-v',
    'ON_ERROR_STOP=1',
    '-q',
  ];
  for (let attempt = 0; attempt < 300; attempt += 1) {
    const { code, text } = await runCommand(join(programs, 'psql'), psql, { input: firstStatements });
    if (code === 0) return;
    // 2: it could not connect, so the server is still starting.
    if (code !== 2) throw new ScriptError(`The test database could not be made:\n${text}`);
    await wait(100);
  }
  throw new ScriptError(`PostgreSQL did not start:\n${server.log}`);
}

/** PostgreSQL refuses to run as root. */
async function serverIdentity() {
  if (process.getuid?.() !== 0) return {};
  for (const user of ['postgres', 'nobody']) {
    const { code, text } = await runCommand('id', ['-u', user]);
    const group = await runCommand('id', ['-g', user]);
    if (code === 0) return { uid: Number(text), gid: Number(group.text) };
  }
  throw new ScriptError('PostgreSQL does not run as root, and there is no user postgres or nobody to run it as.');
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
