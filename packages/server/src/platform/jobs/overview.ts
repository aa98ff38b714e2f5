import { and, count, eq, gte, isNotNull, sql } from 'drizzle-orm';
import type { Id, JobsOverview, JobStatus } from '@yudai/contract';
import type { Database, Db } from '#platform/db/index.ts';
import type { JobParts } from '#platform/jobs/end-job.ts';
import { jobs, nodes } from '#platform/jobs/schema.ts';
import type { JobsSettings } from '#platform/jobs/settings.ts';

const days = 14;

/** The person's jobs in numbers, and the nodes that run everybody's. */
export async function overviewOf(parts: JobParts, settings: JobsSettings, userId: Id<'user'>): Promise<JobsOverview> {
  const { database, definitions, clock } = parts;
  const [counts, perDay] = await database.asUser(userId, async (db) => [
    await countsOf(db, userId),
    await perDayOf(db, userId, clock.now()),
  ]);
  const workers = await database.asSystem((db) => workersOf(db, settings.deadAfterMs));
  const numberOf = (status: JobStatus, kind?: string) =>
    counts.reduce((sum, row) => (row.status === status && (kind ?? row.kind) === row.kind ? sum + row.n : sum), 0);
  return {
    byStatus: {
      queued: numberOf('queued'),
      running: numberOf('running'),
      waiting_for_input: numberOf('waiting_for_input'),
      completed: numberOf('completed'),
      failed: numberOf('failed'),
      cancelled: numberOf('cancelled'),
    },
    byKind: [...definitions.values()].map((definition) => ({
      kind: definition.kind,
      queued: numberOf('queued', definition.kind),
      running: numberOf('running', definition.kind),
      failed: numberOf('failed', definition.kind),
      completed: numberOf('completed', definition.kind),
      concurrency: definition.concurrency,
    })),
    workers,
    perDay,
  };
}

/** Everybody's jobs by status. */
export async function totalsOf(database: Database): Promise<Record<JobStatus, number>> {
  const rows = await database.asSystem((db) =>
    db.select({ status: jobs.status, n: count() }).from(jobs).groupBy(jobs.status),
  );
  const numberOf = (status: JobStatus) => rows.find((row) => row.status === status)?.n ?? 0;
  return {
    queued: numberOf('queued'),
    running: numberOf('running'),
    waiting_for_input: numberOf('waiting_for_input'),
    completed: numberOf('completed'),
    failed: numberOf('failed'),
    cancelled: numberOf('cancelled'),
  };
}

async function countsOf(db: Db, userId: Id<'user'>) {
  return await db
    .select({ status: jobs.status, kind: jobs.kind, n: count() })
    .from(jobs)
    .where(eq(jobs.ownerId, userId))
    .groupBy(jobs.status, jobs.kind);
}

async function perDayOf(db: Db, userId: Id<'user'>, now: Date): Promise<JobsOverview['perDay']> {
  const day = sql<string>`to_char(${jobs.finishedAt} at time zone 'UTC', 'YYYY-MM-DD')`;
  const ended = (status: JobStatus) =>
    sql<number>`count(*) filter (where ${jobs.status} = ${sql.raw(`'${status}'`)})::int`;
  const from = new Date(now.getTime() - (days - 1) * 86_400_000);
  from.setUTCHours(0, 0, 0, 0);
  return await db
    .select({ day, completed: ended('completed'), failed: ended('failed'), cancelled: ended('cancelled') })
    .from(jobs)
    .where(and(eq(jobs.ownerId, userId), isNotNull(jobs.finishedAt), gte(jobs.finishedAt, from)))
    .groupBy(sql`1`)
    .orderBy(sql`1`);
}

async function workersOf(db: Db, deadAfterMs: number): Promise<JobsOverview['workers']> {
  const rows = await db
    .select({ id: nodes.id, startedAt: nodes.startedAt, seenAt: nodes.seenAt, running: count(jobs.id) })
    .from(nodes)
    .leftJoin(jobs, and(eq(jobs.nodeId, nodes.id), eq(jobs.status, 'running')))
    .where(sql`${nodes.seenAt} >= clock_timestamp() - make_interval(secs => ${deadAfterMs / 1000})`)
    .groupBy(nodes.id)
    .orderBy(nodes.startedAt, nodes.id);
  return rows.map((row) => ({ ...row, startedAt: row.startedAt.toISOString(), seenAt: row.seenAt.toISOString() }));
}
