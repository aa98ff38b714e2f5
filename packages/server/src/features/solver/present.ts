import { type Job, type Solve, type SolveAttempt, type SolveHead, type StageRun } from '@yudai/contract';
import type { Db } from '#platform/db/index.ts';
import type { Jobs } from '#platform/jobs/index.ts';
import { type SolveRow, stagesOf, takenOf } from './store.ts';

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
  const { id, projectId, issueId, ownerId, jobId, parentId, title, outcome, stage, steps, hasUnpricedCalls } = row;
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
    hasUnpricedCalls,
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

/** The row says how it ended and that it is about to wait; the job knows whether it is in the queue, or waits for a budget. */
function statusOf({ status }: SolveRow, job: Job | undefined): SolveHead['status'] {
  if (status === 'finished' || job === undefined) return status;
  if (job.status === 'queued' || job.status === 'waiting_for_input') return job.status;
  return status === 'queued' ? 'running' : status;
}

function asChosen(result: SolveAttempt, chosen: number | null): SolveAttempt {
  return { ...result, chosen: result.attempt === chosen };
}

function byOrder(a: StageRun, b: StageRun): number {
  if (a.startedAt !== b.startedAt) return a.startedAt < b.startedAt ? -1 : 1;
  return a.key < b.key ? -1 : 1;
}
