import { text as readAll } from 'node:stream/consumers';
import { password } from '@clack/prompts';
import type { Account } from '@yudai/contract';
import { createClient } from '@yudai/contract/client';
import type { Command } from 'commander';
import { authorizing, isApiKey, keyOf, requireKey, requireSafeUrl } from '#connection/authorize.ts';
import { credentialsFile, forgetToken, storedToken, storeToken } from '#connection/credentials.ts';
import { askForCode, awaitToken } from '#connection/device-sign-in.ts';
import { CliError } from '#exit-codes.ts';
import { withCommonOptions, withExamples } from '#options.ts';
import type { Answer } from '#output/answer.ts';
import { safeText } from '#output/safe-text.ts';
import { type Cli, type Session, withSession } from '#run-command.ts';
import type { Terminal } from '#terminal.ts';

interface LoginOptions {
  readonly open?: boolean;
  readonly key?: boolean;
}

export function addLogin(program: Command, cli: Cli): void {
  const login = withCommonOptions(program.command('login'))
    .description('sign this command line in: a person answers in a browser, on this machine or another')
    .option('--open', 'open the page in the browser of this machine')
    .option('--key', 'keep an API key instead, taken from YUDAI_KEY or stdin')
    .action((options: LoginOptions, command: Command) =>
      options.key === true
        ? withSession(cli, command, keepKey, () => readKey(cli.terminal))
        : withSession(cli, command, (session) => signIn(cli, session, options.open === true), nobody),
    );
  withExamples(
    login,
    'yudai login --url https://yudai.example.org',
    'yudai login --open',
    'yudai login --key < key.txt',
  );

  const logout = withCommonOptions(program.command('logout'))
    .description('end the session of this command line on the server, and forget it')
    .action((_options: unknown, command: Command) => withSession(cli, command, signOut, nobody));
  withExamples(logout, 'yudai logout', 'yudai logout --url https://yudai.example.org --json');

  const whoami = withCommonOptions(program.command('whoami'))
    .description('who this command line is for the server')
    .action((_options: unknown, command: Command) => withSession(cli, command, tellWho));
  withExamples(whoami, 'yudai whoami', 'yudai whoami --json | jq -r .account.username');
}

const nobody = async (): Promise<null> => null;

async function signIn(cli: Cli, { connection, terminal }: Session, open: boolean): Promise<Answer> {
  const { signal } = terminal;
  const status = await connection.client.accounts.status({}, { signal });
  if (status.mode === 'local') return nobodySignsIn(status.account);
  if (connection.kind === 'in-process') {
    throw new CliError(
      'conflict',
      'A browser has to reach the server: start it with `yudai start`, or name it with --url.',
    );
  }
  requireSafeUrl(connection.url);
  const server = { reach: connection.fetch, url: connection.url, signal };
  const device = await askForCode(server);
  terminal.stderr.write(`Open ${safeText(device.page)}\nand let in the code ${safeText(device.userCode)}\n`);
  if (open) cli.browse(device.page);
  return keepToken({ connection, terminal }, await awaitToken(server, device, cli.wait));
}

/** Keeps the token once the server has said whose it is. */
async function keepToken({ connection, terminal }: Session, token: string): Promise<Answer> {
  const client = createClient({ url: connection.url, fetch: authorizing(connection.fetch, token) });
  const account = await client.accounts.get({}, { signal: terminal.signal });
  await storeToken(terminal, connection.url, token);
  const path = credentialsFile(terminal);
  return {
    data: { url: connection.url, account, credentials: path },
    text: () => `Signed in to ${connection.url} as ${safeText(account.name)}.`,
  };
}

async function readKey(terminal: Terminal): Promise<string> {
  const given = keyOf(terminal) ?? (await askForKey(terminal)).trim();
  return requireKey(given, 'That is no API key of Yudai, which begins with yudai_. Give it on stdin or in YUDAI_KEY.');
}

async function askForKey({ stdin, stderr }: Terminal): Promise<string> {
  if (stdin.isTTY !== true) return readAll(stdin);
  const typed = await password({ message: 'API key', output: stderr });
  if (typeof typed === 'string') return typed;
  throw new CliError('cancelled', 'Nothing was kept.');
}

/** The connection shows the key already. */
async function keepKey({ connection, terminal }: Session): Promise<Answer> {
  const { signal } = terminal;
  const status = await connection.client.accounts.status({}, { signal });
  if (status.mode === 'local') return nobodySignsIn(status.account);
  const account = await connection.client.accounts.get({}, { signal });
  await storeToken(terminal, connection.url, connection.token ?? '');
  return {
    data: { url: connection.url, account, credentials: credentialsFile(terminal) },
    text: () => `Signed in to ${connection.url} as ${safeText(account.name)}, with an API key.`,
  };
}

async function signOut({ connection, terminal }: Session): Promise<Answer> {
  const { url } = connection;
  const token = await storedToken(terminal, url);
  if (token === null) {
    const status = await connection.client.accounts.status({}, { signal: terminal.signal });
    if (status.mode === 'local') return nobodySignsIn(status.account);
    return {
      data: { url, revoked: false, forgotten: false },
      text: () => `This command line is not signed in to ${url}.`,
    };
  }
  const revoked = !isApiKey(token) && (await endSession({ connection, terminal }, token));
  await forgetToken(terminal, url);
  const rest = isApiKey(token) ? ' The API key itself still works: `yudai keys revoke` ends it.' : '';
  return { data: { url, revoked, forgotten: true }, text: () => `Signed out of ${url}.${rest}` };
}

/** False when the session had ended before. Throws `upstream_failed` when the server does not end it. */
async function endSession({ connection, terminal }: Session, token: string): Promise<boolean> {
  const response = await authorizing(
    connection.fetch,
    token,
  )(
    new Request(`${connection.url}/api/auth/sign-out`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
      signal: terminal.signal,
    }),
  );
  if (response.ok) return true;
  if (response.status === 401) return false;
  throw new CliError(
    'upstream_failed',
    `The session could not be ended (HTTP ${response.status}). It is kept; try again.`,
  );
}

async function tellWho({ connection, terminal }: Session): Promise<Answer> {
  const { signal } = terminal;
  const { mode } = await connection.client.accounts.status({}, { signal });
  const account = await connection.client.accounts.get({}, { signal });
  if (mode === 'local') return nobodySignsIn(account);
  const { url, token } = connection;
  const via = token !== null && isApiKey(token) ? 'key' : 'session';
  return {
    data: { mode, url, via, account },
    text: (style) => {
      const known = account.username === null ? '' : style('dim', ` (${safeText(account.username)} on GitHub)`);
      const role = account.administrator ? ', an administrator' : '';
      return `${style('bold', safeText(account.name))}${known}${role}\n${url}, ${via === 'key' ? 'with an API key' : 'signed in'}`;
    },
  };
}

/** What commands about signing in answer where nobody does. */
function nobodySignsIn(account: Account | null): Answer {
  const name = account === null ? '' : `: it belongs to ${safeText(account.name)}, who uses this machine`;
  return { data: { mode: 'local', account }, text: () => `Nobody signs in to this Yudai${name}.` };
}
