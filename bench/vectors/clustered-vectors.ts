import { randomOf } from '../measuring/random.ts';

/** Numbers in each vector. */
export const dimensions = 384;

/** Unit vectors around the same centres for every seed, as texts about some subjects would be. Always the same ones. */
export function clusteredVectors(options: { count: number; clusters: number; seed: number }): Float32Array[] {
  const centres = Array.from({ length: options.clusters }, (_, n) => vectorOf(randomOf(1000 + n), null));
  const random = randomOf(options.seed);
  return Array.from({ length: options.count }, () =>
    vectorOf(random, centres[Math.floor(random() * options.clusters)] ?? null),
  );
}

function vectorOf(random: () => number, centre: Float32Array | null): Float32Array {
  const vector = new Float32Array(dimensions);
  // The spread within a subject: cosines of two of its vectors are about 0.5.
  for (let n = 0; n < dimensions; n += 1) vector[n] = (centre?.[n] ?? 0) + (random() + random() + random() - 1.5) * 0.1;
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}
