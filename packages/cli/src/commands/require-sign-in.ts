import { CliError } from '#exit-codes.ts';
import type { Session } from '#run-command.ts';

/** Throws `conflict` where nobody signs in, so that what only people with accounts have is not looked for. */
export async function requireSignIn({ connection, terminal }: Session): Promise<void> {
  const { mode } = await connection.client.accounts.status({}, { signal: terminal.signal });
  if (mode === 'team') return;
  throw new CliError(
    'conflict',
    'Nobody signs in to this Yudai: it belongs to whoever uses this machine. docs/accounts.md tells how to change that.',
  );
}
