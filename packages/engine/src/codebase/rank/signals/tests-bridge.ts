import type { RankIndex } from '../rank-index.ts';
import { bestChunksOf, type Scoring } from '../scoring.ts';
import { onceAnIndex } from './of-index.ts';

/** A test named after the file is like the text. */
export function testsBridge({ index, field, limit }: Scoring): Float32Array {
  const { offered, all } = index.groups;
  const { ofTest, ofFile, count } = namesTested(index);
  const likeness = field('body').boosted;
  const best = new Float64Array(count);
  for (let test = offered; test < all; test++) {
    const name = ofTest[test - offered] ?? -1;
    if (name >= 0) best[name] = Math.max(best[name] ?? 0, bestChunksOf(likeness, index, test));
  }
  const scores = new Float32Array(limit);
  for (let file = 0; file < Math.min(limit, offered); file++) {
    const name = ofFile[file] ?? -1;
    if (name >= 0) scores[file] = best[name] ?? 0;
  }
  return scores;
}

/** The name that each test is of, and that each file is tested by: numbers below `count`, -1 for none. */
const namesTested = onceAnIndex(({ names: { base, parent, tested }, groups: { offered, all } }: RankIndex) => {
  const numbers = new Map<string, number>();
  const ofTest = Int32Array.from({ length: all - offered }, (_, test) => {
    const name = tested[offered + test] ?? '';
    if (name === '') return -1;
    const number = numbers.get(name) ?? numbers.size;
    numbers.set(name, number);
    return number;
  });
  const ofFile = Int32Array.from({ length: offered }, (_, file) => {
    const name = base[file] ?? '';
    return numbers.get(name) ?? numbers.get(`${parent[file] ?? ''}${name}`) ?? -1;
  });
  return { ofTest, ofFile, count: numbers.size };
});
