import { parseArgs } from 'node:util';
import { AppError } from '#kernel/app-error.ts';
import { type Config, ConfigError, configHelp, parseConfig, readEnv } from '#platform/config/index.ts';

const usage = `Usage: node packages/server/src/main.ts [command] [options]

Commands
  serve     answer requests and run jobs (the default)
  worker    run jobs only; needs YUDAI_DATABASE_URL
  migrate   bring the database to this version, then stop
  backup <file>   write the data directory into one file; the server must be stopped
  restore <file>  put such a file into an empty data directory
  doctor    look at what Yudai needs from this machine

Options
  --port <number>  --host <address>  --data <folder>
  --config <file>     read variables from a file, under those of the environment
  --open              open the browser when ready
  --help

Environment
`;

const exit = { fine: 0, failed: 1, wrongUse: 2 } as const;

/** The server's command line. Returns the exit code: 0 fine, 1 failed, 2 used or configured wrongly. */
export async function runCommand(args: readonly string[]): Promise<number> {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        port: { type: 'string' },
        host: { type: 'string' },
        data: { type: 'string' },
        config: { type: 'string' },
        open: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    const [command = 'serve', ...others] = positionals;
    const [file, ...rest] = command === 'backup' || command === 'restore' ? others : [undefined, ...others];
    if (values.help) return say(`${usage}${configHelp()}`);
    if (rest.length > 0) return complain(`Too many arguments: ${rest.join(' ')}. See --help.`, exit.wrongUse);
    const env = readEnv(values.config);
    const config = parseConfig({
      ...env,
      ...(values.port === undefined ? {} : { YUDAI_PORT: values.port }),
      ...(values.host === undefined ? {} : { YUDAI_HOST: values.host }),
      ...(values.data === undefined ? {} : { YUDAI_DATA: values.data }),
      ...(command === 'worker' ? { YUDAI_ROLE: 'worker' } : {}),
    });
    return await runWith(command, config, values.open, file);
  } catch (error) {
    return complain(...explain(error));
  }
}

async function runWith(command: string, config: Config, open: boolean, file: string | undefined): Promise<number> {
  switch (command) {
    case 'serve': {
      const { serve } = await import('#app/serve.ts');
      await serve(config, { open, onReady: (url) => say(url) });
      return exit.fine;
    }
    case 'worker': {
      const { work } = await import('#app/serve.ts');
      await work(config);
      return exit.fine;
    }
    case 'migrate': {
      const { migrate } = await import('#app/migrate.ts');
      return say(await migrate(config));
    }
    case 'backup':
    case 'restore': {
      if (file === undefined) return complain(`Name the file: ${command} <file>.`, exit.wrongUse);
      const { backUp, restore } = await import('#app/backup.ts');
      return say(await (command === 'backup' ? backUp : restore)(config, file));
    }
    case 'doctor': {
      const { examine } = await import('#app/doctor.ts');
      const findings = await examine(config);
      const lines = findings.map(
        ({ name, status, detail, fix }) =>
          `${status.padEnd(8)} ${name}: ${detail}${fix === '' ? '' : `\n         ${fix}`}`,
      );
      say(lines.join('\n'));
      return findings.some(({ status }) => status === 'problem') ? exit.failed : exit.fine;
    }
    default:
      return complain(`There is no command ${command}. See --help.`, exit.wrongUse);
  }
}

function explain(error: unknown): [message: string, code: number] {
  if (error instanceof ConfigError) return [`Yudai cannot start. ${error.message}`, exit.wrongUse];
  if (error instanceof AppError) return [error.message, exit.failed];
  const wrongUse = error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
  if (wrongUse) return [`${error.message} See --help.`, exit.wrongUse];
  return [error instanceof Error ? (error.stack ?? error.message) : String(error), exit.failed];
}

function say(text: string): number {
  process.stdout.write(`${text}\n`);
  return exit.fine;
}

function complain(message: string, code: number): number {
  process.stderr.write(`${message}\n`);
  return code;
}
