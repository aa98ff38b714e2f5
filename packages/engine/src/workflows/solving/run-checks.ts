import type { Box } from '#sandbox/index.ts';
import {
  type Check,
  type CommandEvidence,
  runCheck,
  type TestEvidence,
  type TestResult,
  type TestRun,
  verdictOf,
} from '#verify/index.ts';
import { type RecordHead, toCheckEvidence } from '#workflows/solving/records.ts';

const checkTimeoutMs = 15 * 60_000;

/** Runs checks of a project in a box, one after another. A record for each, in order. */
export async function runChecks(
  box: Box,
  checks: readonly Check[],
  options: {
    readonly when: TestEvidence['when'];
    readonly signal: AbortSignal;
    readonly headOf: (order: number) => RecordHead;
    readonly onOutput?: (text: string) => void;
  },
): Promise<(CommandEvidence | TestEvidence)[]> {
  const records: (CommandEvidence | TestEvidence)[] = [];
  for (const [order, check] of checks.entries()) {
    const ran = await runCheck(box, check, {
      timeoutMs: checkTimeoutMs,
      signal: options.signal,
      onOutput: (chunk) => options.onOutput?.(chunk.toString('utf8')),
    });
    records.push(toCheckEvidence(options.headOf(order), check, options.when, ran));
  }
  return records;
}

export function testChecks(checks: readonly Check[]): Check[] {
  return checks.filter(({ kind }) => kind === 'test');
}

export function isTestRecord(record: { readonly kind: string }): record is TestEvidence {
  return record.kind === 'test';
}

/** All results of several runs together. */
export function resultsOf(records: readonly (CommandEvidence | TestEvidence)[]): TestResult[] {
  return records.filter(isTestRecord).flatMap(({ testRun }) => testRun?.results ?? []);
}

/** Runs of several checks as one: ids of tests of different checks differ by their files or scopes. Null where no report was read. */
export function joinRuns(records: readonly TestEvidence[]): TestRun | null {
  const runs = records.map(({ testRun }) => testRun).filter((run) => run !== null);
  if (runs.length === 0) return null;
  const sum = (what: keyof TestRun['totals']) => runs.reduce((total, run) => total + run.totals[what], 0);
  return {
    results: runs.flatMap(({ results }) => results),
    totals: { passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped'), error: sum('error') },
    problems: runs.flatMap(({ problems }) => problems),
  };
}

const mostShown = 15;

/** What the checks said, for a model. */
export function inWords(records: readonly (CommandEvidence | TestEvidence)[]): string {
  return records
    .map((record) => {
      const { reason, outcome } = verdictOf(record);
      const failing = resultsOf([record]).filter(({ outcome: one }) => one === 'failed' || one === 'error');
      const shown = failing.slice(0, mostShown).map(({ id, message }) => `- ${id}\n${indented(message ?? '')}`);
      const more = failing.length > mostShown ? [`… and ${failing.length - mostShown} more.`] : [];
      const output = failing.length === 0 && outcome !== 'passed' ? [`It printed:\n${record.output.slice(-4000)}`] : [];
      return [`$ ${record.command}`, reason, ...shown, ...more, ...output].join('\n');
    })
    .join('\n\n');
}

/** The same text when the same tests fail in the same way: without what is measured anew each time. Empty when none fails. */
export function signatureOf(records: readonly (CommandEvidence | TestEvidence)[]): string {
  return resultsOf(records)
    .filter(({ outcome }) => outcome === 'failed' || outcome === 'error')
    .map(({ id, message }) => `${id}: ${(message ?? '').slice(0, 1000).replaceAll(/\d+(?:\.\d+)? ?(?:ms|s)\b/g, '')}`)
    .toSorted()
    .join('\n');
}

function indented(text: string): string {
  return text
    .slice(0, 1500)
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n');
}
