import type { RankIndex } from '../rank-index.ts';
import type { Scoring } from '../scoring.ts';

/** A signal that no query changes: its values are made once an index. */
export function ofIndex(make: (index: RankIndex) => Float32Array): (scoring: Scoring) => Float32Array {
  const madeFor = onceAnIndex(make);
  return ({ index, limit }) => madeFor(index).subarray(0, limit);
}

/** Makes something of an index when it is first asked for, and keeps it as long as the index. */
export function onceAnIndex<T>(make: (index: RankIndex) => T): (index: RankIndex) => T {
  const made = new WeakMap<RankIndex, { readonly value: T }>();
  return (index) => {
    const known = made.get(index) ?? { value: make(index) };
    made.set(index, known);
    return known.value;
  };
}
