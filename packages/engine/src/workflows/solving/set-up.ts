import { createHash } from 'node:crypto';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { arch } from 'node:os';
import { dirname, join } from 'node:path';
import type { Box, CommandResult, EgressDecision } from '#sandbox/index.ts';
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

/** What a set-up has installed, kept for the next box. */
export interface Snapshot {
  readonly file: string;
  readonly exists: boolean;
}

const mostSnapshots = 3;

/** Keeps what a box has installed, and of those of this folder the newest few: each may be as large as a disk. */
export async function keepSnapshot(box: Box, file: string): Promise<void> {
  const folder = dirname(file);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await box.snapshot(file);
  const names = (await readdir(folder)).filter((name) => name.endsWith('.snapshot'));
  const dated = await Promise.all(
    names.map(async (name) => ({ name, at: (await stat(join(folder, name)).catch(() => null))?.mtimeMs ?? 0 })),
  );
  const old = dated.toSorted((a, b) => b.at - a.at).slice(mostSnapshots);
  for (const { name } of old) await rm(join(folder, name), { force: true });
}

/** Where the snapshot of a set-up is, and whether it is there. Null where none are kept, or none is needed. */
export async function snapshotOf(
  folder: string | null,
  setUps: readonly SetUp[],
  key: string,
): Promise<Snapshot | null> {
  if (folder === null || setUps.length === 0) return null;
  const file = join(folder, `${key}.snapshot`);
  const found = await stat(file).catch(() => null);
  return { file, exists: found !== null };
}

/** One line of a set-up that was run. */
export interface SetUpRun {
  readonly command: string;
  /** Its output ends with the hosts that it did not reach: package managers seldom say why. */
  readonly result: CommandResult;
}

/** Whoever follows a set-up. */
export interface SetUpWatch {
  /** Told when a line begins; gives what takes its output. */
  begin(command: string): (text: string) => void;
  /** Told when the last has ended. */
  ended(runs: readonly SetUpRun[]): Promise<void>;
}

/** Runs the lines of all set-ups in order, with the network. Ends at the first that fails: what comes after builds on it. */
export async function runSetUps(
  box: Box,
  setUps: readonly SetUp[],
  { signal, watch }: { readonly signal: AbortSignal; readonly watch?: SetUpWatch | undefined },
): Promise<SetUpRun[]> {
  const runs: SetUpRun[] = [];
  for (const { directory, commands } of setUps) {
    for (const command of commands) {
      const take = watch?.begin(command);
      const result = await box.run(
        {
          argv: ['sh', '-c', command],
          cwd: directory === '' ? '.' : directory,
          timeoutMs: setUpTimeoutMs,
          network: 'allowed',
        },
        { signal, onOutput: (chunk) => take?.(chunk.toString('utf8')) },
      );
      const missed = missedHosts(box.egressDecisions);
      runs.push({ command, result: { ...result, output: result.output + missed } });
      if (result.exitCode !== 0) return runs;
    }
  }
  return runs;
}

const whyMissed = {
  not_listed: 'is not among the hosts that boxes of this project may reach',
  private_address: 'is at an address of a private network, which only package registries of this machine may be',
  unreachable: 'does not answer',
} as const;

function missedHosts(decisions: readonly EgressDecision[]): string {
  const lines = decisions.flatMap(({ host, port, outcome }) =>
    outcome === 'allowed' ? [] : [`[Yudai: ${host}:${port} ${whyMissed[outcome]}.]\n`],
  );
  return [...new Set(lines)].join('');
}
