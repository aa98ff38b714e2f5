import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { TestApp } from '@yudai/server/testing';
import type { Connection } from '#connection/connection.ts';
import { runCli } from '#program.ts';
import { createCli } from '#run-command.ts';

export interface RunOptions {
  readonly cwd?: string;
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** Called with what was written to stderr so far, whenever that grows. */
  readonly onStderr?: (text: string) => void;
}

export interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs one command line against an application in this process and collects what it wrote. */
export async function runOnApp(app: TestApp, args: readonly string[], options: RunOptions = {}): Promise<Run> {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  stdin.end(options.stdin ?? '');
  let said = '';
  stderr.on('data', (part) => {
    said += String(part);
    options.onStderr?.(said);
  });
  const { env = {}, cwd = '/', signal = new AbortController().signal } = options;
  const cli = createCli({ stdin, stdout, stderr, env, cwd, signal }, async () => connectionTo(app));
  const written = text(stdout);
  const code = await runCli(cli, args);
  stdout.end();
  return { code, stdout: await written, stderr: said };
}

function connectionTo(app: TestApp): Connection {
  return {
    client: app.client,
    kind: 'server',
    url: 'http://localhost',
    fetch: (request) => app.app.fetch(request),
    close: async () => {},
  };
}
