import { expect, test } from 'vitest';
import { readEvidence, writeEvidence } from '#features/issues/ideas/evidence-text.ts';

const cite = 'src/a.ts:3-9@0123456789ab';

test('evidence is written as lines and read back the same (D17)', () => {
  const evidence = [
    { cite, note: 'counts twice: once here', state: 'verified' as const },
    { cite: 'b.ts:1@0123456789ab', note: '', state: 'missing' as const },
  ];

  expect(readEvidence(writeEvidence(evidence))).toEqual({
    places: evidence.map((place) => ({ cite: place.cite, note: place.note })),
  });
});

test('a citation is taken as DAifu writes it, in brackets or as code, whatever follows it', () => {
  expect(readEvidence(`\`${cite}\`: adds two\n\n(${cite}) – again\n${cite}`)).toEqual({
    places: [
      { cite, note: 'adds two' },
      { cite, note: 'again' },
      { cite, note: '' },
    ],
  });
  expect(readEvidence('src/a.ts:3-9 by hand')).toEqual({ places: [{ cite: 'src/a.ts:3-9', note: 'by hand' }] });
  expect(readEvidence(' \n')).toEqual({ places: [] });
});

test.each(['src/a.ts', 'src/a.ts:x', 'see src/a.ts:3@0123456789ab', '<b>'])('“%s” is said to name no place', (line) => {
  expect(readEvidence(`${cite}\n${line}`)).toEqual({ problem: expect.stringContaining('names no place') });
});

test('more than ten places are too many', () => {
  expect(readEvidence(Array.from({ length: 11 }, () => cite).join('\n'))).toEqual({
    problem: expect.stringContaining('ten places'),
  });
});
