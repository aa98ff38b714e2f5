import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { featureOrder, rules } from './rules.ts';
import { readRepository } from './source-files.ts';

const root = join(import.meta.dirname, '..');
const files = readRepository(root);

test('the repository is really read', () => {
  const paths = files.map((file) => file.path);

  expect(paths).toContain('packages/contract/src/index.ts');
  expect(files.find((file) => file.path === 'packages/contract/src/client.ts')?.imports).toContainEqual({
    specifier: '#errors.ts',
    target: 'packages/contract/src/errors.ts',
    dynamic: false,
    typeOnly: false,
  });
});

test.each(Object.entries(rules))('%s', (_promise, rule) => {
  const violations = files.flatMap((file) => rule(file).map((problem) => `${file.path}: ${problem}`));

  expect(violations).toEqual([]);
});

test('every import of ours leads to a file', () => {
  const broken = files
    // Tests hold code of other repositories in strings; a wrong import of theirs fails when they run.
    .filter((file) => /^(packages|architecture)\//.test(file.path) && !/\.test\.tsx?$/.test(file.path))
    .flatMap((file) => file.imports.map((it) => ({ path: file.path, target: it.target?.replace(/\?.*$/, '') ?? null })))
    .filter(({ target }) => target !== null && !existsSync(join(root, target)));

  expect(broken).toEqual([]);
});

test('every feature folder has its place in the order', () => {
  const folders = readdirSync(join(root, 'packages/server/src/features'));

  expect(folders.filter((folder) => !featureOrder.includes(folder))).toEqual([]);
});
