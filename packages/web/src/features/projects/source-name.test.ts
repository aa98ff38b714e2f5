import { expect, test } from 'vitest';
import { refOptions } from '#features/projects/ref-options.ts';
import { sourceName, sourceOf } from '#features/projects/source-name.ts';

test.each([
  ['/home/me/app', { kind: 'folder', path: '/home/me/app' }],
  ['  ~/code/app ', { kind: 'folder', path: '~/code/app' }],
  ['code/app', { kind: 'folder', path: 'code/app' }],
  ['https://github.com/acme/app', { kind: 'git', url: 'https://github.com/acme/app' }],
  ['github.com/acme/app', { kind: 'git', url: 'https://github.com/acme/app' }],
  // Not allowed, but the server says so in words: here it must only not be taken for a folder.
  ['git@github.com:acme/app.git', { kind: 'git', url: 'git@github.com:acme/app.git' }],
  ['ext::sh -c whoami', { kind: 'folder', path: 'ext::sh -c whoami' }],
  ['   ', null],
])('what is typed as %j is taken for %j', (text, source) => {
  expect(sourceOf(text)).toEqual(source);
});

test('a remote is named without its scheme and ending', () => {
  expect(sourceName({ kind: 'git', url: 'https://github.com/acme/app.git' })).toBe('github.com/acme/app');
});

test('a tag that is named like a branch is offered once, as the branch', () => {
  expect(refOptions({ branches: ['main', 'v1'], tags: ['v1', 'v2'] })).toEqual([
    { group: 'Branches', items: ['main', 'v1'] },
    { group: 'Tags', items: ['v2'] },
  ]);
});
