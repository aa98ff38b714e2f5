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
])('every test that %s names as holding a promise is there', (page, least) => {
  const named = testsNamedIn(page);

  expect(named.filter((path) => !existsSync(fileOf(path)))).toEqual([]);
  expect(named.length).toBeGreaterThan(least);
});
