import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { createClient } from '@yudai/contract/client';
import { z } from 'zod';
import { authorizing, tokenFor } from '#connection/authorize.ts';
import type { Connection, Whereabouts } from '#connection/connection.ts';
import { openInProcess } from '#connection/open-in-process.ts';
import { CliError } from '#exit-codes.ts';
import type { Terminal } from '#terminal.ts';

/**
 * Finds the Yudai to talk to: the server named by `--url` or YUDAI_URL; else the one that holds the data directory; else the
 * application itself, opened here on that directory. Two processes never open one embedded database.
 */
export async function connect(terminal: Terminal, where: Whereabouts): Promise<Connection> {
  const url = where.url ?? terminal.env['YUDAI_URL'];
  if (url !== undefined && url !== '') return connectToServer(url, terminal, where);
  if ((terminal.env['YUDAI_DATABASE_URL'] ?? '') === '') {
    const running = await serverOf(dataDirectory(terminal, where), terminal.signal);
    if (running !== null) return connectToServer(running, terminal, where);
  }
  return openInProcess(terminal, where);
}

/** Where Yudai keeps its data, by the same rule as the server. */
export function dataDirectory(terminal: Terminal, where: Whereabouts): string {
  const named = where.data ?? terminal.env['YUDAI_DATA'];
  if (named !== undefined && named !== '') return resolve(terminal.cwd, named.replace(/^~(?=\/|$)/, homedir()));
  return join(terminal.env['XDG_DATA_HOME'] || join(homedir(), '.local', 'share'), 'yudai');
}

async function connectToServer(url: string, terminal: Terminal, where: Whereabouts): Promise<Connection> {
  const base = serverUrl(url);
  const call = async (request: Request): Promise<Response> => {
    let response;
    try {
      response = await fetch(request);
    } catch (error) {
      if (request.signal.aborted) throw error;
      throw new CliError('unavailable', `Yudai does not answer at ${base}. Is it running, and is the address right?`, {
        cause: error,
      });
    }
    // Yudai answers programs in JSON and feeds; a page comes from another server, or from a proxy that does not reach Yudai.
    if (response.headers.get('content-type')?.startsWith('text/html') === true) throw isNotYudai(base, response.status);
    return response;
  };
  const signal = AbortSignal.any([terminal.signal, AbortSignal.timeout(10_000)]);
  const live = await call(new Request(`${base}/health/live`, { signal }));
  if (!live.ok || !isYudai.safeParse(await live.json().catch(() => null)).success) throw isNotYudai(base, live.status);
  const token = await tokenFor(terminal, where, base);
  const reach = authorizing(call, token);
  return {
    client: createClient({ url: base, fetch: reach }),
    kind: 'server',
    url: base,
    token,
    fetch: reach,
    close: async () => {},
  };
}

/** What `/health/live` says of a Yudai. */
const isYudai = z.object({ status: z.literal('ok') });

function isNotYudai(base: string, status: number): CliError {
  const message = `What answers at ${base} is not Yudai (HTTP ${status}). Is it running, and is the address right?`;
  return new CliError('unavailable', message);
}

function serverUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url !== null && /^https?:$/.test(url.protocol)) return url.href.replace(/\/+$/, '');
  throw new CliError('bad_request', `"${text}" is not the address of a server. It looks like http://127.0.0.1:4747.`);
}

const holderSchema = z.object({ pid: z.number().int().positive(), url: z.string().nullable() });

/** The address of the server that uses this data directory now; waits for one that is just starting. Null when none does. */
async function serverOf(directory: string, signal: AbortSignal): Promise<string | null> {
  for (let attempt = 0; attempt < 75; attempt += 1) {
    const holder = await holderOf(directory);
    if (holder === null || !isAlive(holder.pid)) return null;
    if (holder.url !== null) return (await answers(holder.url)) ? holder.url : null;
    await wait(200, undefined, { signal });
  }
  return null;
}

async function holderOf(directory: string): Promise<z.infer<typeof holderSchema> | null> {
  try {
    return holderSchema.parse(JSON.parse(await readFile(join(directory, 'server.json'), 'utf8')));
  } catch {
    // No server has been here, or its note is being written: the lock of the directory itself decides when it is opened.
    return null;
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/health/live`, { signal: AbortSignal.timeout(5000) })).ok;
  } catch {
    // A note left behind by a process that was killed, whose id another one has now.
    return false;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
