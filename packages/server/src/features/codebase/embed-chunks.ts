import type { Embedder } from '@yudai/engine/codebase';
import type { Id } from '@yudai/contract';
import type { Projects } from '#features/projects/index.ts';
import { AppError } from '#kernel/app-error.ts';
import type { Database } from '#platform/db/index.ts';
import type { JobRun } from '#platform/jobs/index.ts';
import type { CodebaseReader } from './reader/reader.ts';
import { markEmbedded } from './store.ts';
import { deleteVectorsExcept, insertVectors, type VectorRow, vectorKeysOf } from './vector-store.ts';

// One transaction's worth: lost at most when the process dies, and small enough to answer a cancel at once.
const chunksPerBatch = 64;

/** Makes the vectors that are missing, batch by batch, so that a run that dies goes on where it was. Returns how many the snapshot has. */
export async function embedChunks(
  deps: { database: Database; projects: Projects; embedder: Embedder; reader: CodebaseReader },
  run: JobRun<{ projectId: Id<'project'>; analysisId: Id<'analysis'> }>,
  signal: AbortSignal,
): Promise<number> {
  const { database, embedder, reader } = deps;
  const { projectId, analysisId } = run.payload;
  const userId = run.ctx.actor.userId;
  const chunks = await reader.ask(run.ctx, projectId, 'chunks', [], signal);
  const known = await database.asUser(userId, (db) => vectorKeysOf(db, projectId, embedder.model));
  const missing = chunks.filter(({ blob, startLine }) => !known.has(`${blob}:${startLine}`));
  for (let at = 0; at < missing.length; at += chunksPerBatch) {
    const batch = missing.slice(at, at + chunksPerBatch);
    const texts = await reader.ask(run.ctx, projectId, 'chunkTexts', [batch], signal);
    const vectors = await embedder.embed(texts, signal).catch((error: unknown) => {
      signal.throwIfAborted();
      throw new AppError('upstream_failed', error instanceof Error ? error.message : 'The embedder failed.', {
        cause: error,
      });
    });
    const rows = batch.flatMap((chunk, index): VectorRow[] => {
      const embedding = vectors[index];
      return embedding === undefined ? [] : [{ ...chunk, embedding }];
    });
    await database.asUser(userId, (db) => insertVectors(db, projectId, embedder.model, rows));
    run.progress(92 + Math.floor((7 * at) / missing.length), `Making vectors: ${at} of ${missing.length}`);
  }
  await database.asUser(userId, async (db) => {
    await deleteVectorsExcept(db, projectId, embedder.model, [...new Set(chunks.map(({ blob }) => blob))]);
    await markEmbedded(db, projectId, analysisId);
  });
  return chunks.length;
}
