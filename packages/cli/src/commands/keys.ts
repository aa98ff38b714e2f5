import { type ApiKey, type Id, idSchema, type KeyScope, keyScopes } from '@yudai/contract';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { requireSignIn } from '#commands/require-sign-in.ts';
import { wholeNumber, withCommonOptions, withExamples } from '#options.ts';
import { formatTime } from '#output/numbers.ts';
import { safeText } from '#output/safe-text.ts';
import type { Style } from '#output/style.ts';
import { formatTable } from '#output/table.ts';
import { type Cli, withSession } from '#run-command.ts';

interface CreateOptions {
  readonly scope: KeyScope;
  readonly days: number;
}

export function addKeys(program: Command, cli: Cli): void {
  const keys = program.command('keys').description('API keys, for scripts that have nobody to sign in');

  withCommonOptions(keys.command('list', { isDefault: true }))
    .description('list your keys; the secrets are not kept anywhere')
    .action((_options: unknown, command: Command) =>
      withSession(cli, command, async (session) => {
        await requireSignIn(session);
        const data = await session.connection.client.accounts.keys({}, { signal: session.terminal.signal });
        return { data, text: (style) => formatKeys(data.items, style) };
      }),
    );

  const create = withCommonOptions(keys.command('create'))
    .description('make a key; stdout is the secret, which is shown this once')
    .argument('<name>', 'what it is for')
    .addOption(
      new Option('-s, --scope <scope>', 'read, or write to change things too').choices(keyScopes).default('read'),
    )
    .option('--days <days>', 'days until it ends (1–366)', wholeNumber(1, 366), 90)
    .action((name: string, { scope, days }: CreateOptions, command: Command) =>
      withSession(cli, command, async (session) => {
        await requireSignIn(session);
        const { connection, terminal } = session;
        const scopes: KeyScope[] = scope === 'write' ? ['read', 'write'] : ['read'];
        const data = await connection.client.accounts.createKey({ name, scopes, days }, { signal: terminal.signal });
        terminal.stderr.write(
          `${safeText(data.key.name)} ends ${formatTime(data.key.expiresAt)}. Its secret is shown this once:\n`,
        );
        return { data, text: () => data.secret };
      }),
    );
  withExamples(
    create,
    'yudai keys create "nightly report"',
    'yudai keys create ci --scope write --days 30 | gh secret set YUDAI_KEY',
  );

  withCommonOptions(keys.command('revoke'))
    .description('end a key at once')
    .argument('<key>', 'id of the key', keyId)
    .action((id: Id<'apiKey'>, _options: unknown, command: Command) =>
      withSession(cli, command, async (session) => {
        await requireSignIn(session);
        const data = await session.connection.client.accounts.revokeKey({ id }, { signal: session.terminal.signal });
        return { data, text: () => 'The key is revoked.' };
      }),
    );

  withExamples(keys, 'yudai keys', 'yudai keys create ci --scope write', 'yudai keys revoke key_01k3… --json');
}

function keyId(text: string): Id<'apiKey'> {
  const parsed = idSchema('apiKey').safeParse(text);
  if (parsed.success) return parsed.data;
  throw new InvalidArgumentError(
    'It is not the id of a key, which looks like key_ and 26 characters. `yudai keys` lists them.',
  );
}

function formatKeys(keys: readonly ApiKey[], style: Style): string {
  if (keys.length === 0) return 'You have no API key. Make one with `yudai keys create <name>`.';
  return formatTable(
    keys.map((key) => [
      style('bold', safeText(key.name)),
      `${safeText(key.start)}…`,
      key.scopes.join(', '),
      `ends ${formatTime(key.expiresAt)}`,
      key.lastUsedAt === null ? 'never used' : `used ${formatTime(key.lastUsedAt)}`,
      style('dim', key.id),
    ]),
  );
}
