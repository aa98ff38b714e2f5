import { issueDocument } from '@yudai/contract';
import { expect, test } from 'vitest';
import { checkReadiness, type ReadinessFacts } from './check-readiness.ts';
import { estimateCost } from './estimate-cost.ts';
import { findDuplicates } from './find-duplicates.ts';
import { readTemplate } from './read-template.ts';

const whole = issueDocument.parse({
  title: 'Retries are counted twice',
  problem: 'The nightly job gives up after two failures.',
  evidence: [{ cite: 'src/queue.ts:3-4@0123456789ab', note: 'adds to the count in two places' }],
  current: 'Each retry adds two.',
  wanted: 'Each retry adds one.',
  criteria: [{ id: 'AC1', text: 'Three failures give a count of 3', check: { kind: 'test', how: 'queue.test.ts' } }],
  files: [{ path: 'src/queue.ts', symbol: 'retry', confidence: 0.9, why: 'counts' }],
});
const citation = {
  text: 'src/queue.ts:3-4@0123456789ab',
  path: 'src/queue.ts',
  startLine: 3,
  endLine: 4,
  blob: '0123456789ab',
};
const facts: ReadinessFacts = {
  citations: [{ ...citation, state: 'verified' }],
  files: new Set(['src/queue.ts']),
  duplicates: [],
  templates: [],
  labels: new Set(['bug']),
};
const codesOf = (...args: Parameters<typeof checkReadiness>) => checkReadiness(...args).reasons.map(({ code }) => code);

test('an issue with everything in it is ready, and an empty one is not at all (F2 F9)', () => {
  expect(checkReadiness(whole, ['Bug'], facts)).toMatchObject({ score: 100, reasons: [] });

  const empty = checkReadiness(issueDocument.parse({ title: 'x' }), [], facts);

  expect(empty.score).toBeLessThanOrEqual(20);
  expect(empty.reasons.map(({ code }) => code)).toEqual([
    'no_problem',
    'no_current',
    'no_wanted',
    'no_evidence',
    'no_criteria',
    'no_files',
  ]);
});

test.each<[string, typeof whole, string[], Partial<ReadinessFacts>]>([
  ['citation_missing', whole, [], { citations: [{ ...citation, state: 'missing' }] }],
  ['citation_stale', whole, [], { citations: [{ ...citation, state: 'stale' }] }],
  ['no_citation', { ...whole, evidence: [{ cite: null, note: 'a log' }] }, [], { citations: [] }],
  ['criterion_without_check', { ...whole, criteria: [{ id: 'AC1', text: 'It counts', check: null }] }, [], {}],
  [
    'criterion_vague',
    { ...whole, criteria: [{ id: 'AC1', text: 'It is faster', check: { kind: 'test', how: 'x' } }] },
    [],
    {},
  ],
  ['file_missing', { ...whole, files: [{ path: 'gone.ts', symbol: null, confidence: 1, why: '' }] }, [], {}],
  ['label_unknown', whole, ['urgent'], {}],
  ['too_long', { ...whole, problem: 'x'.repeat(70_000) }, [], {}],
  ['not_checked', whole, [], { citations: null }],
  ['not_checked', whole, [], { duplicates: null }],
])('%s is found and said (F9)', (code, document, labels, found) => {
  expect(codesOf(document, labels, { ...facts, ...found })).toEqual([code]);
});

test('a file that is to be made may be missing (F9)', () => {
  const made = { ...whole, files: [{ path: 'made.ts', symbol: null, confidence: 0.3, why: 'new: counts' }] };

  expect(codesOf(made, [], facts)).toEqual([]);
});

test('an issue that says the same in other words is found, one about something else is not (F9)', () => {
  const other = (number: number, title: string, body: string) => ({
    number,
    issueId: null,
    title,
    body,
    state: 'open',
    url: null,
  });
  const known = [
    other(1, 'Retry count doubled', 'The job counts a retry twice and gives up too early after failures.'),
    other(2, 'Dark mode', 'The settings page should have a dark theme.'),
    other(3, 'Crash when the queue is empty', 'Starting with an empty queue throws.'),
  ];

  const found = findDuplicates(
    { title: 'Retries are counted twice', body: 'The nightly job gives up early because a retry is counted twice.' },
    known,
  );

  expect(found.map(({ number }) => number)).toEqual([1]);
});

test('templates say which sections are asked for, as Markdown and as forms (F9)', () => {
  const markdown = readTemplate(
    '.github/ISSUE_TEMPLATE/bug.md',
    '---\nname: Bug\nlabels: bug, triage\n---\n**Describe the bug**\n\n## Steps to reproduce\n\n## Screenshots (if applicable)\n',
  );
  const form = readTemplate(
    '.github/ISSUE_TEMPLATE/bug.yml',
    'name: Bug\nlabels: [bug]\nbody:\n  - type: markdown\n    attributes: { value: Hi }\n  - type: textarea\n    attributes: { label: Version }\n    validations: { required: true }\n  - type: input\n    attributes: { label: Extra }\n',
  );

  expect(markdown).toMatchObject({
    name: 'Bug',
    labels: ['bug', 'triage'],
    sections: ['Describe the bug', 'Steps to reproduce'],
  });
  expect(form).toMatchObject({ name: 'Bug', labels: ['bug'], sections: ['Version'] });
  expect(readTemplate('.github/ISSUE_TEMPLATE/config.yml', 'blank_issues_enabled: false\n')).toBeNull();
  const bomb = Array.from({ length: 20 }, (_, level) => `a${level}: &a${level} [*a${level - 1}, *a${level - 1}]`).join(
    '\n',
  );
  expect(readTemplate('x.yml', bomb)).toBeNull();

  const templates = markdown === null ? [] : [markdown];
  expect(codesOf(whole, [], { ...facts, templates })).toEqual(['template_section']);
  expect(codesOf({ ...whole, notes: '## Steps to Reproduce\n1. Run it' }, [], { ...facts, templates })).toEqual([]);
});

test('an estimate says what it rests on, and nothing where no price is known (F9)', () => {
  const price = { input: 3, cached: 0.3, output: 15 };

  expect(estimateCost('S', { model: 'a/b', price })).toMatchObject({ costMicros: 372_000 });
  expect(estimateCost('S', { model: 'a/b', price: null })).toMatchObject({ costMicros: null });
  expect(estimateCost('S', null).basis).toContain("No model is set up for the role 'coder'");
});
