import { type SQL, sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
} from 'drizzle-orm/pg-core';
import type { Answer, Failure, Id, JobKind, JobStatus, JobStep, Question } from '@yudai/contract';
import {
  ownerId,
  partPolicies,
  projectId,
  projectPolicies,
  sharedPolicies,
  tenantPolicies,
} from '#platform/db/tenant.ts';

const moment = (name: string) => timestamp(name, { withTimezone: true });
const micros = (name: string) => bigint(name, { mode: 'number' });

/** One row per job: the truth about it. DBOS keeps only the journal of its steps, under the same id. */
export const jobs = pgTable(
  'jobs',
  {
    id: text('id').primaryKey().$type<Id<'job'>>(),
    ownerId: ownerId(),
    projectId: text('project_id').$type<Id<'project'>>(),
    kind: text('kind').notNull().$type<JobKind>(),
    title: text('title').notNull(),
    payload: jsonb('payload').notNull(),
    status: text('status').notNull().$type<JobStatus>(),
    progress: integer('progress').notNull().default(0),
    message: text('message'),
    questions: jsonb('questions').$type<Question[]>(),
    /** Which question of `job_questions` it waits for. */
    questionKey: text('question_key'),
    result: jsonb('result').$type<Record<string, unknown>>(),
    error: jsonb('error').$type<Failure>(),
    costMicros: micros('cost_micros').notNull().default(0),
    budgetMicros: micros('budget_micros'),
    /** Running time, with that of the jobs it started, as of the last charge; and how much of it may be used before it asks. */
    spentMs: micros('spent_ms').notNull().default(0),
    budgetMs: micros('budget_ms'),
    /** The job that started it, which pays for it too. */
    parentId: text('parent_id').$type<Id<'job'>>(),
    /** How often it has been begun, on whichever node. */
    attempt: integer('attempt').notNull().default(0),
    /** How often it has been begun since it last finished a step: a job that kills its node is given up. */
    stalls: integer('stalls').notNull().default(0),
    cancelRequested: boolean('cancel_requested').notNull().default(false),
    retryOf: text('retry_of').$type<Id<'job'>>(),
    /** The node that received it; a direct job starts there. */
    originNode: text('origin_node').notNull(),
    /** The node that holds it in memory: it runs it, or waits with it. */
    nodeId: text('node_id'),
    /** Changes with every owner, so that a node which lost the job can no longer write. */
    runToken: text('run_token'),
    /** How much of the deadline is left, as of the last step that finished. */
    remainingMs: integer('remaining_ms').notNull(),
    createdAt: moment('created_at').notNull(),
    startedAt: moment('started_at'),
    finishedAt: moment('finished_at'),
    deadlineAt: moment('deadline_at'),
    /** Set when result, payload and steps of a finished job have been thrown away. */
    prunedAt: moment('pruned_at'),
  },
  (table) => [
    check(
      'jobs_status',
      oneOf(table.status, ['queued', 'running', 'waiting_for_input', 'completed', 'failed', 'cancelled']),
    ),
    check('jobs_progress', sql`${table.progress} between 0 and 100`),
    check(
      'jobs_finished',
      sql`(${table.finishedAt} is not null) = (${table.status} in ('completed', 'failed', 'cancelled'))`,
    ),
    check('jobs_waiting', sql`(${table.questions} is not null) = (${table.status} = 'waiting_for_input')`),
    check(
      'jobs_running',
      sql`${table.status} <> 'running' or (${table.nodeId} is not null and ${table.runToken} is not null)`,
    ),
    index('jobs_of_owner').on(table.ownerId, table.createdAt.desc(), table.id.desc()),
    index('jobs_by_status').on(table.status, table.createdAt),
    index('jobs_of_project').on(table.projectId, table.createdAt.desc(), table.id.desc()),
    index('jobs_queue')
      .on(table.kind, table.ownerId, table.createdAt, table.id)
      .where(sql`status = 'queued'`),
    index('jobs_served').on(table.kind, table.ownerId, table.startedAt),
    index('jobs_to_prune')
      .on(table.finishedAt)
      .where(sql`finished_at is not null`),
    ...sharedPolicies(table.ownerId, table.projectId),
  ],
);

/** The journal of the steps: what a person sees of them, and what they gave, for when the job is run again. */
export const jobSteps = pgTable(
  'job_steps',
  {
    jobId: text('job_id')
      .notNull()
      .$type<Id<'job'>>()
      .references(() => jobs.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    number: integer('number').notNull(),
    status: text('status').notNull().$type<JobStep['status']>(),
    attempt: integer('attempt').notNull(),
    startedAt: moment('started_at').notNull(),
    finishedAt: moment('finished_at'),
    error: jsonb('error').$type<Failure>(),
    /** What `run-steps.ts` packed, once it has ended. No `jsonb`, which refuses what a text of JSON may hold. */
    outcome: text('outcome'),
  },
  (table) => [
    primaryKey({ columns: [table.jobId, table.name] }),
    check('job_steps_status', oneOf(table.status, ['running', 'completed', 'failed', 'cancelled'])),
    ...partPolicies(sql`select from jobs where jobs.id = ${table.jobId}`),
  ],
);

/** What a job asked and what it was answered, so that an answer outlives the process that asked. */
export const jobQuestions = pgTable(
  'job_questions',
  {
    jobId: text('job_id')
      .notNull()
      .$type<Id<'job'>>()
      .references(() => jobs.id, { onDelete: 'cascade' }),
    key: text('key').notNull(),
    questions: jsonb('questions').notNull().$type<Question[]>(),
    answers: jsonb('answers').$type<Answer[]>(),
    askedAt: moment('asked_at').notNull(),
    answeredAt: moment('answered_at'),
  },
  (table) => [
    primaryKey({ columns: [table.jobId, table.key] }),
    ...partPolicies(sql`select from jobs where jobs.id = ${table.jobId}`),
  ],
);

const use = () => ({
  limitMicros: micros('limit_micros'),
  spentMicros: micros('spent_micros').notNull().default(0),
  limitMs: micros('limit_ms'),
  spentMs: micros('spent_ms').notNull().default(0),
});

/** What all jobs of a person have used and may use together. No row, or no limit, means no limit. */
export const budgets = pgTable('budgets', { ownerId: ownerId().primaryKey(), ...use() }, (table) =>
  tenantPolicies(table.ownerId),
);

/** The same for all jobs of a project, whoever of its members started them. */
export const projectBudgets = pgTable('project_budgets', { projectId: projectId().primaryKey(), ...use() }, (table) =>
  projectPolicies(table.projectId),
);

/** The processes that run jobs. A row that is not renewed is a node that died. Times are the database's own. */
export const nodes = pgTable('nodes', {
  id: text('id').primaryKey(),
  startedAt: moment('started_at').notNull().defaultNow(),
  seenAt: moment('seen_at').notNull().defaultNow(),
});

function oneOf(column: { readonly name: string }, values: readonly string[]): SQL {
  return sql.raw(`${column.name} in (${values.map((value) => `'${value}'`).join(', ')})`);
}
