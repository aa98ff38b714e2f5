import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { and, arrayContains, asc, desc, eq, gt, inArray, isNotNull, lt, or, sql } from 'drizzle-orm';
import type { Analysis, DependencyGraph, FileCategory, Id, SkipReason } from '@yudai/contract';
import { factsVersion, type FactsPack } from '@yudai/engine/facts';
import type { Db } from '#platform/db/index.ts';
import type { CorrectedRow, FileRow } from './file-rows.ts';
import {
  codebaseAnalyses,
  codebaseCorrections,
  codebaseFiles,
  codebasePacks,
  codebaseSnapshots,
  directoriesFirst,
} from './schema.ts';

export type AnalysisRow = typeof codebaseAnalyses.$inferSelect;
export type SnapshotRow = typeof codebaseSnapshots.$inferSelect;
type ProjectId = Id<'project'>;

// A statement carries at most this many rows, so that a large tree neither blocks the database nor fills memory.
const rowsPerStatement = 2000;

export async function insertAnalysis(db: Db, row: typeof codebaseAnalyses.$inferInsert): Promise<void> {
  await db.insert(codebaseAnalyses).values(row).onConflictDoNothing();
}

export async function updateAnalysis(
  db: Db,
  jobId: Id<'job'>,
  set: Partial<typeof codebaseAnalyses.$inferInsert>,
): Promise<void> {
  await db.update(codebaseAnalyses).set(set).where(eq(codebaseAnalyses.jobId, jobId));
}

/** Whether an index of the project waits that has not begun. */
export async function hasPendingAnalysis(db: Db, projectId: ProjectId): Promise<boolean> {
  const rows = await db
    .select({ id: codebaseAnalyses.id })
    .from(codebaseAnalyses)
    .where(and(eq(codebaseAnalyses.projectId, projectId), eq(codebaseAnalyses.status, 'pending')))
    .limit(1);
  return rows.length > 0;
}

/** Newest first, after the row with this time and id. */
export async function analysesOf(
  db: Db,
  projectId: ProjectId,
  after: { createdAt: Date; id: string } | null,
  limit: number,
): Promise<AnalysisRow[]> {
  const later =
    after === null
      ? undefined
      : or(
          lt(codebaseAnalyses.createdAt, after.createdAt),
          and(eq(codebaseAnalyses.createdAt, after.createdAt), lt(codebaseAnalyses.id, after.id as Analysis['id'])),
        );
  return db
    .select()
    .from(codebaseAnalyses)
    .where(and(eq(codebaseAnalyses.projectId, projectId), later))
    .orderBy(desc(codebaseAnalyses.createdAt), desc(codebaseAnalyses.id))
    .limit(limit);
}

export async function snapshotOf(db: Db, projectId: ProjectId): Promise<SnapshotRow | undefined> {
  const [row] = await db.select().from(codebaseSnapshots).where(eq(codebaseSnapshots.projectId, projectId));
  return row;
}

export type SnapshotHead = Pick<
  SnapshotRow,
  'tree' | 'commit' | 'ref' | 'factsVersion' | 'analysisId' | 'embeddedBy' | 'corrections'
>;

/** What names the snapshot, without its graph. */
export async function snapshotHeadOf(db: Db, projectId: ProjectId): Promise<SnapshotHead | undefined> {
  const { tree, commit, ref, factsVersion, analysisId, embeddedBy, corrections } = codebaseSnapshots;
  const [row] = await db
    .select({ tree, commit, ref, factsVersion, analysisId, embeddedBy, corrections })
    .from(codebaseSnapshots)
    .where(eq(codebaseSnapshots.projectId, projectId));
  return row;
}

export async function saveSnapshot(db: Db, row: typeof codebaseSnapshots.$inferInsert): Promise<void> {
  await db.insert(codebaseSnapshots).values(row).onConflictDoUpdate({ target: codebaseSnapshots.projectId, set: row });
}

/** Says that a run has made the vectors of the snapshot. */
export async function markEmbedded(db: Db, projectId: ProjectId, embeddedBy: Id<'analysis'>): Promise<void> {
  await db.update(codebaseSnapshots).set({ embeddedBy }).where(eq(codebaseSnapshots.projectId, projectId));
}

/** How many files the stored picture shows at most. */
export const drawnFiles = 5000;

export async function saveGraph(db: Db, projectId: ProjectId, graph: DependencyGraph): Promise<void> {
  // Off this thread, which has requests to answer: the graph of a large project takes a tenth of a second.
  const packed = await promisify(gzip)(JSON.stringify(graph));
  await db.update(codebaseSnapshots).set({ graph: packed }).where(eq(codebaseSnapshots.projectId, projectId));
}

/** The stored picture; null when it has not been drawn yet. */
export async function graphOf(db: Db, projectId: ProjectId): Promise<DependencyGraph | null> {
  const [row] = await db
    .select({ graph: codebaseSnapshots.graph })
    .from(codebaseSnapshots)
    .where(eq(codebaseSnapshots.projectId, projectId));
  const graph = row?.graph ?? null;
  // What `saveGraph` wrote.
  return graph === null ? null : (JSON.parse((await promisify(gunzip)(graph)).toString('utf8')) as DependencyGraph);
}

/** As they were stored, without corrections. */
export async function storedFilesOf(db: Db, projectId: ProjectId): Promise<FileRow[]> {
  return db.select(fileColumns).from(codebaseFiles).where(eq(codebaseFiles.projectId, projectId));
}

/** As people see them. */
export async function filesOf(db: Db, projectId: ProjectId): Promise<CorrectedRow[]> {
  return db
    .select(correctedColumns)
    .from(codebaseFiles)
    .leftJoin(codebaseCorrections, isCorrected)
    .where(eq(codebaseFiles.projectId, projectId));
}

export async function fileAt(db: Db, projectId: ProjectId, path: string): Promise<CorrectedRow | undefined> {
  const [row] = await db
    .select(correctedColumns)
    .from(codebaseFiles)
    .leftJoin(codebaseCorrections, isCorrected)
    .where(and(eq(codebaseFiles.projectId, projectId), eq(codebaseFiles.path, path)));
  return row;
}

/** The files at these paths, and those with these contents wherever they are. */
export async function placesOf(
  db: Db,
  projectId: ProjectId,
  wanted: { readonly paths: readonly string[]; readonly blobs: readonly string[] },
): Promise<{ path: string; blob: string }[]> {
  const { path, blob } = codebaseFiles;
  const isWanted = or(inArray(path, [...wanted.paths]), inArray(blob, [...wanted.blobs]));
  const rows = await db
    .select({ path, blob })
    .from(codebaseFiles)
    .where(and(eq(codebaseFiles.projectId, projectId), isNotNull(blob), isWanted))
    .orderBy(asc(path));
  return rows.flatMap((row) => (row.blob === null ? [] : [{ path: row.path, blob: row.blob }]));
}

/** Children of one directory, directories first and then by path, after the given sort key. */
export async function childrenOf(
  db: Db,
  projectId: ProjectId,
  parent: string,
  after: { rank: number; path: string } | null,
  limit: number,
): Promise<CorrectedRow[]> {
  const rank = directoriesFirst(codebaseFiles.kind);
  const later = after === null ? undefined : sql`(${rank}, ${codebaseFiles.path}) > (${after.rank}, ${after.path})`;
  return db
    .select(correctedColumns)
    .from(codebaseFiles)
    .leftJoin(codebaseCorrections, isCorrected)
    .where(and(eq(codebaseFiles.projectId, projectId), eq(codebaseFiles.parent, parent), later))
    .orderBy(asc(rank), asc(codebaseFiles.path))
    .limit(limit);
}

/** Whether a file of the listing could not be read when it was made. */
export async function hasUnreadable(db: Db, projectId: ProjectId): Promise<boolean> {
  const { path, skipped } = codebaseFiles;
  const unreadable = and(eq(codebaseFiles.projectId, projectId), eq(skipped, 'unreadable'));
  const rows = await db.select({ path }).from(codebaseFiles).where(unreadable).limit(1);
  return rows.length > 0;
}

export async function skippedOf(
  db: Db,
  projectId: ProjectId,
  reason: SkipReason | undefined,
  after: string | null,
  limit: number,
): Promise<FileRow[]> {
  return db
    .select(fileColumns)
    .from(codebaseFiles)
    .where(
      and(
        eq(codebaseFiles.projectId, projectId),
        isNotNull(codebaseFiles.skipped),
        reason === undefined ? undefined : eq(codebaseFiles.skipped, reason),
        after === null ? undefined : gt(codebaseFiles.path, after),
      ),
    )
    .orderBy(asc(codebaseFiles.path))
    .limit(limit);
}

/** Keeps what a path is for; null forgets it. Whoever has the snapshot in memory learns that it is another now. */
export async function saveCorrection(
  db: Db,
  correction: Omit<typeof codebaseCorrections.$inferInsert, 'category'> & { readonly category: FileCategory | null },
): Promise<void> {
  const { projectId, path, category, correctedAt } = correction;
  const { corrections } = codebaseSnapshots;
  if (category === null) {
    await db
      .delete(codebaseCorrections)
      .where(and(eq(codebaseCorrections.projectId, projectId), eq(codebaseCorrections.path, path)));
  } else {
    await db
      .insert(codebaseCorrections)
      .values({ ...correction, category })
      .onConflictDoUpdate({
        target: [codebaseCorrections.projectId, codebaseCorrections.path],
        set: { category, correctedAt },
      });
  }
  await db
    .update(codebaseSnapshots)
    .set({ corrections: sql`${corrections} + 1` })
    .where(eq(codebaseSnapshots.projectId, projectId));
}

export async function writeFiles(
  db: Db,
  projectId: ProjectId,
  change: { changed: readonly FileRow[]; removed: readonly string[] },
): Promise<void> {
  for (const paths of slices(change.removed)) {
    await db
      .delete(codebaseFiles)
      .where(and(eq(codebaseFiles.projectId, projectId), inArray(codebaseFiles.path, paths)));
  }
  for (const rows of slices(change.changed)) {
    // One JSON parameter instead of twelve a row: Postgres unpacks it several times faster than the driver packs parameters.
    await db.execute(sql`
      insert into codebase_files (project_id, path, parent, kind, blob, size, tokens, files, lines, language, category, skipped, facts)
      select ${projectId}, path, parent, kind, blob, size, tokens, files, lines, language, category, skipped, facts
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as row(path text, parent text, kind text, blob text, size bigint, tokens bigint,
        files integer, lines integer, language text, category text, skipped text, facts text)
      on conflict (project_id, path) do update set parent = excluded.parent, kind = excluded.kind, blob = excluded.blob, size = excluded.size,
        tokens = excluded.tokens, files = excluded.files, lines = excluded.lines, language = excluded.language,
        category = excluded.category, skipped = excluded.skipped, facts = excluded.facts`);
  }
}

/** What each pack holds, of one version or of all. */
export async function keysOfPacks(
  db: Db,
  projectId: ProjectId,
  version?: number,
): Promise<{ id: string; version: number; keys: string[] }[]> {
  return db
    .select({ id: codebasePacks.id, version: codebasePacks.version, keys: codebasePacks.keys })
    .from(codebasePacks)
    .where(
      and(
        eq(codebasePacks.projectId, projectId),
        version === undefined ? undefined : eq(codebasePacks.version, version),
      ),
    );
}

export async function packBytes(db: Db, projectId: ProjectId, id: string): Promise<Buffer | undefined> {
  const [row] = await db
    .select({ bytes: codebasePacks.bytes })
    .from(codebasePacks)
    .where(and(eq(codebasePacks.projectId, projectId), eq(codebasePacks.id, id)));
  return row?.bytes;
}

/** The pack that holds the facts of this key; null when none of this version does. */
export async function packWith(db: Db, projectId: ProjectId, key: string): Promise<FactsPack | null> {
  const { version, keys, bytes } = codebasePacks;
  const [row] = await db
    .select({ version, keys, bytes })
    .from(codebasePacks)
    .where(and(eq(codebasePacks.projectId, projectId), eq(version, factsVersion), arrayContains(keys, [key])))
    .limit(1);
  return row ?? null;
}

export async function insertPack(db: Db, projectId: ProjectId, id: string, pack: FactsPack): Promise<void> {
  await db
    .insert(codebasePacks)
    .values({ projectId, id, version: pack.version, keys: [...pack.keys], bytes: Buffer.from(pack.bytes) })
    .onConflictDoNothing();
}

export async function deletePacks(db: Db, projectId: ProjectId, ids: readonly string[]): Promise<void> {
  for (const some of slices(ids)) {
    await db.delete(codebasePacks).where(and(eq(codebasePacks.projectId, projectId), inArray(codebasePacks.id, some)));
  }
}

const fileColumns = {
  path: codebaseFiles.path,
  parent: codebaseFiles.parent,
  kind: codebaseFiles.kind,
  blob: codebaseFiles.blob,
  size: codebaseFiles.size,
  tokens: codebaseFiles.tokens,
  files: codebaseFiles.files,
  lines: codebaseFiles.lines,
  language: codebaseFiles.language,
  category: codebaseFiles.category,
  skipped: codebaseFiles.skipped,
  facts: codebaseFiles.facts,
};

const isCorrected = and(
  eq(codebaseCorrections.projectId, codebaseFiles.projectId),
  eq(codebaseCorrections.path, codebaseFiles.path),
);

const correctedColumns = {
  ...fileColumns,
  category: sql<FileCategory | null>`coalesce(${codebaseCorrections.category}, ${codebaseFiles.category})`,
  ownCategory: codebaseFiles.category,
};

function* slices<T>(all: readonly T[]): Iterable<T[]> {
  for (let at = 0; at < all.length; at += rowsPerStatement) yield all.slice(at, at + rowsPerStatement);
}
