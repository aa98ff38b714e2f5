/** A chunk and how near it is to a query: the cosine of their vectors. */
export interface NearChunk {
  readonly blob: string;
  readonly startLine: number;
  readonly cosine: number;
}

/** Vectors with the chunks that they were made of. */
export interface VectorBatch {
  readonly chunks: readonly { readonly blob: string; readonly startLine: number }[];
  /** One unit vector after the other, in the order of the chunks. */
  readonly values: Float32Array<ArrayBuffer>;
}

/** The vectors of one snapshot in memory, about 450 bytes for each of 384 numbers. */
export interface VectorIndex {
  readonly size: number;
  /** The chunks nearest to a unit vector, nearest first. */
  nearest(query: Float32Array, count: number): NearChunk[];
}

export interface VectorIndexBuilder {
  add(batch: VectorBatch): void;
  finish(): VectorIndex;
}

// Signs alone say which two thousand may be near; among those the numbers decide. More would cost time and find nothing that is missing.
const shortlist = 2000;
const steps = 127;

/**
 * Keeps each vector twice: as one bit a dimension (is it above the mean?), which 100,000 are compared by in a few milliseconds, and as one
 * byte a dimension, which the likeliest are ordered by. Nothing has to be built beyond that, so that filling costs what reading costs.
 */
export function createVectorIndex(dimensions: number): VectorIndexBuilder {
  const batches: { readonly bytes: Int8Array; readonly scales: Float32Array }[] = [];
  const chunks: { readonly blob: string; readonly startLine: number }[] = [];
  return {
    add(batch) {
      batches.push(toBytes(batch.values, dimensions));
      for (const { blob, startLine } of batch.chunks) chunks.push({ blob, startLine });
    },
    finish() {
      const bytes = joined(batches.map((batch) => batch.bytes));
      const scales = Float32Array.from(batches.flatMap((batch) => [...batch.scales]));
      const means = meansOf(bytes, scales, dimensions);
      const words = Math.ceil(dimensions / 32);
      const signs = new Int32Array(chunks.length * words);
      const vector = new Float32Array(dimensions);
      for (let row = 0; row < chunks.length; row++) {
        const scale = scales[row] ?? 0;
        for (let n = 0; n < dimensions; n++) vector[n] = (bytes[row * dimensions + n] ?? 0) * scale;
        writeSigns(vector, means, signs, row * words);
      }
      return {
        size: chunks.length,
        nearest(query, count) {
          const wanted = new Int32Array(words);
          writeSigns(query, means, wanted, 0);
          return likeliest(signs, wanted, Math.max(shortlist, 20 * count))
            .map((row) => ({ row, cosine: (scales[row] ?? 0) * dotOf(bytes, row * dimensions, query) }))
            .sort((a, b) => b.cosine - a.cosine || a.row - b.row)
            .slice(0, count)
            .flatMap(({ row, cosine }) => {
              const chunk = chunks[row];
              return chunk === undefined ? [] : [{ ...chunk, cosine }];
            });
        },
      };
    },
  };
}

/** Each vector by its own scale, so that its largest number takes the whole byte. */
function toBytes(values: Float32Array, dimensions: number): { bytes: Int8Array; scales: Float32Array } {
  const bytes = new Int8Array(values.length);
  const scales = new Float32Array(values.length / dimensions);
  for (let row = 0; row < scales.length; row++) {
    const from = row * dimensions;
    let largest = 0;
    for (let at = from; at < from + dimensions; at++) largest = Math.max(largest, Math.abs(values[at] ?? 0));
    scales[row] = largest / steps;
    const factor = largest === 0 ? 0 : steps / largest;
    for (let at = from; at < from + dimensions; at++) bytes[at] = Math.round((values[at] ?? 0) * factor);
  }
  return { bytes, scales };
}

function joined(parts: readonly Int8Array[]): Int8Array {
  const whole = new Int8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

// Many models lean to one side in some dimensions; against zero, their signs would say nothing.
function meansOf(bytes: Int8Array, scales: Float32Array, dimensions: number): Float32Array {
  const sums = new Float64Array(dimensions);
  for (let row = 0; row < scales.length; row++) {
    const scale = scales[row] ?? 0;
    for (let n = 0; n < dimensions; n++) sums[n] = (sums[n] ?? 0) + (bytes[row * dimensions + n] ?? 0) * scale;
  }
  return Float32Array.from(sums, (sum) => sum / Math.max(1, scales.length));
}

function writeSigns(vector: Float32Array, means: Float32Array, signs: Int32Array, from: number): void {
  for (let n = 0; n < vector.length; n++) {
    if ((vector[n] ?? 0) <= (means[n] ?? 0)) continue;
    const word = from + (n >> 5);
    signs[word] = (signs[word] ?? 0) | (1 << (n & 31));
  }
}

/** The rows whose signs differ least from the wanted ones: at least `count` where there are as many, and all that are as near as the last. */
function likeliest(signs: Int32Array, wanted: Int32Array, count: number): number[] {
  const words = wanted.length;
  const differences = new Uint16Array(signs.length / words);
  const withDifference = new Uint32Array(words * 32 + 1);
  for (let row = 0, at = 0; row < differences.length; row++) {
    let different = 0;
    for (let word = 0; word < words; word++, at++) different += bitsIn((signs[at] ?? 0) ^ (wanted[word] ?? 0));
    differences[row] = different;
    withDifference[different] = (withDifference[different] ?? 0) + 1;
  }
  let most = 0;
  for (let within = withDifference[0] ?? 0; within < count && most < withDifference.length;)
    within += withDifference[++most] ?? 0;
  const rows: number[] = [];
  for (let row = 0; row < differences.length; row++) if ((differences[row] ?? 0) <= most) rows.push(row);
  return rows;
}

function bitsIn(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const nibbles = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((nibbles + (nibbles >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

function dotOf(bytes: Int8Array, from: number, query: Float32Array): number {
  let sum = 0;
  for (let n = 0; n < query.length; n++) sum += (bytes[from + n] ?? 0) * (query[n] ?? 0);
  return sum;
}
