import { type SQL, sql } from 'drizzle-orm';
import {
  check,
  customType,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
  vector,
} from 'drizzle-orm/pg-core';
import type { Analysis, Failure, FileCategory, Id, SkipReason, TreeEntry } from '@yudai/contract';
import { embeddingDimensions } from '#platform/db/embedding.ts';
import { projectId, projectPolicies } from '#platform/db/tenant.ts';

const moment = (name: string) => timestamp(name, { withTimezone: true });
const bytes = customType<{ data: Buffer }>({ dataType: () => 'bytea' });

/** One row per index run: what was read, what was skipped and how it ended. */
export const codebaseAnalyses = pgTable(
  'codebase_analyses',
  {
    id: text('id').primaryKey().$type<Id<'analysis'>>(),
    projectId: projectId(),
    jobId: text('job_id').notNull().$type<Id<'job'>>(),
    status: text('status').notNull().$type<Analysis['status']>(),
    ref: text('ref'),
    commit: text('commit'),
    createdAt: moment('created_at').notNull(),
    startedAt: moment('started_at'),
    completedAt: moment('completed_at'),
    failure: jsonb('failure').$type<Failure>(),
    summary: jsonb('summary').$type<Analysis['summary']>(),
  },
  (table) => [
    check(
      'codebase_analyses_status',
      sql`${table.status} in ('pending', 'running', 'completed', 'failed', 'cancelled')`,
    ),
    uniqueIndex('codebase_analyses_of_job').on(table.jobId),
    index('codebase_analyses_of_project').on(table.projectId, table.createdAt.desc(), table.id.desc()),
    ...projectPolicies(table.projectId),
  ],
);

/** The tree that a project's files stand for now, with the picture of its import graph. */
export const codebaseSnapshots = pgTable(
  'codebase_snapshots',
  {
    projectId: projectId().primaryKey(),
    tree: text('tree').notNull(),
    commit: text('commit'),
    ref: text('ref'),
    /** The version of the facts it was made with: another version is indexed anew. */
    factsVersion: integer('facts_version').notNull(),
    /** The run whose listing this is; a run that found nothing new leaves it. */
    analysisId: text('analysis_id').notNull().$type<Id<'analysis'>>(),
    /** The run that made its vectors last: who has them in memory reads them again when this changes. */
    embeddedBy: text('embedded_by').$type<Id<'analysis'>>(),
    /** How often its files have been corrected: who has it in memory opens it again when this changes. */
    corrections: integer('corrections').notNull().default(0),
    /** The picture of the import graph, as gzipped JSON; null until it has been drawn. */
    graph: bytes('graph'),
  },
  (table) => projectPolicies(table.projectId),
);

/** Every path of the snapshot, directories too with the sums of what is below them: a listing is one indexed query, never a recursive one. */
export const codebaseFiles = pgTable(
  'codebase_files',
  {
    projectId: projectId(),
    path: text('path').notNull(),
    /** The directory it is in; empty at the top. */
    parent: text('parent').notNull(),
    kind: text('kind').notNull().$type<TreeEntry['kind']>(),
    blob: text('blob'),
    size: sqlBigint('size'),
    tokens: sqlBigint('tokens'),
    files: integer('files').notNull(),
    lines: integer('lines').notNull(),
    language: text('language'),
    category: text('category').$type<FileCategory>(),
    skipped: text('skipped').$type<SkipReason>(),
    facts: text('facts'),
  },
  (table) => [
    primaryKey({ columns: [table.projectId, table.path] }),
    check('codebase_files_kind', sql`${table.kind} in ('directory', 'file', 'symlink', 'submodule')`),
    index('codebase_files_children').on(table.projectId, table.parent, directoriesFirst(table.kind), table.path),
    index('codebase_files_skipped')
      .on(table.projectId, table.path)
      .where(sql`skipped is not null`),
    ...projectPolicies(table.projectId),
  ],
);

/** What people say a path is for, against what its name and language say. Apart from the files, so that indexing again keeps it. */
export const codebaseCorrections = pgTable(
  'codebase_corrections',
  {
    projectId: projectId(),
    path: text('path').notNull(),
    category: text('category').notNull().$type<FileCategory>(),
    correctedAt: moment('corrected_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.projectId, table.path] }), ...projectPolicies(table.projectId)],
);

/** The facts of about 200 blobs each, kept over branches and commits so that only new blobs are parsed. */
export const codebasePacks = pgTable(
  'codebase_packs',
  {
    projectId: projectId(),
    /** SHA-256 of its keys: saving the same pack twice is one row. */
    id: text('id').notNull(),
    version: integer('version').notNull(),
    keys: text('keys').array().notNull(),
    bytes: bytes('bytes').notNull(),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.projectId, table.id] }), ...projectPolicies(table.projectId)],
);

/** The vector of one chunk of one blob, by the model that made it. Searched in the reader's memory, so no index orders them. */
export const codebaseVectors = pgTable(
  'codebase_vectors',
  {
    projectId: projectId(),
    blob: text('blob').notNull(),
    startLine: integer('start_line').notNull(),
    endLine: integer('end_line').notNull(),
    model: text('model').notNull(),
    embedding: vector('embedding', { dimensions: embeddingDimensions }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.projectId, table.model, table.blob, table.startLine] }),
    ...projectPolicies(table.projectId),
  ],
);

/** Directories sort before everything else. */
export function directoriesFirst(kind: { getSQL(): SQL } | SQL): SQL {
  return sql`(case when ${kind} = 'directory' then 0 else 1 end)`;
}

function sqlBigint(name: string) {
  return customType<{ data: number; driverData: string }>({
    dataType: () => 'bigint',
    fromDriver: Number,
  })(name).notNull();
}
