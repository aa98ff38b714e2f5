import { AppError } from '#kernel/app-error.ts';
import type { Database } from './database.ts';

/** The length of every vector column; all-MiniLM-L6-v2 makes vectors of this length. */
export const embeddingDimensions = 384;

/**
 * Checks at boot that the vectors of the configured model fit the columns they go into. Throws `invalid_input`, naming the model, when
 * they do not: a wrong length would otherwise show only when the first vector is stored.
 */
export async function assertEmbedding(
  database: Pick<Database, 'asSystem'>,
  embedder: { readonly model: string; readonly dimensions: number },
): Promise<void> {
  if (embedder.dimensions !== embeddingDimensions) {
    throw new AppError(
      'invalid_input',
      `The embedding model ${embedder.model} makes vectors of ${embedder.dimensions} numbers; Yudai stores ${embeddingDimensions}. Choose a model of that length.`,
      { details: { model: embedder.model, dimensions: embedder.dimensions, expected: embeddingDimensions } },
    );
  }
  const { rows } = await database.asSystem((db) =>
    db.execute<{ column: string; dimensions: number }>(
      // A vector's type modifier is its length.
      `select attrelid::regclass || '.' || attname as "column", atttypmod as dimensions from pg_attribute
       join pg_class on pg_class.oid = attrelid and relkind in ('r', 'p') and relnamespace = 'public'::regnamespace
       where atttypid = to_regtype('vector') and not attisdropped`,
    ),
  );
  const wrong = rows.find((row) => row.dimensions !== embeddingDimensions);
  if (wrong !== undefined) {
    throw new Error(`The column ${wrong.column} holds vectors of ${wrong.dimensions}, not ${embeddingDimensions}.`);
  }
}
