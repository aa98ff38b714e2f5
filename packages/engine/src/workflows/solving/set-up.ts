import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { arch } from 'node:os';
import { join } from 'node:path';
import type { Box, CommandResult } from '#sandbox/index.ts';
import type { SetUp } from '#verify/index.ts';
import type { ProjectChecks } from '#workflows/solving/project-checks.ts';

const setUpTimeoutMs = 15 * 60_000;

/** Names what a set-up installs: its commands, the files that decide about them, and the kind of machine. */
export function keyOfSetUp(setUps: readonly SetUp[], entries: ProjectChecks['entries']): string {
  const files = setUps.flatMap(({ cacheKey }) => cacheKey.map((path) => [path, entries.get(path)?.blob ?? null]));
  const commands = setUps.map(({ directory, commands: lines }) => [directory, lines]);
  return createHash('sha256')
    .update(JSON.stringify([2, arch(), commands, files]))
    .digest('hex')
    .slice(0, 32);
}

/** Where the snapshot of a set-up is, and whether it is there. Null where none are kept, or none is needed. */
export async function snapshotOf(
  folder: string | null,
  setUps: readonly SetUp[],
  key: string,
): Promise<{ readonly file: string; readonly exists: boolean } | null> {
  if (folder === null || setUps.length === 0) return null;
  const file = join(folder, `${key}.snapshot`);
  const found = await stat(file).catch(() => null);
  return { file, exists: found !== null };
}

/** One line of a set-up that was run. */
export interface SetUpRun {
  readonly command: string;
  readonly result: CommandResult;
}

/** Runs the lines of all set-ups in order, with the network. Ends at the first that fails: what comes after builds on it. */
export async function runSetUps(
  box: Box,
  setUps: readonly SetUp[],
  options: { readonly signal: AbortSignal; readonly onOutput: (chunk: Buffer) => void },
): Promise<SetUpRun[]> {
  const runs: SetUpRun[] = [];
  for (const { directory, commands } of setUps) {
    for (const command of commands) {
      const result = await box.run(
        {
          argv: ['sh', '-c', command],
          cwd: directory === '' ? '.' : directory,
          timeoutMs: setUpTimeoutMs,
          network: 'allowed',
        },
        options,
      );
      runs.push({ command, result });
      if (result.exitCode !== 0) return runs;
    }
  }
  return runs;
}
