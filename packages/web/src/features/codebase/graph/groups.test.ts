import type { DependencyGraph } from '@yudai/contract';
import { expect, test } from 'vitest';
import { groupsOf } from '#features/codebase/graph/groups.ts';
import { neighboursOf } from '#features/codebase/graph/neighbours.ts';
import { budgetOf, sliderOf } from '#features/codebase/search/budget-scale.ts';

function node(path: string, group = 'src'): DependencyGraph['nodes'][number] {
  return { path, group, language: null, x: 0, y: 0, imports: 0, importedBy: 0 };
}

test('the largest parts get the colours, the rest share one', () => {
  const nodes = Array.from({ length: 15 }, (_, part) =>
    Array.from({ length: 20 - part }, () => node('x', `p${part}`)),
  ).flat();
  const groups = groupsOf({ nodes });

  expect(groups[0]).toMatchObject({ name: 'p0', files: 20 });
  expect(new Set(groups.slice(0, 12).map((group) => group.color.dark)).size).toBe(12);
  expect(groups[13]?.color).toEqual(groups[14]?.color);
});

test('the neighbours of a file are what it imports and what imports it', () => {
  const graph = {
    nodes: [node('a'), node('b'), node('c')],
    edges: [
      [0, 1],
      [2, 0],
      [1, 2],
    ] as [number, number][],
  };

  expect(neighboursOf(graph, 'a')).toEqual({ imports: ['b'], importedBy: ['c'] });
  expect(neighboursOf(graph, 'gone')).toBeNull();
});

test('the budget slider covers a thousand to a million tokens in round steps and finds its way back', () => {
  expect([0, 40, 100].map(budgetOf)).toEqual([1000, 16_000, 1_000_000]);
  for (const place of [0, 13, 40, 77, 100]) expect(Math.abs(sliderOf(budgetOf(place)) - place)).toBeLessThanOrEqual(1);
  expect(sliderOf(200)).toBe(0);
});
