import { issueDocument, type IssueDocument } from '@yudai/contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseIssue, renderBody, renderIssue } from './markdown.ts';
import { normaliseDocument } from './normalise.ts';

const nasty = fc.constantFrom(
  '## Problem',
  '\\## Risks',
  '## evidence',
  '# Title',
  '- item',
  '  - Test: x',
  '```\n## Notes\n```',
  '<!-- yudai:iss_1 -->',
  '`a.ts:1`: b',
  '**AC1** x',
  '[ ] y',
  '\r\n',
  '80%: z',
  '## Steps to reproduce',
);
const text = fc.array(fc.oneof(nasty, fc.string(), fc.constant('\n')), { maxLength: 6 }).map((parts) => parts.join(''));
const line = fc.oneof(nasty, fc.string(), text);
const document: fc.Arbitrary<IssueDocument> = fc
  .record({
    title: line.map((it) => `T ${it}`.slice(0, 200)),
    problem: text,
    evidence: fc.array(fc.record({ cite: fc.option(line), note: line }), { maxLength: 4 }),
    current: text,
    wanted: text,
    criteria: fc.uniqueArray(
      fc.record({
        id: fc.stringMatching(/^[A-Za-z0-9_-]{1,20}$/),
        text: line,
        check: fc.option(fc.record({ kind: fc.constantFrom('test', 'command', 'observation'), how: line })),
      }),
      { maxLength: 4, selector: ({ id }) => id },
    ),
    files: fc.array(
      fc.record({
        path: line,
        symbol: fc.option(line),
        confidence: fc.double({ min: 0, max: 1, noNaN: true }),
        why: line,
      }),
      { maxLength: 4 },
    ),
    outOfScope: fc.array(line, { maxLength: 4 }),
    risks: fc.array(line, { maxLength: 4 }),
    notes: text,
  })
  .map((it) => issueDocument.parse(it));

test('an issue is the same after it went through Markdown, whatever people write into it (F2)', () => {
  fc.assert(
    fc.property(document, (written) => {
      const normal = normaliseDocument(written);

      expect(parseIssue(renderIssue(normal), 'other')).toEqual(normal);
      expect(parseIssue(renderBody(normal), normal.title)).toEqual(normal);
      expect(normaliseDocument(normal)).toEqual(normal);
    }),
    { numRuns: 500 },
  );
});

test('any text can be read as an issue, and reading what was read changes nothing (F2)', () => {
  fc.assert(
    fc.property(text, (markdown) => {
      const read = parseIssue(markdown, 'Kept');

      expect(parseIssue(renderIssue(read), 'other')).toEqual(read);
    }),
    { numRuns: 500 },
  );
});

test('Markdown as a person edits it keeps what each field means (F2)', () => {
  const read = parseIssue(
    [
      '# Retries are counted twice',
      'It happens each night.',
      '',
      '## Acceptance criteria',
      '* A retry counts once',
      '  goes on here',
      '    - command: npm test',
      '- [x] **AC7** The count survives a restart',
      '## Steps to reproduce',
      '1. Start it',
      '## Affected files',
      '- src/queue.ts: counts',
      '## Expected behavior',
      'One.',
    ].join('\n'),
    'x',
  );

  expect(read).toMatchObject({
    title: 'Retries are counted twice',
    problem: 'It happens each night.',
    criteria: [
      { id: 'AC1', text: 'A retry counts once goes on here', check: { kind: 'command', how: 'npm test' } },
      { id: 'AC7', text: 'The count survives a restart', check: null },
    ],
    notes: '## Steps to reproduce\n1. Start it',
    files: [{ path: 'src/queue.ts', symbol: null, confidence: 1, why: 'counts' }],
    wanted: 'One.',
  });
});

test('a text cannot carry the mark of another issue (F3)', () => {
  const read = parseIssue('# T\n\n## Problem\n\nSee <!-- yudai:<!-- yudai:iss_1 -->iss_2 -->', 'x');

  expect(renderIssue(read)).not.toMatch(/<!--\s*yudai:/);
});
