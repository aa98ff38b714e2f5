import { sql } from 'drizzle-orm';
import {
  type AnyPgColumn,
  bigint,
  boolean,
  check,
  customType,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
} from 'drizzle-orm/pg-core';
import {
  type Failure,
  type Id,
  type MessagePart,
  type Solve,
  type SolveFile,
  type SolveHead,
  solveOutcomes,
  type SolveOutcome,
  type SolvePlan,
  type SolverSettings,
  type SolverSettingsOfProject,
  type SolveSettings,
  type SolveStage,
  solveStatuses,
  type SolveStatus,
  type StageRun,
} from '@yudai/contract';
import type { SolveState } from '@yudai/engine/solving';
import { users } from '#features/accounts/schema.ts';
import { ownerId, projectId, projectPolicies } from '#platform/db/tenant.ts';

const moment = (name: string) => timestamp(name, { withTimezone: true });
const micros = (name: string) => bigint(name, { mode: 'number' });
const bytes = customType<{ data: Buffer }>({ dataType: () => 'bytea' });
const oneOf = (words: readonly string[]) => sql.raw(words.map((word) => `'${word}'`).join(', '));
/** Named for a foreign key only; it belongs to the issues. */
const issues = pgTable('issues', { id: text('id').primaryKey() });

/** What a solve works on: the state of the project that was indexed when it was started. */
export interface SolveBase {
  readonly tree: string;
  readonly commit: string | null;
  readonly ref: string | null;
}

/** What was pushed last. */
export interface PublishedChange {
  readonly commit: string;
  readonly tree: string;
}

/** What a person wants a pull request to say, from when they press the button until it is there. */
export interface PublishWish {
  readonly title: string | null;
  readonly body: string | null;
}

export interface BegunWith {
  readonly jobId: Id<'job'>;
  readonly state: SolveState;
  /** A person has made another plan of the one that the architect made. */
  readonly edited?: { readonly from: SolvePlan; readonly to: SolvePlan };
}

export interface HeardBy {
  /** Of the stage. */
  readonly key: string;
  /** Of the call of its model. */
  readonly number: number;
}

/** One go at solving an issue. */
export const solves = pgTable(
  'solves',
  {
    id: text('id').primaryKey().$type<Id<'solve'>>(),
    projectId: projectId(),
    ownerId: ownerId(),
    issueId: text('issue_id').notNull().$type<Id<'issue'>>(),
    jobId: text('job_id').$type<Id<'job'>>(),
    parentId: text('parent_id').$type<Id<'solve'>>(),
    title: text('title').notNull(),
    status: text('status').notNull().$type<SolveStatus>(),
    outcome: text('outcome').$type<SolveOutcome>(),
    reason: text('reason').notNull().default(''),
    stage: text('stage').$type<SolveStage>(),
    steps: integer('steps').notNull().default(0),
    costMicros: micros('cost_micros').notNull().default(0),
    hasUnpricedCalls: boolean('has_unpriced_calls').notNull().default(false),
    additions: integer('additions').notNull().default(0),
    deletions: integer('deletions').notNull().default(0),
    tests: jsonb('tests').$type<SolveHead['tests']>(),
    settings: jsonb('settings').notNull().$type<SolveSettings>(),
    base: jsonb('base').notNull().$type<SolveBase>(),
    note: text('note'),
    /** Only the plan of it is a person's to change. */
    state: jsonb('state').notNull().$type<SolveState>(),
    planVersion: integer('plan_version').notNull().default(0),
    /** What the present job began with: after a crash it begins with that again, and its steps tell what has come since. */
    begunWith: jsonb('begun_with').$type<BegunWith>(),
    /** The attempt whose change counts, once there is one. */
    chosen: integer('chosen'),
    /** Of the attempt that counts. */
    changed: jsonb('changed').notNull().$type<SolveFile[]>().default([]),
    /** How many solves this one follows on its own pull request. */
    followUp: integer('follow_up').notNull().default(0),
    branch: text('branch'),
    pullRequest: jsonb('pull_request').$type<Solve['pullRequest']>(),
    repositoryId: bigint('repository_id', { mode: 'number' }),
    published: jsonb('published').$type<PublishedChange>(),
    publishing: jsonb('publishing').$type<PublishWish>(),
    publishingJobId: text('publishing_job_id').$type<Id<'job'>>(),
    failure: jsonb('failure').$type<Failure>(),
    /** The number of the last event of its feed that the transcripts hold. */
    streamSeq: bigint('stream_seq', { mode: 'number' }).notNull().default(0),
    createdAt: moment('created_at').notNull(),
    startedAt: moment('started_at'),
    finishedAt: moment('finished_at'),
  },
  (table) => [
    check('solves_status', sql`${table.status} in (${oneOf(solveStatuses)})`),
    check('solves_outcome', sql`${table.outcome} is null or ${table.outcome} in (${oneOf(solveOutcomes)})`),
    check('solves_finished', sql`(${table.status} = 'finished') = (${table.outcome} is not null)`),
    foreignKey({ columns: [table.issueId], foreignColumns: [issues.id] }).onDelete('cascade'),
    foreignKey({ columns: [table.parentId], foreignColumns: [table.id] }).onDelete('set null'),
    index('solves_of_project').on(table.projectId, table.id.desc()),
    index('solves_of_owner').on(table.ownerId),
    index('solves_of_issue').on(table.issueId),
    index('solves_of_parent').on(table.parentId),
    index('solves_of_job').on(table.jobId),
    index('solves_of_branch').on(table.repositoryId, table.branch),
    ...projectPolicies(table.projectId),
  ],
);

/** A part of a solve: it goes when that goes. */
const partOf = (table: { readonly solveId: AnyPgColumn; readonly projectId: AnyPgColumn }) => [
  foreignKey({ columns: [table.solveId], foreignColumns: [solves.id] }).onDelete('cascade'),
  ...projectPolicies(table.projectId),
];
const solveId = () => text('solve_id').notNull().$type<Id<'solve'>>();

/** What each stage did, and what was said in it. */
export const solveStages = pgTable(
  'solve_stages',
  {
    solveId: solveId(),
    projectId: projectId(),
    key: text('key').notNull(),
    /** Null before anything was told of the stage but words. */
    run: jsonb('run').$type<StageRun>(),
    parts: jsonb('parts').notNull().$type<MessagePart[]>().default([]),
    createdAt: moment('created_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.solveId, table.key] }),
    index('solve_stages_of_project').on(table.projectId),
    ...partOf(table),
  ],
);

/** What really happened, as the engine wrote it down. */
export const solveEvidence = pgTable(
  'solve_evidence',
  {
    solveId: solveId(),
    projectId: projectId(),
    id: text('id').notNull(),
    /** In the order of writing, from 1. */
    number: integer('number').notNull(),
    record: jsonb('record').notNull().$type<Record<string, unknown>>(),
  },
  (table) => [
    primaryKey({ columns: [table.solveId, table.id] }),
    index('solve_evidence_in_order').on(table.solveId, table.number),
    index('solve_evidence_of_project').on(table.projectId),
    ...partOf(table),
  ],
);

/** The changes that a solve has made, without loss: another node makes the trees again from them. */
export const solveChanges = pgTable(
  'solve_changes',
  {
    solveId: solveId(),
    projectId: projectId(),
    /** 0 is what the tester made, else the attempt of a coder. */
    attempt: integer('attempt').notNull(),
    tree: text('tree').notNull(),
    /** From the base to the tree. */
    patch: bytes('patch').notNull(),
    files: jsonb('files').notNull().$type<SolveFile[]>(),
  },
  (table) => [
    primaryKey({ columns: [table.solveId, table.attempt] }),
    index('solve_changes_of_project').on(table.projectId),
    ...partOf(table),
  ],
);

/** What people say to a solve that runs. */
export const solveNotes = pgTable(
  'solve_notes',
  {
    solveId: solveId(),
    projectId: projectId(),
    number: integer('number').notNull(),
    authorId: text('author_id')
      .$type<Id<'user'>>()
      .references(() => users.id, { onDelete: 'set null' }),
    body: text('body').notNull(),
    interrupts: boolean('interrupts').notNull(),
    /** Which calls of which stages were told; coders that work side by side each are. */
    heardBy: jsonb('heard_by').$type<readonly HeardBy[]>(),
    createdAt: moment('created_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.solveId, table.number] }),
    index('solve_notes_of_author').on(table.authorId),
    index('solve_notes_of_project').on(table.projectId),
    ...partOf(table),
  ],
);

/** Files that a person has taken over; a content of null removes one. */
export const solveTaken = pgTable(
  'solve_taken',
  {
    solveId: solveId(),
    projectId: projectId(),
    path: text('path').notNull(),
    content: text('content'),
  },
  (table) => [
    primaryKey({ columns: [table.solveId, table.path] }),
    index('solve_taken_of_project').on(table.projectId),
    ...partOf(table),
  ],
);

/** How a project is solved in. No row: as everywhere. */
export const solverSettings = pgTable(
  'solver_settings',
  {
    projectId: projectId().primaryKey(),
    settings: jsonb('settings').notNull().$type<SolverSettings>(),
  },
  (table) => projectPolicies(table.projectId),
);

/** What was found in a tree of the project, so that it is looked for once. */
export const solverFindings = pgTable(
  'solver_findings',
  {
    projectId: projectId().primaryKey(),
    tree: text('tree').notNull(),
    detected: jsonb('detected').notNull().$type<SolverSettingsOfProject['detected']>(),
  },
  (table) => projectPolicies(table.projectId),
);
