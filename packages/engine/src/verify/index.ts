export {
  type Check,
  type CheckKind,
  type ProjectFiles,
  type ReportSource,
  reportVariable,
  type SetUp,
} from '#verify/check.ts';
export { claimsMarkdown } from '#verify/claims-markdown.ts';
export {
  type Claim,
  type ClaimOutcome,
  type ClaimResult,
  type ClaimsContext,
  claimsTable,
  type Criterion,
  type CriterionResult,
} from '#verify/claims-table.ts';
export { compareRuns, type Comparison, mayBeChance } from '#verify/compare-runs.ts';
export {
  type CommandEvidence,
  type EditEvidence,
  type Evidence,
  type FileEvidence,
  type FileHashes,
  type ReviewEvidence,
  type TestEvidence,
  verdictOf,
} from '#verify/evidence.ts';
export { filesForChecks, findChecks } from '#verify/find-checks.ts';
export { type Ending, judgeCommand, judgeRun, type Verdict } from '#verify/judge-run.ts';
export { matchTests } from '#verify/match-tests.ts';
export { readReport, type ReportFormat } from '#verify/read-report.ts';
export { type RanCheck, runCheck, type RunCheckOptions } from '#verify/run-check.ts';
export { isFailing, type TestOutcome, type TestResult, type TestRun, type TestTotals } from '#verify/test-run.ts';
