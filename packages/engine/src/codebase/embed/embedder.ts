/** Turns texts into vectors of one length. */
export interface Embedder {
  /** The name that is stored with every vector: vectors of two models are never compared. */
  readonly model: string;
  readonly dimensions: number;
  /** One unit-length vector per text, in order. Rejects with `EmbedderError`, or with the signal's reason when it aborts. */
  embed(texts: readonly string[], signal: AbortSignal): Promise<Float32Array[]>;
}

/** The embedder cannot be used; the message says what to do. */
export class EmbedderError extends Error {
  override readonly name = 'EmbedderError';
}

/** Scales a vector to length 1, so that a dot product is the cosine. Refuses another length than the one that is stored. */
export function toUnitVector(values: ArrayLike<number>, model: string, dimensions: number): Float32Array {
  if (values.length !== dimensions) {
    throw new EmbedderError(
      `The model ${model} makes vectors of ${values.length} numbers, but ${dimensions} are stored. Choose another model.`,
    );
  }
  const vector = Float32Array.from(values);
  const length = Math.hypot(...vector);
  if (!Number.isFinite(length) || length === 0)
    throw new EmbedderError(`The model ${model} answered with an empty vector.`);
  return vector.map((value) => value / length);
}
