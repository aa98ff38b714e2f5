import { expect, test } from 'vitest';
import { applyEdit, type EditResult } from '#edit/apply-edit.ts';

const outcome = (result: EditResult) => (result.kind === 'applied' ? [result.how, result.text] : [result.reason]);

test.each<[promise: string, text: string, find: string, replace: string, expected: readonly string[]]>([
  ['a text in a line', 'let a = 1;\n', 'a = 1', 'b = 2', ['exact', 'let b = 2;\n']],
  ['exact wins over a looser place', 'a()  \nb\n  a()\nb\n', 'a()\nb\n', 'c()\n', ['exact', 'a()  \nb\n  c()\n']],
  ['blanks at ends', 'a;  \nb;\n', 'a;\nb;', 'a;\nc;', ['trailing', 'a;  \nc;\n']],
  ['a line end that the last line has not', 'a\nb', 'b\n', 'c\n', ['trailing', 'a\nc']],
  [
    'tabs for spaces',
    'f {\n\tif {\n\t\ta\n\t}\n}\n',
    '  if {\n    a\n  }',
    '  if {\n    b\n      c\n  }',
    ['indentation', 'f {\n\tif {\n\t\tb\n\t\t\tc\n\t}\n}\n'],
  ],
  [
    'four spaces for two',
    '  if\n    a\n',
    '    if\n        a\n',
    '    if\n        b\n            c\n',
    ['indentation', '  if\n    b\n      c\n'],
  ],
  [
    'an empty line among lines that were too deep',
    '  a\n',
    '    a\n',
    '    a\n\n    b\n',
    ['indentation', '  a\n\n  b\n'],
  ],
  ['a single tab for four spaces', '\ta\n', '    a\n', '    b\n        c\n', ['indentation', '\tb\n\t\tc\n']],
  ['a single line without its shallower neighbour', '\ta\n', '    a\n', 'if\n    a\n', ['not_found']],
  ['depths that were lost', 'if\n  a\n', '  if\n  a\n  b', '  if\n  c', ['not_found']],
  ['depths that were lost in what only goes', 'if x\n  a\nz\n', '  if x\n  a\n', '', ['indentation', 'z\n']],
  ['typographic quotes that stay', 'say(“a”, 1)\n', 'say("a", 1)', 'say("a", 2)', ['punctuation', 'say(“a”, 2)\n']],
  ['typographic quotes in what is rewritten', 'say(“a”, 1)\n', 'say("a", 1)', 'tell("b", 2)', ['not_found']],
  ['a space that does not break', 'a\u00A0b\n', 'a b', 'a b c', ['punctuation', 'a\u00A0b c\n']],
  ['CRLF with an LF edit', 'a\r\nb\r\nc\r\n', 'a\nb\n', 'a\nx\ny\n', ['exact', 'a\r\nx\r\ny\r\nc\r\n']],
  ['mixed line ends', 'a\r\nb\nc\r\n', 'a\nb\nc', 'a\nx\nb\nc', ['exact', 'a\r\nx\r\nb\nc\r\n']],
  ['mixed line ends do not tell places apart', 'a\nb\na\r\nb\r\n', 'a\nb', 'c', ['ambiguous']],
  ['a byte order mark', '\uFEFFa\nb\n', 'a\n', 'c\n', ['exact', '\uFEFFc\nb\n']],
  ['a find with a byte order mark', '\uFEFFa\nb\n', '\uFEFFa', '\uFEFFc', ['exact', '\uFEFFc\nb\n']],
  ['no final newline', 'a\nb', 'b', 'c\nd', ['exact', 'a\nc\nd']],
  ['a final newline that is asked for', 'a\nb', 'b', 'b\n', ['exact', 'a\nb\n']],
  ['a replacement without the line end of its find', '// a\nb\n', '// a\n', '// c', ['exact', '// c\nb\n']],
  ['whole lines that go', 'a\nb\nc\n', 'b\n', '', ['exact', 'a\nc\n']],
  ['a line that goes with its indentation', 'a\n  b\nc\n', 'b\n', '', ['exact', 'a\nc\n']],
  ['a line between line ends that goes', 'a\nb\nc\n', '\nb\n', '', ['exact', 'a\nc\n']],
  ['a part that goes to the end of its line', 'a = b\nc\n', ' = b\n', '', ['exact', 'a\nc\n']],
  ['twice', 'a\nb\na\n', 'a', 'c', ['ambiguous']],
  ['places that overlap', 'aaa', 'aa', 'b', ['ambiguous']],
  ['twice but for blanks', 'a;\t\n a;\n', '\ta; \n', 'b\n', ['ambiguous']],
  ['nothing to find', 'a\n', '', 'b', ['empty']],
  ['blanks to find', 'a\n \n', ' \n', 'b', ['empty']],
  ['nothing to change', 'a\n', 'a', 'a', ['unchanged']],
  ['nothing to change but blanks in what is found', 'a\n', 'a  \n', 'a\n', ['unchanged']],
  ['what is not there', 'a\n', 'b', 'c', ['not_found']],
  ['an empty file', '', 'b', 'c', ['not_found']],
  ['part of a letter', 'cafe\u0301\n', 'cafe', 'bar', ['not_found']],
  ['another form of a letter', 'caf\u00E9\n', 'cafe\u0301', 'bar', ['not_found']],
  ['half of a character', 'a🚀b\n', '\uDE80', 'x', ['not_found']],
  ['part of a joined character', '👩\u200D💻\n', '👩', '👨', ['not_found']],
  ['a character of two units', 'a🚀b\n', '🚀', '🎉', ['exact', 'a🎉b\n']],
  ['blanks behind a line that stays', 'a  \nb\n', 'a', 'a\nc', ['exact', 'a  \nc\nb\n']],
  ['blanks behind a line that another replaces', 'a  \nb\n', 'a', 'c', ['exact', 'c  \nb\n']],
  ['dollars in a replacement', 'a\n', 'a', "$& $1 $'", ['exact', "$& $1 $'\n"]],
])('%s', (_promise, text, find, replace, expected) => {
  expect(outcome(applyEdit(text, { find, replace }))).toEqual(expected);
});

test('all places change at once, also several in a line, and never overlapping ones', () => {
  expect(outcome(applyEdit('a a\r\nb\na', { find: 'a', replace: 'cc', all: true }))).toEqual([
    'exact',
    'cc cc\r\nb\ncc',
  ]);
  expect(applyEdit('x\nx\n', { find: 'x\n', replace: '', all: true })).toMatchObject({ text: '', times: 2 });
  expect(outcome(applyEdit('if\n  a\n    a\n', { find: '\ta ', replace: '\tb', all: true }))).toEqual([
    'indentation',
    'if\n  b\n    b\n',
  ]);
  expect(outcome(applyEdit('aaa', { find: 'aa', replace: 'b', all: true }))).toEqual(['ambiguous']);
});

test('it says which lines of the new text differ', () => {
  const at = (text: string, find: string, replace: string) => {
    const result = applyEdit(text, { find, replace });
    return result.kind === 'applied' ? [result.at.startLine, result.at.endLine] : [];
  };

  expect(at('a\nb\nc\n', 'b', 'x\ny')).toEqual([2, 3]);
  expect(at('a\nb\nc\n', 'b\n', '')).toEqual([2, 2]);
});

test('a refusal shows the places that were perhaps meant, the likeliest first', () => {
  const text = 'function one() {\n  return first(1);\n}\nfunction two() {\n  return second(2);\n}\n';

  const stale = applyEdit(text, { find: 'function two() {\n  return second(1);\n}', replace: '' });
  const twice = applyEdit(text, { find: '}', replace: '};' });
  const alike = applyEdit(text, { find: 'return the second(3)', replace: '' });

  expect(stale).toMatchObject({
    candidates: [{ startLine: 4, text: text.split('\n').slice(3, 6).join('\n'), why: 'Line 5 differs.' }],
  });
  expect(twice).toMatchObject({ candidates: [{ startLine: 3 }, { startLine: 6 }] });
  expect(alike).toMatchObject({ candidates: [{ startLine: 5, text: '  return second(2);' }] });
});

test('the time is linear in the file, also where everything repeats', () => {
  const lines = 200_000;
  const text = '  }\n'.repeat(lines);
  const units = 'a'.repeat(2_000_000);

  expect(applyEdit(text, { find: `${'  }\n'.repeat(lines / 2)}x`, replace: 'y' })).toMatchObject({
    reason: 'not_found',
  });
  expect(applyEdit(text, { find: '}\n'.repeat(lines / 2), replace: 'y' })).toMatchObject({ reason: 'ambiguous' });
  expect(applyEdit(units, { find: `${'a'.repeat(500_000)}b`, replace: '' })).toMatchObject({ reason: 'not_found' });
  expect(applyEdit(`${text}last()\n`, { find: '    last()\n', replace: '    done()\n' })).toMatchObject({
    how: 'indentation',
  });
});
