import fc from 'fast-check';
import { expect, test } from 'vitest';
import { applyEdit } from '#edit/apply-edit.ts';
import { type EditCase, malformedEdit } from '#edit/testing/malformed-edits.ts';

type Outcome = 'recovered' | 'refused' | 'corrupted';

function outcomeOf({ before, find, replace, intended }: EditCase): Outcome {
  const result = applyEdit(before, { find, replace });
  if (result.kind === 'refused') return 'refused';
  return result.text === intended ? 'recovered' : 'corrupted';
}

/** What an editor does that knows no ladder: the first place, literally. */
function naiveOutcomeOf({ before, find, replace, intended }: EditCase): Outcome {
  if (!before.includes(find)) return 'refused';
  return before.replace(find, () => replace) === intended ? 'recovered' : 'corrupted';
}

test('what is odd but certain is recovered, what is not certain is refused, and nothing is corrupted', () => {
  const wrong = new Map<string, Record<Outcome, number>>();
  let examined = 0;
  for (let seed = 0; seed < 6_300; seed += 1) {
    const edit = malformedEdit(seed);
    const outcome = outcomeOf(edit);
    examined += 1;
    if (outcome === (edit.intended === null ? 'refused' : 'recovered')) continue;
    const counts = wrong.get(edit.trouble) ?? { recovered: 0, refused: 0, corrupted: 0 };
    counts[outcome] += 1;
    wrong.set(edit.trouble, counts);
  }

  expect(Object.fromEntries(wrong)).toEqual({});
  expect(examined).toBe(6_300);
});

test('the cases are hard: an editor that takes the first literal place corrupts files', () => {
  const outcomes = Array.from({ length: 630 }, (_, seed) => naiveOutcomeOf(malformedEdit(seed)));

  expect(outcomes.filter((outcome) => outcome === 'corrupted').length).toBeGreaterThan(60);
  expect(outcomes.filter((outcome) => outcome === 'refused').length).toBeGreaterThan(200);
});

test('an exact edit of any text is what replacing the text would be, and an edit changes nothing else', () => {
  const piece = fc.constantFrom(
    'a',
    'b',
    ' ',
    '\t',
    '\n',
    '\r\n',
    '"',
    '“',
    'é',
    'e\u0301',
    '🚀',
    '\uFEFF',
    'x = 1;',
    '}',
  );
  const text = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(''));

  fc.assert(
    fc.property(text, text, text, (before, find, replace) => {
      const result = applyEdit(before, { find, replace });
      if (result.kind === 'refused') return;
      const { startLine, endLine } = result.at;
      const [old, fresh] = [before.split('\n'), result.text.split('\n')];
      // Outside the lines that it names, the text is the same, byte for byte.
      expect(fresh.slice(0, startLine - 1)).toEqual(old.slice(0, startLine - 1));
      const after = fresh.slice(endLine);
      expect(after).toEqual(after.length === 0 ? [] : old.slice(-after.length));
      if (result.how !== 'exact' || before.includes('\r') || find.includes('\r') || replace.includes('\r')) return;
      if (find.startsWith('\uFEFF') || (find.endsWith('\n') && !replace.endsWith('\n'))) return;
      expect(withoutBlanksAtEnds(result.text)).toBe(withoutBlanksAtEnds(before.replace(find, () => replace)));
    }),
    { numRuns: 3_000 },
  );
});

test.each(['\uFEFF', '\u00A0', '\u2028', '\f'])('what is no blank of a line end is not taken for one: %j', (odd) => {
  const behind = applyEdit(`"${odd}`, { find: '"', replace: '\n' });
  const before = applyEdit(`${odd} a\nb\n`, { find: 'a\n', replace: '' });

  expect(behind).toMatchObject({ text: `\n${odd}` });
  expect(before).toMatchObject({ text: expect.stringContaining(odd) });
});

function withoutBlanksAtEnds(text: string): string {
  return text.replace(/[ \t]+$/gm, '');
}

test('a text never ends up twice: an edit that was made is not found again', () => {
  fc.assert(
    fc.property(fc.nat(100_000), (seed) => {
      const { find, replace, intended } = malformedEdit(seed);
      if (intended === null || replace.includes(find)) return;

      expect(applyEdit(intended, { find, replace })).toMatchObject({ kind: 'refused' });
    }),
    { numRuns: 300 },
  );
  expect(malformedEdit(7)).toEqual(malformedEdit(7));
});
