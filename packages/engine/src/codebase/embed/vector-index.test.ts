import { expect, test } from 'vitest';
import { createVectorIndex, type VectorIndex } from './vector-index.ts';

const dimensions = 384;

test.each([
  ['texts about forty subjects', 0, 40],
  ['a model that leans to one side', 1.5, 40],
  ['texts that have nothing in common', 0, 4000],
])('the ten nearest of %s are those of an exact scan (G11 G12)', (_, lean, subjects) => {
  const vectors = vectorsAround({ count: 4000, subjects, lean, seed: 1 });
  const queries = vectorsAround({ count: 12, subjects, lean, seed: 2 });
  const index = indexOf(vectors);

  const found = queries.map((query) => {
    const exact = new Set(exactly(vectors, query, 10));
    return index.nearest(query, 10).filter(({ startLine }) => exact.has(startLine)).length;
  });

  expect(found.reduce((sum, count) => sum + count, 0) / (10 * queries.length)).toBeGreaterThanOrEqual(0.95);
});

test('a chunk is nearest to its own vector, with a cosine of 1', () => {
  const vectors = vectorsAround({ count: 500, subjects: 5, lean: 0, seed: 3 });

  const [nearest, next] = indexOf(vectors).nearest(vectors[123] ?? new Float32Array(), 2);

  expect(nearest).toMatchObject({ blob: 'b123', startLine: 123 });
  expect(nearest?.cosine).toBeCloseTo(1, 2);
  expect(next?.cosine).toBeLessThan(nearest?.cosine ?? 0);
});

test('equal vectors are all found, in the order they came, however many there are', () => {
  const [same = new Float32Array()] = vectorsAround({ count: 1, subjects: 1, lean: 0, seed: 4 });

  const near = indexOf(Array.from({ length: 5000 }, () => same)).nearest(same, 3);

  expect(near.map(({ startLine }) => startLine)).toEqual([0, 1, 2]);
});

test('an index of nothing finds nothing, and one of few finds all', () => {
  const few = vectorsAround({ count: 4, subjects: 1, lean: 0, seed: 5 });

  expect(indexOf([]).nearest(new Float32Array(dimensions), 10)).toEqual([]);
  expect(indexOf(few).nearest(few[0] ?? new Float32Array(), 10)).toHaveLength(4);
});

function indexOf(vectors: readonly Float32Array[]): VectorIndex {
  const builder = createVectorIndex(dimensions);
  for (let at = 0; at < vectors.length; at += 1000) {
    const some = vectors.slice(at, at + 1000);
    const values = new Float32Array(some.length * dimensions);
    some.forEach((vector, n) => values.set(vector, n * dimensions));
    builder.add({ chunks: some.map((__, n) => ({ blob: `b${at + n}`, startLine: at + n })), values });
  }
  return builder.finish();
}

function exactly(vectors: readonly Float32Array[], query: Float32Array, count: number): number[] {
  const cosine = (vector: Float32Array) => {
    let sum = 0;
    for (let n = 0; n < dimensions; n++) sum += (vector[n] ?? 0) * (query[n] ?? 0);
    return sum;
  };
  return vectors
    .map((vector, row) => ({ row, cosine: cosine(vector) }))
    .toSorted((a, b) => b.cosine - a.cosine)
    .slice(0, count)
    .map(({ row }) => row);
}

/** Unit vectors around the same centres for every seed. With a lean, all of them share one large part. */
function vectorsAround(options: { count: number; subjects: number; lean: number; seed: number }): Float32Array[] {
  const { count, subjects, lean, seed } = options;
  const common = numbersFrom(randomOf(99));
  const centres = Array.from({ length: Math.min(subjects, 50) }, (_, n) => numbersFrom(randomOf(100 + n)));
  const random = randomOf(seed);
  return Array.from({ length: count }, () => {
    const centre = centres[Math.floor(random() * subjects)];
    const own = numbersFrom(random);
    const sum = own.map((value, n) => value + (centre?.[n] ?? 0) + lean * (common[n] ?? 0));
    const length = Math.hypot(...sum);
    return Float32Array.from(sum, (value) => value / length);
  });
}

function numbersFrom(random: () => number): number[] {
  return Array.from({ length: dimensions }, () => random() + random() + random() - 1.5);
}

/** Numbers from 0 to 1 that are the same in every run (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
