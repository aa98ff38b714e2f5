import { and, eq, sql } from 'drizzle-orm';
import type { Id } from '@yudai/contract';
import type { NearChunk } from '@yudai/engine/codebase';
import type { Db } from '#platform/db/index.ts';
import { codebaseVectors } from './schema.ts';

type ProjectId = Id<'project'>;

export interface ChunkPlace {
  readonly blob: string;
  readonly startLine: number;
  readonly endLine: number;
}
export interface VectorRow extends ChunkPlace {
  readonly embedding: number[];
}

/** `blob:startLine` of every chunk that has a vector of this model. */
export async function vectorKeysOf(db: Db, projectId: ProjectId, model: string): Promise<Set<string>> {
  const rows = await db
    .select({ blob: codebaseVectors.blob, startLine: codebaseVectors.startLine })
    .from(codebaseVectors)
    .where(and(eq(codebaseVectors.projectId, projectId), eq(codebaseVectors.model, model)));
  return new Set(rows.map(({ blob, startLine }) => `${blob}:${startLine}`));
}

export async function insertVectors(
  db: Db,
  ownerId: Id<'user'>,
  projectId: ProjectId,
  model: string,
  rows: readonly VectorRow[],
): Promise<void> {
  if (rows.length === 0) return;
  const values = rows.map(({ blob, startLine, endLine, embedding }) => ({
    projectId,
    ownerId,
    model,
    blob,
    startLine,
    endLine,
    embedding,
  }));
  await db.insert(codebaseVectors).values(values).onConflictDoNothing();
}

/** Throws away the vectors of blobs that are not in the snapshot any more. */
export async function deleteVectorsExcept(
  db: Db,
  projectId: ProjectId,
  model: string,
  blobs: readonly string[],
): Promise<void> {
  await db.execute(sql`
    delete from codebase_vectors where project_id = ${projectId} and model = ${model}
    and not (blob = any (array(select jsonb_array_elements_text(${JSON.stringify(blobs)}::jsonb))))`);
}

/** The chunks nearest to a unit vector, nearest first. The project is always named: a filter after the index would lose small projects. */
export async function nearestChunks(
  db: Db,
  projectId: ProjectId,
  model: string,
  query: Float32Array,
  limit: number,
): Promise<NearChunk[]> {
  const vector = JSON.stringify([...query]);
  // The scan goes on until enough rows of this project are found, instead of filtering the first few of all projects.
  await db.execute(
    sql`select set_config('hnsw.iterative_scan', 'relaxed_order', true), set_config('hnsw.ef_search', ${String(Math.max(100, limit))}, true)`,
  );
  const distance = sql<number>`${codebaseVectors.embedding} <=> ${vector}::vector`;
  const rows = await db
    .select({ blob: codebaseVectors.blob, startLine: codebaseVectors.startLine, distance })
    .from(codebaseVectors)
    .where(and(eq(codebaseVectors.projectId, projectId), eq(codebaseVectors.model, model)))
    .orderBy(distance)
    .limit(limit);
  return rows.map(({ blob, startLine, distance: far }) => ({ blob, startLine, cosine: 1 - Number(far) }));
}
