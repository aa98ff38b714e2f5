import { type SolveEvidence, type SolveStage, solveStages } from '@yudai/contract';
import type { Evidence, isFailing as IsFailing, TestRun, verdictOf as VerdictOf } from '@yudai/engine/verify';

interface Verify {
  readonly isFailing: typeof IsFailing;
  readonly verdictOf: typeof VerdictOf;
}

/** Tests that did not pass are shown up to here; all of them are in the record. */
const shownFailures = 100;

/** Records as people see them. What reads reports is loaded by the first who looks. */
export async function toEvidences(records: readonly Evidence[]): Promise<SolveEvidence[]> {
  if (records.length === 0) return [];
  const verify = await import('@yudai/engine/verify');
  return records.map((record) => toEvidence(verify, record));
}

function toEvidence({ isFailing, verdictOf }: Verify, record: Evidence): SolveEvidence {
  const ran = record.kind === 'command' || record.kind === 'test' ? record : null;
  const testRun = record.kind === 'test' ? record.testRun : null;
  const { outcome, reason } = verdictOf(record);
  const failing = (testRun?.results ?? []).filter(({ outcome: ended }) => isFailing(ended)).slice(0, shownFailures);
  return {
    id: record.id,
    at: record.at.toISOString(),
    stage: stageOf(record.stage),
    attempt: record.attempt,
    kind: record.kind,
    command: ran?.command ?? null,
    check: record.kind === 'command' ? record.check : record.kind === 'test' ? 'test' : null,
    when: record.kind === 'test' ? record.when : null,
    exitCode: ran?.exitCode ?? null,
    finished: ran?.finished ?? null,
    durationMs: ran === null ? null : Math.round(ran.durationMs),
    verdict: outcome,
    reason,
    output: ran?.output ?? '',
    tests: testRun === null ? null : countsOf(testRun),
    failing: failing.map(({ id, name, outcome: ended, message }) => ({ id, name, outcome: ended, message })),
    fileHashes: { ...record.fileHashes },
  };
}

function countsOf({ totals }: TestRun) {
  return { passed: totals.passed, failed: totals.failed + totals.error, skipped: totals.skipped };
}

/** `coder.1` is of the coder. */
function stageOf(name: string): SolveStage {
  return solveStages.find((stage) => name === stage || name.startsWith(`${stage}.`)) ?? 'verify';
}
