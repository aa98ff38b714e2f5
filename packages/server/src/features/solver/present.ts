import {
  type Job,
  type Solve,
  type SolveAttempt,
  type SolveEvidence,
  type SolveHead,
  type SolveStage,
  solveStages,
  type StageRun,
} from '@yudai/contract';
import { type Evidence, isFailing, type TestRun, verdictOf } from '@yudai/engine/verify';
import type { Db } from '#platform/db/index.ts';
import type { Jobs } from '#platform/jobs/index.ts';
import { type SolveRow, stagesOf, takenOf } from './store.ts';

/** Tests that did not pass are shown up to here; all of them are in the record. */
const shownFailures = 100;

type JobsOf = Pick<Jobs, 'some'>;

/** Solves as lists show them. */
export async function toHeads(db: Db, jobs: JobsOf, rows: readonly SolveRow[]): Promise<SolveHead[]> {
  const open = rows.flatMap(({ status, jobId }) => (status === 'finished' || jobId === null ? [] : [jobId]));
  const known = await jobs.some(db, open);
  return rows.map((row) => toHead(row, row.jobId === null ? undefined : known.get(row.jobId)));
}

/** One solve with its stages. */
export async function toSolve(db: Db, jobs: JobsOf, row: SolveRow): Promise<Solve> {
  const job = await openJobOf(db, jobs, row);
  const { settings, base, note, state, planVersion, changed, chosen } = row;
  const stages = (await stagesOf(db, row.id)).flatMap(({ run }) => (run === null ? [] : [run]));
  const attempts = state.attempts.flatMap(({ result }) => (result === null ? [] : [asChosen(result, chosen)]));
  const best = attempts.find(({ attempt }) => attempt === chosen);
  return {
    ...toHead(row, job),
    settings,
    base: { commit: base.commit, ref: base.ref },
    note,
    plan: state.plan,
    planVersion,
    testsPlanned: state.tests,
    stages: stages.toSorted(byOrder),
    attempts,
    criteria: best?.criteria ?? [],
    comparison: best?.tests ?? null,
    changed,
    taken: Object.keys(await takenOf(db, row.id)),
    deadlineAt: job?.deadlineAt ?? null,
  };
}

async function openJobOf(db: Db, jobs: JobsOf, { status, jobId }: SolveRow): Promise<Job | undefined> {
  return status === 'finished' || jobId === null ? undefined : (await jobs.some(db, [jobId])).get(jobId);
}

function toHead(row: SolveRow, job: Job | undefined): SolveHead {
  const { id, projectId, issueId, ownerId, jobId, parentId, title, outcome, stage, steps } = row;
  const { additions, deletions, tests, branch, pullRequest, publishingJobId, failure } = row;
  const status = statusOf(row, job);
  return {
    id,
    projectId,
    issueId,
    ownerId,
    jobId,
    parentId,
    title,
    status,
    outcome,
    reason: status === 'waiting_for_input' ? row.reason || (job?.questions?.[0]?.text ?? '') : row.reason,
    stage,
    steps,
    costMicros: row.costMicros + (job?.costMicros ?? 0),
    additions,
    deletions,
    files: row.changed.length,
    tests,
    queuePosition: job?.queuePosition ?? null,
    branch,
    pullRequest,
    publishingJobId,
    failure,
    createdAt: row.createdAt.toISOString(),
    startedAt: row.startedAt?.toISOString() ?? null,
    finishedAt: row.finishedAt?.toISOString() ?? null,
  };
}

/** The job knows what it waits for; the row says how it ended. */
function statusOf({ status }: SolveRow, job: Job | undefined): SolveHead['status'] {
  if (status === 'finished' || job === undefined) return status;
  return job.status === 'queued' || job.status === 'running' || job.status === 'waiting_for_input'
    ? job.status
    : status;
}

function asChosen(result: SolveAttempt, chosen: number | null): SolveAttempt {
  return { ...result, chosen: result.attempt === chosen };
}

function byOrder(a: StageRun, b: StageRun): number {
  if (a.startedAt !== b.startedAt) return a.startedAt < b.startedAt ? -1 : 1;
  return a.key < b.key ? -1 : 1;
}

export function toEvidence(record: Evidence): SolveEvidence {
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
