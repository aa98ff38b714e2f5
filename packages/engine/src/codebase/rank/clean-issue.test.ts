import { expect, test } from 'vitest';
import { cleanIssue } from './clean-issue.ts';

test.each([
  ['a heading is a title without its marks', '# Crash on start\n\nIt crashes.', 'Crash on start'],
  ['a kind of issue is no part of the title', '[Bug]: Cache is stale\nMore.', 'Cache is stale'],
  ['a label is no part of the title', '**Title: Loader fails**\n\nMore.', 'Loader fails**'],
  [
    'templates above the title are passed over',
    '<!-- please\nread -->\n### Describe the bug\nLoader fails',
    'Loader fails',
  ],
  [
    'an issue on one line is unfolded',
    'Issue Title: Allow knocking ## What would you like to do? Add a rule ## Current behavior Rigid',
    'Allow knocking',
  ],
])('%s', (_, text, title) => {
  expect(cleanIssue(text).title).toBe(title);
});

test.each([
  ['version lists', 'Crash\npython: 3.7.1\n- numpy 1.18.5\nTraceback', ['3.7', 'numpy', 'python']],
  ['addresses', 'See https://example.com/some/page and http://x.y/z', ['example', 'page', 'http']],
  [
    'hashes and ids',
    'since 9d65a5c1 and 0xdeadbeef, id 123e4567-e89b-12d3-a456-426614174000',
    ['9d65a5c1', 'deadbeef', '123e4567'],
  ],
  [
    'template headings and check boxes',
    'Crash\n### Steps to reproduce\n- [x] I searched the issues\n**Expected behavior**\nNone',
    ['reproduce', 'searched', 'Expected'],
  ],
  ['pictures and comments', 'Crash ![shot](https://a/b.png) <!-- hidden words -->', ['shot', 'hidden']],
])('%s are taken out', (_, text, gone) => {
  const { body } = cleanIssue(text);
  for (const word of gone) expect(body).not.toContain(word);
});

test('what looks like a version in a sentence stays', () => {
  expect(
    cleanIssue('Title\nSince version 2.19.4 loading a datetime that ends in Z results in an error for every schema')
      .body,
  ).toContain('datetime');
});

test('code is what is fenced, inline or indented', () => {
  const { code } = cleanIssue('Title\n\n```py\nfenced()\n```\nuse `inline()` here\n\n    indented()\nplain()');

  expect(code.split('\n')).toEqual(['fenced()', 'inline()', '    indented()']);
});

test('text made to be slow is cleaned in time that grows with its length', () => {
  // Would not end within the test's time limit if a pattern went back over what it read.
  for (const unit of ['[a', '![', '<!--', '`', '- ', 'a1', ' # '])
    expect(cleanIssue(unit.repeat(12_000))).toBeDefined();
});

test('a very long issue is cut, and an empty one is empty', () => {
  expect(cleanIssue('word '.repeat(50_000)).body.length).toBeLessThanOrEqual(40_000);
  expect(cleanIssue('')).toEqual({ title: '', body: '', code: '' });
});
