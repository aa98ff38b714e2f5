import { randomUUID } from 'node:crypto';
import { and, eq, inArray, sql } from 'drizzle-orm';
import type { Id, JobKind } from '@yudai/contract';
import type { Db } from '#platform/db/index.ts';
import type { JobDefinition } from '#platform/jobs/definition.ts';
import { isFinished } from '#platform/jobs/job-states.ts';
import { jobs } from '#platform/jobs/schema.ts';
import { type JobRow, moveJob } from '#platform/jobs/store.ts';

/** A job that this node may run now. */
export interface Claim {
  readonly row: JobRow;
  /** It has never been begun, so no journal of it needs to be read. */
  readonly fresh: boolean;
}

interface ClaimRequest {
  readonly nodeId: string;
  readonly definitions: Iterable<JobDefinition<unknown>>;
  readonly now: Date;
  /** A direct job whose own node has not started it by then may start on any node. */
  readonly directSince: Date;
}

interface Candidate extends Record<string, unknown> {
  readonly id: Id<'job'>;
  readonly project_id: string | null;
  readonly attempt: number;
}

interface Running {
  readonly kind: JobKind;
  readonly ownerId: string;
  readonly projectId: string | null;
  readonly nodeId: string | null;
}

/**
 * Takes from the queue what may run on this node now: within the limits of its kind (all nodes, this node, one project), one
 * person's turn after the other's, oldest first. Transactions of all nodes take turns here, which makes the limits exact.
 */
export async function claimJobs(db: Db, request: ClaimRequest): Promise<Claim[]> {
  const definitions = [...request.definitions];
  const waiting = await kindsInQueue(
    db,
    definitions.map((definition) => definition.kind),
  );
  if (waiting.size === 0) return [];
  await db.execute(sql`select pg_advisory_xact_lock(hashtext('yudai.jobs.claim'))`);
  const running: Running[] = await db
    .select({ kind: jobs.kind, ownerId: jobs.ownerId, projectId: jobs.projectId, nodeId: jobs.nodeId })
    .from(jobs)
    .where(eq(jobs.status, 'running'));
  const claims: Claim[] = [];
  for (const definition of definitions) {
    if (!waiting.has(definition.kind)) continue;
    const ofKind = running.filter((job) => job.kind === definition.kind);
    claims.push(...(await claimKind(db, request, definition, ofKind)));
  }
  return claims;
}

async function kindsInQueue(db: Db, kinds: readonly JobKind[]): Promise<Set<string>> {
  if (kinds.length === 0) return new Set();
  const found = await db.execute<{ kind: string }>(sql`
    select kind from unnest(${sql.param(kinds)}::text[]) as kind
    where exists (select 1 from jobs where status = 'queued' and jobs.kind = kind.kind)`);
  return new Set(found.rows.map((row) => row.kind));
}

async function claimKind(
  db: Db,
  request: ClaimRequest,
  definition: JobDefinition<unknown>,
  running: readonly Running[],
): Promise<Claim[]> {
  const onThisNode = running.filter((job) => job.nodeId === request.nodeId).length;
  const free = Math.min(definition.concurrency - running.length, (definition.perNode ?? Infinity) - onThisNode);
  if (free <= 0) return [];
  const perProject = definition.perProject ?? Infinity;
  const ofProject = countBy(running.flatMap((job) => (job.projectId === null ? [] : [job.projectId])));
  const full = [...ofProject].flatMap(([projectId, n]) => (n >= perProject ? [projectId] : []));
  const candidates = await candidatesOf(db, request, definition, running, full);

  const claims: Claim[] = [];
  for (const candidate of candidates) {
    if (claims.length >= free) break;
    const projectId = candidate.project_id;
    const n = projectId === null ? 0 : (ofProject.get(projectId) ?? 0);
    if (n >= perProject) continue;
    const row = await claimOne(db, request, candidate);
    if (row === undefined) continue;
    if (projectId !== null) ofProject.set(projectId, n + 1);
    claims.push({ row, fresh: candidate.attempt === 0 });
  }
  return claims;
}

/** How many of one person's oldest jobs are looked at: enough to get past those whose project is busy. */
const depth = 50;

/**
 * The oldest jobs of everybody who has some in the queue, ordered by whose turn it is: who has fewer running, then who was served
 * longer ago, so that a long queue is not always the oldest. Reads the index, not the queue.
 */
async function candidatesOf(
  db: Db,
  request: ClaimRequest,
  definition: JobDefinition<unknown>,
  running: readonly Running[],
  fullProjects: readonly string[],
): Promise<Candidate[]> {
  const { kind, mode } = definition;
  const mine =
    mode === 'direct'
      ? sql`and (origin_node = ${request.nodeId} or attempt > 0 or created_at < ${request.directSince.toISOString()}::timestamptz)`
      : sql``;
  const ofOwner = [...countBy(running.map((job) => job.ownerId))];
  const found = await db.execute<Candidate>(sql`
    with recursive owners as (
      (select owner_id from jobs where status = 'queued' and kind = ${kind} order by owner_id limit 1)
      union all
      select (select owner_id from jobs where status = 'queued' and kind = ${kind} and owner_id > owners.owner_id
              order by owner_id limit 1)
      from owners where owner_id is not null
    )
    select oldest.id, oldest.project_id, oldest.attempt
    from owners
    cross join lateral (
      select id, project_id, attempt, created_at, row_number() over (order by created_at, id) as turn
      from (
        select id, project_id, attempt, created_at from jobs
        where status = 'queued' and kind = ${kind} and jobs.owner_id = owners.owner_id
          and (node_id is null or node_id = ${request.nodeId}) ${mine}
          and (project_id is null or project_id <> all(${sql.param(fullProjects)}::text[]))
        order by created_at, id limit ${depth}
      ) as first
    ) as oldest
    left join unnest(${sql.param(ofOwner.map(([owner]) => owner))}::text[], ${sql.param(ofOwner.map(([, n]) => n))}::int[])
      as busy(owner_id, n) on busy.owner_id = owners.owner_id
    cross join lateral (
      select max(started_at) as at from jobs where kind = ${kind} and jobs.owner_id = owners.owner_id
    ) as served
    order by oldest.turn + coalesce(busy.n, 0), served.at nulls first, oldest.created_at, oldest.id
    limit ${depth * 4}`);
  return found.rows;
}

async function claimOne(db: Db, request: ClaimRequest, candidate: Candidate): Promise<JobRow | undefined> {
  const [before] = await db.select({ remainingMs: jobs.remainingMs }).from(jobs).where(eq(jobs.id, candidate.id));
  if (before === undefined) return undefined;
  return await moveJob(db, candidate.id, 'running', {
    now: request.now,
    changes: {
      nodeId: request.nodeId,
      runToken: randomUUID(),
      attempt: Math.max(candidate.attempt, 1),
      deadlineAt: new Date(request.now.getTime() + before.remainingMs),
    },
  });
}

/**
 * Takes a job over that the journal runs on this node, whoever held it before: after a restart, or after its node died.
 * Undefined when there is nothing left to run. A job in the queue keeps its place there and waits for its claim.
 */
export async function adoptJob(db: Db, id: Id<'job'>, nodeId: string, now: Date): Promise<JobRow | undefined> {
  const [row] = await db.select().from(jobs).where(eq(jobs.id, id)).for('update');
  if (row === undefined || !adoptable(row)) return undefined;
  const begun = row.status === 'waiting_for_input' ? 0 : 1;
  const [adopted] = await db
    .update(jobs)
    .set({
      nodeId,
      runToken: randomUUID(),
      attempt: row.attempt + begun,
      stalls: row.stalls + begun,
      ...(row.status === 'running' ? { deadlineAt: new Date(now.getTime() + row.remainingMs) } : {}),
    })
    .where(eq(jobs.id, id))
    .returning();
  return adopted;
}

/** Whether a node may hold this job. */
export function adoptable(row: JobRow): boolean {
  return !isFinished(row.status);
}

/** What this node holds according to the database, so that it notices what it was told to stop, or lost. */
export async function heldJobs(db: Db, ids: readonly Id<'job'>[]): Promise<Map<Id<'job'>, JobRow>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .select()
    .from(jobs)
    .where(inArray(jobs.id, [...ids]));
  return new Map(rows.map((row) => [row.id, row]));
}

/** Jobs that run on this node according to the database, though it may know nothing of them. */
export async function jobsRunningOn(db: Db, nodeId: string): Promise<JobRow[]> {
  return await db
    .select()
    .from(jobs)
    .where(and(eq(jobs.status, 'running'), eq(jobs.nodeId, nodeId)));
}

function countBy(values: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
