import { constants } from 'node:fs';
import { access, stat, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { CliError } from '#exit-codes.ts';
import { safeText } from '#output/safe-text.ts';
import type { Terminal } from '#terminal.ts';

/** Writes what a person asked for to a file. Throws `bad_request`, with the file's name, where that cannot be. */
export async function saveFile({ cwd }: Pick<Terminal, 'cwd'>, file: string, text: string): Promise<void> {
  await writeFile(resolve(cwd, file), text).catch((error: unknown) => {
    throw refusal(file, error);
  });
}

/** Throws what `saveFile` would, before the work whose outcome is to be written, and writes nothing. */
export async function checkSavable({ cwd }: Pick<Terminal, 'cwd'>, file: string): Promise<void> {
  const path = resolve(cwd, file);
  try {
    const found = await stat(path).catch(() => null);
    if (found?.isDirectory() === true) throw new Error('It is a folder.');
    await access(found === null ? dirname(path) : path, constants.W_OK);
  } catch (error) {
    throw refusal(file, error);
  }
}

function refusal(file: string, cause: unknown): CliError {
  return new CliError('bad_request', `The file ${safeText(file)} cannot be written.`, { cause });
}
