import type { AnyContractProcedure } from '@orpc/contract';
import { contract, type ProcedureMeta } from '@yudai/contract';
import { expect, test } from 'vitest';
import { listTools } from '#list-tools.ts';
import { shorten } from '#shorten.ts';
import { wordsOf } from '#words.ts';

test('the tools are exactly the procedures that the contract marks, each with words and a name of its own', () => {
  const marked = Object.entries(contract).flatMap(([feature, procedures]) =>
    Object.entries<AnyContractProcedure>(procedures).flatMap(([name, procedure]) => {
      const { tool } = procedure['~orpc'].meta as ProcedureMeta;
      return tool === undefined ? [] : [`${feature}.${name}`];
    }),
  );
  const tools = listTools(contract);

  expect(marked).toContain('codebase.search');
  expect(tools.map(({ operation }) => operation).toSorted()).toEqual(marked.toSorted());
  expect(Object.keys(wordsOf).toSorted()).toEqual(marked.toSorted());
  expect(new Set(tools.map(({ name }) => name)).size).toBe(tools.length);
});

test('only what people may do as readers is said to read', () => {
  const reads = listTools(contract).filter((tool) => tool.reads);
  const writes = listTools(contract).filter((tool) => !tool.reads);

  expect(reads.map(({ name }) => name)).toEqual(expect.arrayContaining(['search', 'read', 'pack', 'projects']));
  expect(writes.map(({ name }) => name)).toEqual(['add_card', 'add_issue', 'solve_issue']);
});

test('long lists and texts are cut, which is said, and what is short stays as it is', () => {
  const short = { items: [{ text: 'a' }], nextCursor: null };
  const long = { items: Array.from({ length: 1000 }, (_, at) => ({ text: 'x'.repeat(1000), at })), nextCursor: 'c' };

  expect(shorten(short)).toEqual({ value: short, left: [] });
  const { value, left } = shorten(long);
  expect(JSON.stringify(value).length).toBeLessThanOrEqual(100_000);
  expect(left[0]).toMatch(/^items: \d+ of 1000$/);
  expect(shorten({ text: '😀'.repeat(60_000) }).value).toEqual({ text: expect.stringMatching(/^(😀)+…$/u) });
});
