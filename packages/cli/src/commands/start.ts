import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Command } from 'commander';
import { readConfig, serverEnvironment } from '#connection/open-in-process.ts';
import { CliError, type ExitCode, exitCodes } from '#exit-codes.ts';
import { withExamples } from '#options.ts';
import { type Cli, guarding } from '#run-command.ts';
import type { Terminal } from '#terminal.ts';

interface StartOptions {
  readonly port?: string;
  readonly host?: string;
  readonly data?: string;
  readonly open?: boolean;
  readonly json?: boolean;
}

export function addStart(program: Command, cli: Cli): void {
  const start = program
    .command('start')
    .description('run the server: web, API and jobs, until Ctrl+C')
    .option('--port <port>', 'port to listen on; 0 takes a free one (YUDAI_PORT)')
    .option('--host <address>', 'address to listen on (YUDAI_HOST)')
    .option('--data <folder>', 'the data directory (YUDAI_DATA)')
    .option('--open', 'open a browser when it is ready')
    .option('--json', 'when it is ready, one JSON document on stdout')
    .action((options: StartOptions) => guarding(cli, options, () => serve(cli.terminal, options)));
  withExamples(
    start,
    'yudai start',
    'yudai start --port 5000 --data ./data --open',
    'YUDAI_DATABASE_URL=postgres://… yudai start',
  );
  start.addHelpText(
    'after',
    '\nEnvironment: docs/configuration.md has the table; a wrong value stops the start and is named.',
  );
}

/** Runs until it is told to stop. Says where it answers as soon as it does. */
async function serve(terminal: Terminal, options: StartOptions): Promise<ExitCode> {
  const { port, host, data } = options;
  const config = await readConfig({
    ...serverEnvironment(terminal, { data }),
    ...(port === undefined ? {} : { YUDAI_PORT: port }),
    ...(host === undefined ? {} : { YUDAI_HOST: host }),
  });
  const { createApp } = await import('@yudai/server');
  const app = await createApp(config);
  try {
    const url = await listen(app, config.http.port);
    const ready = { url, pid: process.pid, data: config.dataDir };
    terminal.stdout.write(options.json === true ? `${JSON.stringify(ready)}\n` : `\n  Yudai is ready: ${url}\n\n`);
    if (options.open === true) openBrowser(url, terminal);
    if (!terminal.signal.aborted) await once(terminal.signal, 'abort');
  } finally {
    await app.close();
  }
  return exitCodes.ok;
}

async function listen(app: { listen(): Promise<string> }, port: number): Promise<string> {
  try {
    return await app.listen();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    if (error.code === 'EADDRINUSE')
      throw new CliError('conflict', `Port ${port} is taken. Choose another with --port or YUDAI_PORT.`, {
        cause: error,
      });
    if (error.code === 'EACCES')
      throw new CliError('forbidden', `Port ${port} may not be opened by this user. Choose one above 1023.`, {
        cause: error,
      });
    throw error;
  }
}

/** A browser that cannot be opened is no reason to stop. */
function openBrowser(url: string, { stderr }: Terminal): void {
  const openers: Partial<Record<NodeJS.Platform, string>> = { darwin: 'open', win32: 'explorer' };
  const browser = spawn(openers[process.platform] ?? 'xdg-open', [url], { stdio: 'ignore', detached: true });
  browser.on('error', () => stderr.write(`No browser could be opened; go to ${url} yourself.\n`));
  browser.unref();
}
