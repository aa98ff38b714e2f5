import type { CheckKind } from '#verify/check.ts';
import { type Verdict, judgeCommand, judgeRun } from '#verify/judge-run.ts';
import type { TestRun } from '#verify/test-run.ts';

/** What every record of something that happened in a solve carries. */
interface Recorded {
  readonly id: string;
  readonly at: Date;
  /** The stage that did it, such as `coder` or `verify`. */
  readonly stage: string;
  /** Counted from 1. */
  readonly attempt: number;
}

interface Ran extends Recorded {
  readonly command: string;
  /** Null when a signal ended it. */
  readonly exitCode: number | null;
  /** False when it was stopped: by its time limit, for its memory, by a person. */
  readonly finished: boolean;
  readonly durationMs: number;
  /** Its beginning and end, as the box elided it. */
  readonly output: string;
  /** What the changed files were while it ran. */
  readonly fileHashes: FileHashes;
}

/** Path → SHA-256 of its content; null where there is no such file. */
export type FileHashes = Readonly<Record<string, string | null>>;

export interface CommandEvidence extends Ran {
  readonly kind: 'command';
  /** Which check of the project it was, if any. */
  readonly check: CheckKind | null;
}

export interface TestEvidence extends Ran {
  readonly kind: 'test';
  /** On the tree before the change, on the final one in a fresh box, or while working. */
  readonly when: 'before' | 'after' | 'during';
  /** Null when the runner has no report that can be read. */
  readonly testRun: TestRun | null;
}

export interface EditEvidence extends Recorded {
  readonly kind: 'edit';
  readonly fileHashes: FileHashes;
}

export interface FileEvidence extends Recorded {
  readonly kind: 'file';
  readonly fileHashes: FileHashes;
}

/** A person, or a model that was asked to, looked at the change. */
export interface ReviewEvidence extends Recorded {
  readonly kind: 'review';
  readonly by: string;
  readonly approved: boolean;
  readonly text: string;
  readonly fileHashes: FileHashes;
}

export type Evidence = CommandEvidence | TestEvidence | EditEvidence | FileEvidence | ReviewEvidence;

/** What a record says by itself; an edit and a file say nothing about right and wrong. */
export function verdictOf(record: Evidence): Verdict {
  switch (record.kind) {
    case 'command':
      return judgeCommand(record);
    case 'test':
      return judgeRun(record.testRun, record);
    case 'review':
      return record.approved
        ? { outcome: 'passed', reason: `${record.by} approved it.` }
        : { outcome: 'failed', reason: `${record.by} did not approve it.` };
    case 'edit':
    case 'file':
      return { outcome: 'unknown', reason: 'It was written down; nothing was checked.' };
  }
}
