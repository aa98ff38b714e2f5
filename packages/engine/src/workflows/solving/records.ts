import type { SolveStage } from '@yudai/contract';
import type { CommandResult } from '#sandbox/index.ts';
import type { Check, CheckKind, CommandEvidence, FileHashes, TestEvidence, TestRun } from '#verify/index.ts';

/** Whose record it is. */
export interface RecordHead {
  readonly id: string;
  readonly at: Date;
  readonly stage: SolveStage;
  readonly attempt: number;
  /** The changed files while it ran, where somebody looked at them; what ran on unknown files shows nothing. */
  readonly fileHashes: FileHashes;
}

/** A command that ran as a record. */
export function toCommandEvidence(
  head: RecordHead,
  command: string,
  check: CheckKind | null,
  result: CommandResult,
): CommandEvidence {
  return { ...head, ...ran(command, result), kind: 'command', check };
}

/** A check of the project that ran, as a record: tests with what each of them said. */
export function toCheckEvidence(
  head: RecordHead,
  check: Check,
  when: TestEvidence['when'],
  { result, testRun }: { readonly result: CommandResult; readonly testRun: TestRun | null },
): CommandEvidence | TestEvidence {
  if (check.kind !== 'test') return toCommandEvidence(head, check.command, check.kind, result);
  return { ...head, ...ran(check.command, result), kind: 'test', when, testRun };
}

/** Nobody has looked at the files: this is the hash of no file, so that such a record never counts for any state of them. */
export const unknownFiles: FileHashes = { '': 'unknown' };

function ran(command: string, result: CommandResult) {
  const { exitCode, timedOut, outOfMemory, outOfDisk, durationMs, output } = result;
  const finished = exitCode !== null && !timedOut && !outOfMemory && !outOfDisk;
  return { command, exitCode, finished, durationMs: Math.round(durationMs), output };
}
