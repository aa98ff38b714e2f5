import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from './rules.ts';

/** Tests that a page names: `server/platform/log/log.test.ts` is `packages/server/src/platform/log/log.test.ts`. */
function testsNamedIn(page: string): string[] {
  const text = readFileSync(join(root, page), 'utf8');
  return [
    ...new Set(
      [...text.matchAll(/`((?:contract|engine|server|cli|web)\/[\w./-]+\.test\.tsx?)`/g)].map(([, path = '']) => path),
    ),
  ];
}

const fileOf = (path: string) => join(root, 'packages', path.replace('/', '/src/'));

test.each([
  ['docs/security.md', 30],
  ['docs/requirements.md', 20],
  ['docs/asvs.md', 40],
])('every test that %s names as holding a promise is there', (page, least) => {
  const named = testsNamedIn(page);

  expect(named.filter((path) => !existsSync(fileOf(path)))).toEqual([]);
  expect(named.length).toBeGreaterThan(least);
});

test('the ASVS page says at its top exactly what its tables call missing', () => {
  const text = readFileSync(join(root, 'docs/asvs.md'), 'utf8');
  const numbers = (part: string) => part.match(/\d+\.\d+\.\d+/g) ?? [];
  const rows = text.split('\n').filter((line) => /^\| [\d.]+.*\| (partly|not met) +\|/.test(line));

  const [, summary = ''] = /Missing altogether or in part: ([\d., \n]+)/.exec(text) ?? [];

  expect(numbers(summary).toSorted()).toEqual(rows.flatMap((row) => numbers(row.split('|')[1] ?? '')).toSorted());
  expect(rows.length).toBeGreaterThan(10);
});
