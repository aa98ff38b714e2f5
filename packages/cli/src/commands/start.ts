import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { readConfig, serverEnvironment } from '#connection/open-in-process.ts';
import { type ExitCode, exitCodes } from '#exit-codes.ts';
import { withExamples } from '#options.ts';
import { type Cli, guarding } from '#run-command.ts';
import type { Terminal } from '#terminal.ts';

interface StartOptions {
  readonly port?: string;
  readonly host?: string;
  readonly data?: string;
  readonly open?: boolean;
  readonly json?: boolean;
  readonly help?: boolean;
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
    // Its own, because the table of variables is the server's, which is loaded only when somebody asks.
    .helpOption(false)
    .option('-h, --help', 'display help for command')
    .action((options: StartOptions) =>
      guarding(cli, options, () =>
        options.help === true ? showHelp(start, cli.terminal) : run(cli.terminal, options),
      ),
    );
  withExamples(
    start,
    'yudai start',
    'yudai start --port 5000 --data ./data --open',
    'YUDAI_DATABASE_URL=postgres://… yudai start',
  );
}

async function showHelp(start: Command, terminal: Terminal): Promise<ExitCode> {
  start.outputHelp();
  const { configHelp } = await import('@yudai/server');
  terminal.stdout.write(`\nEnvironment (a wrong value stops the start and is named):\n${configHelp()}\n`);
  return exitCodes.ok;
}

/** Runs until it is told to stop. Says where it answers as soon as it does. */
async function run(terminal: Terminal, options: StartOptions): Promise<ExitCode> {
  const { port, host, data } = options;
  const config = await readConfig({
    ...serverEnvironment(terminal, { data }),
    ...(port === undefined ? {} : { YUDAI_PORT: port }),
    ...(host === undefined ? {} : { YUDAI_HOST: host }),
  });
  if (config.database.url === null && !existsSync(join(config.dataDir, 'database'))) {
    terminal.stderr.write(`Making a new database in ${config.dataDir}; this once it takes about ten seconds …\n`);
  }
  const { serve } = await import('@yudai/server');
  const onReady = (url: string): void => {
    const ready = JSON.stringify({ url, pid: process.pid, data: config.dataDir });
    terminal.stdout.write(options.json === true ? `${ready}\n` : `\n  Yudai is ready: ${url}\n\n`);
  };
  await serve(config, { onReady, open: options.open === true });
  return exitCodes.ok;
}
