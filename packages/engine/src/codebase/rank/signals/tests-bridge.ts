import { bestChunksOf, type Scoring } from '../scoring.ts';

/** A test named after the file is like the text. */
export function testsBridge({ index, field, limit }: Scoring): Float32Array {
  const { offered, all } = index.groups;
  const { base, parent, tested } = index.names;
  const likeness = field('body').boosted;
  const byName = new Map<string, number>();
  for (let test = offered; test < all; test++) {
    const name = tested[test] ?? '';
    if (name !== '') byName.set(name, Math.max(byName.get(name) ?? 0, bestChunksOf(likeness, index, test)));
  }
  return Float32Array.from({ length: limit }, (_, file) => {
    if (file >= offered) return 0;
    const name = base[file] ?? '';
    return byName.get(name) ?? byName.get(`${parent[file] ?? ''}${name}`) ?? 0;
  });
}
