import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { captureTree } from '#checkout/capture-tree.ts';
import { makeBased } from '#checkout/testing/based.ts';
import { writeFiles } from '#checkout/testing/repository.ts';
import { createStarter } from '#processes/index.ts';

test('a tree is the same when git is started from a small process beside this one (H8)', async () => {
  await using starter = createStarter();
  const { folder, gitDir, tree, index } = await makeBased({ 'a.txt': 'a\n', 'b.txt': 'b\n' });
  await writeFiles(folder, { 'a.txt': 'changed\n', 'ü.txt': 'new\n' });
  await rm(join(folder, 'b.txt'));

  const elsewhere = await captureTree({ gitDir, base: tree, folder, index, starter });

  expect(elsewhere).toEqual(await captureTree({ gitDir, base: tree, folder, index: `${index}-here` }));
  expect(elsewhere.tree).not.toBe(tree);
  await expect(captureTree({ gitDir, base: '1'.repeat(40), folder, index, starter })).rejects.toMatchObject({
    reason: 'broken_repository',
  });
  const signal = AbortSignal.abort();
  await expect(captureTree({ gitDir, base: tree, folder, index, starter, signal })).rejects.toMatchObject({
    reason: 'cancelled',
  });
});
