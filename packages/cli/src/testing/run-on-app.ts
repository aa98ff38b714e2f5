import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { TestApp } from '@yudai/server/testing';
import { authorizing, tokenFor } from '#connection/authorize.ts';
import type { Connection, Whereabouts } from '#connection/connection.ts';
import { createClient } from '@yudai/contract/client';
import { runCli } from '#program.ts';
import { type Cli, createCli } from '#run-command.ts';
import type { Terminal } from '#terminal.ts';

/** No credentials are kept here. */
const nowhere = '/nowhere';

export interface RunOptions {
  readonly cwd?: string;
  readonly stdin?: string;
  /** What somebody types at a terminal, instead of `stdin`: it stays open until they leave. */
  readonly keyboard?: PassThrough;
  readonly env?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** Where the application is for the command line: with a server, unless it is told otherwise. */
  readonly kind?: Connection['kind'];
  /** Stands for the time between two questions. */
  readonly wait?: () => Promise<void>;
  /** Told the pages that a browser is sent to. */
  readonly browse?: (url: string) => void;
  /** Called with what was written to stderr so far, whenever that grows. */
  readonly onStderr?: (text: string) => void;
}

export interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs one command line against an application in this process and collects what it wrote. */
export function runOnApp(app: TestApp, args: readonly string[], options: RunOptions = {}): Promise<Run> {
  return collect(args, options, {
    open: async (terminal, where) => ({
      ...(await connectionTo(app, terminal, where)),
      kind: options.kind ?? 'server',
    }),
  });
}

/** The same against a server that runs, reached as people reach it. */
export function runOnServer(url: string, args: readonly string[], options: RunOptions = {}): Promise<Run> {
  return collect(args, { ...options, env: { YUDAI_URL: url, ...options.env } }, {});
}

async function collect(args: readonly string[], options: RunOptions, how: Partial<Pick<Cli, 'open'>>): Promise<Run> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const stdin = Object.assign(options.keyboard ?? new PassThrough(), { isTTY: options.keyboard !== undefined });
  if (options.keyboard === undefined) stdin.end(options.stdin ?? '');
  let said = '';
  stderr.on('data', (part) => {
    said += String(part);
    options.onStderr?.(said);
  });
  const { cwd = '/', signal = new AbortController().signal } = options;
  const { wait = async () => undefined, browse = () => undefined } = options;
  const terminal = { stdin, stdout, stderr, env: { XDG_CONFIG_HOME: nowhere, ...options.env }, cwd, signal };
  const cli = createCli(terminal, { ...how, wait, browse });
  const written = text(stdout);
  const code = await runCli(cli, args);
  stdout.end();
  return { code, stdout: await written, stderr: said };
}

/** As to a server that runs, signed in with what the environment or the credentials of the test say. */
async function connectionTo(app: TestApp, terminal: Terminal, where: Whereabouts): Promise<Connection> {
  const url = 'http://localhost';
  const token = await tokenFor(terminal, where, url);
  const reach = authorizing((request) => app.app.fetch(request), token);
  return {
    client: createClient({ url, fetch: reach }),
    kind: 'server',
    url,
    token,
    fetch: reach,
    close: async () => {},
  };
}
