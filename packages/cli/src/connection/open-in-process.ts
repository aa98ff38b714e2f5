import { createClient } from '@yudai/contract/client';
import { authorizing, keyOf } from '#connection/authorize.ts';
import type { Connection, Whereabouts } from '#connection/connection.ts';
import { CliError } from '#exit-codes.ts';
import type { Terminal } from '#terminal.ts';

/** Only `app.fetch` understands this address. */
const nowhere = 'http://127.0.0.1';

/** Opens the application in this process, without listening. Its log keeps quiet below warnings unless YUDAI_LOG_LEVEL is set. */
export async function openInProcess(terminal: Terminal, where: Whereabouts): Promise<Connection> {
  const { createApp } = await import('@yudai/server');
  const config = await readConfig({ YUDAI_LOG_LEVEL: 'warn', ...serverEnvironment(terminal, where) });
  const app = await createApp(config);
  const token = where.token === undefined ? keyOf(terminal) : where.token;
  const reach = authorizing((request) => app.fetch(request), token);
  return {
    client: createClient({ url: nowhere, fetch: reach }),
    kind: 'in-process',
    url: nowhere,
    token,
    fetch: reach,
    close: () => app.close(),
  };
}

/** The configuration, or every wrong setting in words. */
export async function readConfig(env: Readonly<Record<string, string | undefined>>) {
  const { ConfigError, parseConfig } = await import('@yudai/server');
  try {
    return parseConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) throw new CliError('bad_request', error.problems.join('\n'));
    throw error;
  }
}

/** The environment as the server reads it: without what is the CLI's own, with the options given here on top. */
export function serverEnvironment(terminal: Terminal, where: Whereabouts): Record<string, string | undefined> {
  const { YUDAI_URL: _url, YUDAI_KEY: _key, ...env } = terminal.env;
  return { ...env, ...(where.data === undefined ? {} : { YUDAI_DATA: where.data }) };
}
