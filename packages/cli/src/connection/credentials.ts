import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { CliError } from '#exit-codes.ts';
import type { Terminal } from '#terminal.ts';

/** What was kept of a sign-in, by the address of its server. */
const credentialsSchema = z.object({
  servers: z.record(z.string(), z.object({ token: z.string().min(1), savedAt: z.iso.datetime() })),
});
type Credentials = z.infer<typeof credentialsSchema>;

/** Where tokens are kept: a file that only this user may read. */
export function credentialsFile({ env }: Pick<Terminal, 'env'>): string {
  return join(env['XDG_CONFIG_HOME'] || join(homedir(), '.config'), 'yudai', 'credentials.json');
}

/** The token that was kept for the server at this address; null when there is none. */
export async function storedToken(terminal: Pick<Terminal, 'env'>, url: string): Promise<string | null> {
  const { servers } = await readCredentials(credentialsFile(terminal));
  return servers[url]?.token ?? null;
}

/** Keeps the token for this server, in place of an earlier one. */
export async function storeToken(terminal: Pick<Terminal, 'env'>, url: string, token: string): Promise<void> {
  const path = credentialsFile(terminal);
  const { servers } = await readCredentials(path);
  await writeCredentials(path, { servers: { ...servers, [url]: { token, savedAt: new Date().toISOString() } } });
}

/** Forgets the token of this server. */
export async function forgetToken(terminal: Pick<Terminal, 'env'>, url: string): Promise<void> {
  const path = credentialsFile(terminal);
  const { [url]: _forgotten, ...servers } = (await readCredentials(path)).servers;
  await (Object.keys(servers).length === 0 ? rm(path, { force: true }) : writeCredentials(path, { servers }));
}

async function readCredentials(path: string): Promise<Credentials> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return { servers: {} };
    throw new CliError('internal', `The file ${path} cannot be read.`, { cause: error });
  }
  try {
    return credentialsSchema.parse(JSON.parse(text));
  } catch {
    // The cause would quote the text, and with it a token.
    throw new CliError('internal', `The file ${path} is damaged. Remove it and run \`yudai login\` again.`);
  }
}

/** Writes beside and renames, so that no moment shows half a file or one that others may read. */
async function writeCredentials(path: string, credentials: Credentials): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const beside = `${path}.${process.pid}`;
  await writeFile(beside, `${JSON.stringify(credentials, null, 2)}\n`, { mode: 0o600 });
  await chmod(beside, 0o600);
  await rename(beside, path);
}
