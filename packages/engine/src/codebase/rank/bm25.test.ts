import { expect, test } from 'vitest';
import { idfOf, scoreFields } from './bm25.ts';
import { buildPostings, documentsWith } from './postings.ts';

// Three documents: "a a b", "b c", "c c c c"; terms a = 0, b = 1, c = 2.
const postings = buildPostings(3, Uint32Array.of(3, 2, 4), (emit) => {
  emit(0, 0, 2);
  emit(1, 0, 1);
  emit(1, 1, 1);
  emit(2, 1, 1);
  emit(2, 2, 4);
});
const fields = { k1: 1.2, b: 0.75, population: 3 };

test('a term is scored as the formula says, by hand', () => {
  // mean length 3; idf(a) = ln(1 + (3 − 1 + ½) / (1 + ½)) = ln(8/3); document 0: tf 2, norm 1.2 · (¼ + ¾ · 3/3) = 1.2
  const [scores] = scoreFields(postings, fields, [0], [Float64Array.of(1)], 3);

  expect(scores?.[0]).toBeCloseTo((Math.log(8 / 3) * 2 * 2.2) / (2 + 1.2), 5);
  expect(scores?.[1]).toBe(0);
});

test('a longer document with the same count scores less', () => {
  // idf(b) = ln(1 + 1.5 / 2.5); norms 1.2 for 3 words, 1.2 · (¼ + ½) = 0.9 for 2
  const [scores] = scoreFields(postings, fields, [1], [Float64Array.of(1)], 3);

  expect(scores?.[0]).toBeCloseTo((Math.log(1.6) * 2.2) / (1 + 1.2), 5);
  expect(scores?.[1]).toBeCloseTo((Math.log(1.6) * 2.2) / (1 + 0.9), 5);
});

test('two weightings in one pass are the same as two passes', () => {
  const both = scoreFields(postings, fields, [0, 1], [Float64Array.of(1, 3), Float64Array.of(0, 1)], 3);

  expect(both[0]).toEqual(scoreFields(postings, fields, [0, 1], [Float64Array.of(1, 3)], 3)[0]);
  expect(both[1]).toEqual(scoreFields(postings, fields, [1], [Float64Array.of(1)], 3)[0]);
});

test('documents past the limit take no part, and do not count in the frequencies', () => {
  expect(scoreFields(postings, { ...fields, population: 2 }, [2], [Float64Array.of(1)], 2)[0]?.length).toBe(2);
  expect(documentsWith(postings, 2, 2)).toBe(1);
  expect(idfOf(postings, 2, 2)).toBeCloseTo(Math.log(1 + 1.5 / 1.5), 6);
});

test('a term that a field has never seen scores nothing', () => {
  expect(scoreFields(postings, fields, [99], [Float64Array.of(1)], 3)[0]).toEqual(new Float32Array(3));
});
