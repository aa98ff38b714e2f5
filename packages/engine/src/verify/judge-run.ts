import { type TestRun, isFailing } from '#verify/test-run.ts';

/** How the command that ran the tests ended. `finished` is false when it was stopped: by its time limit, for its memory, by a person. */
export interface Ending {
  readonly exitCode: number | null;
  readonly finished: boolean;
}

export interface Verdict {
  /** `nothing_ran` and `unknown` are no pass. */
  readonly outcome: 'passed' | 'failed' | 'nothing_ran' | 'unknown';
  /** One sentence for a person. */
  readonly reason: string;
}

/**
 * What a run of tests says. It passed when its report says so of at least one test, of none the opposite, and the exit code agrees. Without a
 * report (null) an exit code of 0 is `unknown`: nothing says that a test ran.
 */
export function judgeRun(run: TestRun | null, ending: Ending): Verdict {
  const failing = run?.results.filter(({ outcome }) => isFailing(outcome)) ?? [];
  if (failing.length > 0) return { outcome: 'failed', reason: `${tests(failing.length)} failed.` };
  if (!ending.finished) return { outcome: 'unknown', reason: 'The run was stopped before its end.' };
  if (run === null) return withoutReport(ending);
  const problem = run.problems[0];
  if (problem !== undefined)
    return ending.exitCode === 0 ? { outcome: 'unknown', reason: problem } : failed(ending, problem);
  const { passed, skipped } = run.totals;
  if (passed === 0) return nothingRan(skipped);
  if (ending.exitCode !== 0) return failed(ending, 'No test of its report failed.');
  return { outcome: 'passed', reason: `${tests(passed)} passed${skipped > 0 ? `, ${skipped} skipped` : ''}.` };
}

/** A check without tests, such as a linter: the exit code is its whole answer. */
export function judgeCommand(ending: Ending): Verdict {
  if (!ending.finished) return { outcome: 'unknown', reason: 'It was stopped before its end.' };
  return ending.exitCode === 0
    ? { outcome: 'passed', reason: 'It ended with exit code 0.' }
    : { outcome: 'failed', reason: `It ended with ${exitOf(ending)}.` };
}

function withoutReport(ending: Ending): Verdict {
  if (ending.exitCode !== 0) return failed(ending, 'It has no report that can be read.');
  return { outcome: 'unknown', reason: 'It ended with exit code 0, and no report says that a test ran.' };
}

function nothingRan(skipped: number): Verdict {
  const reason = skipped > 0 ? `No test ran: ${skipped} were skipped.` : 'No test ran.';
  return { outcome: 'nothing_ran', reason };
}

function failed(ending: Ending, more: string): Verdict {
  return { outcome: 'failed', reason: `It ended with ${exitOf(ending)}. ${more}` };
}

function exitOf({ exitCode }: Ending): string {
  return exitCode === null ? 'a signal' : `exit code ${exitCode}`;
}

function tests(count: number): string {
  return count === 1 ? '1 test' : `${count} tests`;
}
