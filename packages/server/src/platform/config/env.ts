import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { ConfigError } from '#platform/config/parse-config.ts';

/**
 * The environment as strings: the process's own, over those of a file if one is named. This is the only place that reads
 * `process.env`. Throws `ConfigError` when the file cannot be read.
 */
export function readEnv(envFile?: string): Record<string, string | undefined> {
  return { ...(envFile === undefined ? {} : readEnvFile(envFile)), ...process.env };
}

function readEnvFile(path: string): Record<string, string | undefined> {
  try {
    return parseEnv(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new ConfigError([`The file given with --config cannot be read (${errorCode(error)}).`]);
  }
}

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown error';
}
