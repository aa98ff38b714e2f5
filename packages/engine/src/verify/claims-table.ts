import type { CheckKind } from '#verify/check.ts';
import {
  type CommandEvidence,
  type Evidence,
  type FileHashes,
  type TestEvidence,
  verdictOf,
} from '#verify/evidence.ts';
import { matchTests } from '#verify/match-tests.ts';
import { type TestOutcome, type TestResult, isFailing } from '#verify/test-run.ts';

/** What somebody says shows that a criterion holds. It is worth as much as the records behind it. */
export type Claim =
  /** The id of a test, its name, or the end of one, also as runners write it: `tests/test_calc.py::test_add`. */
  | { readonly kind: 'test'; readonly test: string }
  | { readonly kind: 'check'; readonly check: CheckKind }
  | { readonly kind: 'command'; readonly command: string }
  | { readonly kind: 'review'; readonly by: string };

export interface Criterion {
  readonly id: string;
  readonly text: string;
  readonly claims: readonly Claim[];
}

/** `unverified`: no record shows it, on the files as they are now. */
export type ClaimOutcome = 'passed' | 'failed' | 'unverified';

export interface ClaimResult {
  readonly claim: Claim;
  readonly result: ClaimOutcome;
  /** What a test said before the change; `absent` when it did not exist then, null when nothing ran then. */
  readonly before: TestOutcome | 'absent' | null;
  /** Ids of the records that it was computed from. */
  readonly evidence: readonly string[];
  readonly reason: string;
}

export interface CriterionResult {
  readonly id: string;
  readonly text: string;
  /** The worst of its checks: failed, then unverified. Without any, unverified. */
  readonly result: ClaimOutcome;
  readonly checks: readonly ClaimResult[];
}

export interface ClaimsContext {
  /** The attempt whose change is spoken of: records of others show nothing about it, except what was so before. */
  readonly attempt: number;
  /** The changed files as they are now: what ran on others shows nothing either. */
  readonly fileHashes: FileHashes;
}

/** Criterion → check → result, computed from what ran. What a model says of its own work is not read. */
export function claimsTable(
  criteria: readonly Criterion[],
  records: readonly Evidence[],
  context: ClaimsContext,
): CriterionResult[] {
  const newest = records.toSorted((a, b) => b.at.getTime() - a.at.getTime());
  const valid = newest.filter((record) => record.attempt === context.attempt && isOfNow(record, context.fileHashes));
  return criteria.map(({ id, text, claims }) => {
    const checks = claims.map((claim) => checkClaim(claim, valid, newest));
    return { id, text, result: worstOf(checks), checks };
  });
}

function worstOf(checks: readonly ClaimResult[]): ClaimOutcome {
  if (checks.some(({ result }) => result === 'failed')) return 'failed';
  return checks.length === 0 || checks.some(({ result }) => result === 'unverified') ? 'unverified' : 'passed';
}

function isOfNow(record: Evidence, now: FileHashes): boolean {
  const paths = new Set([...Object.keys(record.fileHashes), ...Object.keys(now)]);
  return [...paths].every((path) => record.fileHashes[path] === now[path]);
}

function checkClaim(claim: Claim, valid: readonly Evidence[], all: readonly Evidence[]): ClaimResult {
  switch (claim.kind) {
    case 'test':
      return checkTest(claim, valid.filter(isTestAfter), all.filter(isTestBefore));
    case 'check':
      return fromRecords(claim, newestOfEach(valid.filter((record) => isCheck(record, claim.check))));
    case 'command':
      return fromRecords(claim, valid.filter((record) => isCommand(record, claim.command)).slice(0, 1));
    case 'review':
      return fromRecords(
        claim,
        valid.filter((record) => record.kind === 'review' && record.by === claim.by).slice(0, 1),
      );
  }
}

function checkTest(
  claim: Extract<Claim, { kind: 'test' }>,
  after: readonly TestEvidence[],
  before: readonly TestEvidence[],
): ClaimResult {
  const found = after
    .map((record) => ({ record, tests: matchTests(record.testRun?.results ?? [], claim.test) }))
    .find(({ tests }) => tests.length > 0);
  if (found === undefined) return unverified(claim, 'No run of the tests on these files holds this test.');
  const { record, tests } = found;
  const evidence = [record.id];
  const old = beforeOf(tests, before);
  const failing = tests.find(({ outcome }) => isFailing(outcome));
  if (failing !== undefined) {
    return { claim, result: 'failed', before: old, evidence, reason: firstLineOf(failing.message) ?? 'It failed.' };
  }
  const verdict = verdictOf(record);
  // That another test failed does not speak against this one; a report that is not believed does.
  const problem = record.testRun?.problems[0] ?? (verdict.outcome === 'unknown' ? verdict.reason : undefined);
  if (problem !== undefined) return { ...unverified(claim, problem), evidence, before: old };
  if (tests.some(({ outcome }) => outcome === 'skipped')) {
    return { ...unverified(claim, 'It was skipped.'), evidence, before: old };
  }
  return { claim, result: 'passed', before: old, evidence, reason: reasonOfPass(old) };
}

function reasonOfPass(before: ClaimResult['before']): string {
  if (before === 'passed') return 'It passed, and passed before the change too.';
  if (before === 'failed' || before === 'error') return 'It passed, and failed before the change.';
  return before === 'skipped' ? 'It passed, and was skipped before the change.' : 'It passed.';
}

function beforeOf(tests: readonly TestResult[], before: readonly TestEvidence[]): ClaimResult['before'] {
  if (before.every((record) => (record.testRun?.results.length ?? 0) === 0)) return null;
  const ids = new Set(tests.map(({ id }) => id));
  const old = before
    .flatMap((record) => record.testRun?.results ?? [])
    .filter(({ id }) => ids.has(id))
    .map(({ outcome }) => outcome);
  return (['error', 'failed', 'skipped', 'passed'] as const).find((outcome) => old.includes(outcome)) ?? 'absent';
}

function fromRecords(claim: Claim, records: readonly Evidence[]): ClaimResult {
  const verdicts = records.map(verdictOf);
  const worst =
    verdicts.find(({ outcome }) => outcome === 'failed') ?? verdicts.find(({ outcome }) => outcome !== 'passed');
  const verdict = worst ?? verdicts[0];
  if (verdict === undefined) return unverified(claim, 'Nothing of the kind ran on these files.');
  const result = verdict.outcome === 'passed' || verdict.outcome === 'failed' ? verdict.outcome : 'unverified';
  return { claim, result, before: null, evidence: records.map(({ id }) => id), reason: verdict.reason };
}

function unverified(claim: Claim, reason: string): ClaimResult {
  return { claim, result: 'unverified', before: null, evidence: [], reason };
}

function isTestAfter(record: Evidence): record is TestEvidence {
  return record.kind === 'test' && record.when === 'after';
}

function isTestBefore(record: Evidence): record is TestEvidence {
  return record.kind === 'test' && record.when === 'before';
}

/** Only the last verification counts for tests; a linter or compiler may have run at any time on these files. */
function isCheck(record: Evidence, check: CheckKind): record is CommandEvidence | TestEvidence {
  return check === 'test' ? isTestAfter(record) : record.kind === 'command' && record.check === check;
}

function isCommand(record: Evidence, command: string): boolean {
  const isRun = record.kind === 'command' || isTestAfter(record);
  return isRun && record.command.trim() === command.trim();
}

/** A project may have several checks of one kind: the last run of each. */
function newestOfEach(records: readonly (CommandEvidence | TestEvidence)[]): (CommandEvidence | TestEvidence)[] {
  return records.filter((one, index) => records.findIndex(({ command }) => command === one.command) === index);
}

function firstLineOf(message: string | null): string | null {
  return (
    message
      ?.split('\n')
      .find((line) => line.trim() !== '')
      ?.trim() ?? null
  );
}
