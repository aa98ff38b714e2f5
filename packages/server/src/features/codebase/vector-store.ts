import { and, asc, eq, sql } from 'drizzle-orm';
import type { Id } from '@yudai/contract';
import type { VectorBatch } from '@yudai/engine/codebase';
import type { Db } from '#platform/db/index.ts';
import { codebaseVectors } from './schema.ts';

type ProjectId = Id<'project'>;

export interface ChunkPlace {
  readonly blob: string;
  readonly startLine: number;
  readonly endLine: number;
}
export interface VectorRow extends ChunkPlace {
  readonly embedding: Float32Array;
}

/** `blob:startLine` of every chunk that has a vector of this model. */
export async function vectorKeysOf(db: Db, projectId: ProjectId, model: string): Promise<Set<string>> {
  const rows = await db
    .select({ blob: codebaseVectors.blob, startLine: codebaseVectors.startLine })
    .from(codebaseVectors)
    .where(and(eq(codebaseVectors.projectId, projectId), eq(codebaseVectors.model, model)));
  return new Set(rows.map(({ blob, startLine }) => `${blob}:${startLine}`));
}

/** Writes vectors of chunks that have none; those that have one keep it. */
export async function insertVectors(
  db: Db,
  projectId: ProjectId,
  model: string,
  rows: readonly VectorRow[],
): Promise<void> {
  if (rows.length === 0) return;
  // As bytes, a vector is read ten times faster than as text.
  const values = rows.map(
    ({ blob, startLine, endLine, embedding }) =>
      sql`(${projectId}, ${model}, ${blob}, ${startLine}::int, ${endLine}::int, ${toBinary(embedding)}::vector)`,
  );
  await db.execute(sql`
    insert into codebase_vectors (project_id, model, blob, start_line, end_line, embedding)
    values ${sql.join(values, sql`, `)} on conflict do nothing`);
}

/** Throws away the vectors of blobs that are not in the snapshot any more, and those of other models. */
export async function deleteVectorsExcept(
  db: Db,
  projectId: ProjectId,
  model: string,
  blobs: readonly string[],
): Promise<void> {
  await db.execute(sql`
    delete from codebase_vectors where project_id = ${projectId} and (model <> ${model} or not exists (
      select from jsonb_array_elements_text(${JSON.stringify(blobs)}::jsonb) as kept where kept = blob))`);
}

/** The next vectors of a project after a chunk, in the order of their key; an empty batch at the end. */
export async function vectorsAfter(
  db: Db,
  projectId: ProjectId,
  model: string,
  after: Pick<ChunkPlace, 'blob' | 'startLine'> | null,
  limit: number,
): Promise<VectorBatch> {
  const { blob, startLine, embedding } = codebaseVectors;
  const later = after === null ? undefined : sql`(${blob}, ${startLine}) > (${after.blob}, ${after.startLine}::int)`;
  const rows = await db
    // Four bytes say the length, which is that of the column.
    .select({ blob, startLine, bytes: sql<Buffer>`substring(vector_send(${embedding}) from 5)` })
    .from(codebaseVectors)
    .where(and(eq(codebaseVectors.projectId, projectId), eq(codebaseVectors.model, model), later))
    .orderBy(asc(blob), asc(startLine))
    .limit(limit);
  return {
    chunks: rows.map((row) => ({ blob: row.blob, startLine: row.startLine })),
    values: fromBinary(rows.map(({ bytes }) => bytes)),
  };
}

/** A vector as pgvector sends and receives it: its length in two bytes, two spare ones, and its numbers, all big-endian. */
function toBinary(vector: Float32Array): Buffer {
  const bytes = Buffer.alloc(4 + vector.byteLength);
  bytes.writeUInt16BE(vector.length);
  vector.forEach((value, n) => bytes.writeFloatBE(value, 4 + 4 * n));
  return bytes;
}

function fromBinary(vectors: readonly Buffer[]): Float32Array<ArrayBuffer> {
  const length = vectors.reduce((sum, bytes) => sum + bytes.length, 0);
  const bytes = Buffer.from(new ArrayBuffer(length));
  let at = 0;
  for (const vector of vectors) at += vector.copy(bytes, at);
  // Every processor that Node runs on here is little-endian.
  bytes.swap32();
  return new Float32Array(bytes.buffer);
}
