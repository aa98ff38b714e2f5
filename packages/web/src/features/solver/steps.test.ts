import type { MessagePart } from '@yudai/contract';
import { expect, test } from 'vitest';
import { isSamePlace, placesOf, stepsOf } from '#features/solver/steps.ts';
import { stageWith } from '#testing/solve-samples.ts';

function tool(
  name: string,
  input: Record<string, unknown>,
  changes: Partial<Extract<MessagePart, { type: 'tool' }>> = {},
): MessagePart {
  return { type: 'tool', callId: name, tool: name, input, state: 'done', summary: '', output: '', ms: 12, ...changes };
}

const parts: MessagePart[] = [
  { type: 'reasoning', text: 'Hm.' },
  { type: 'text', text: 'I look at the worker.\nThen more.' },
  tool('read', { path: 'src/queue/worker.ts' }, { summary: '120 lines' }),
  tool('search', { query: 'retry' }),
  tool('edit', { path: 'src/queue/worker.ts' }, { summary: '+5 −3' }),
  tool('bash', { command: 'npm test\n' }, { summary: 'exit code 1', ms: 6800 }),
  { type: 'notice', text: 'What no longer fits was summed up.' },
  tool('frobnicate', { what: 'x' }),
];

test('every call of a tool is one line with what it was about, how it went and how long it took (H10)', () => {
  const [stage] = stepsOf({ stages: [stageWith()] }, new Map([['architect.1', parts]]));

  expect(stage?.steps.map(({ kind, title, detail, state }) => [kind, title, detail, state])).toEqual([
    ['say', 'I look at the worker.', '', 'done'],
    ['read', 'Read worker.ts', '120 lines', 'done'],
    ['search', 'Search “retry”', '', 'done'],
    ['edit', 'Edit worker.ts', '+5 −3', 'done'],
    ['run', 'npm test', 'exit code 1', 'failed'],
    ['note', 'What no longer fits was summed up.', '', 'done'],
    ['other', 'frobnicate', 'x', 'done'],
  ]);
  expect(stage?.steps.map(({ part }) => part)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(stage?.steps[4]?.ms).toBe(6800);
});

test('a thought is a line only while nothing follows it, and the last line of a running stage is at work', () => {
  const thinking = (status: 'running' | 'done') =>
    stepsOf({ stages: [stageWith({ status })] }, new Map([['architect.1', parts.slice(0, 1)]]))[0]?.steps;

  expect(thinking('running')).toMatchObject([{ title: 'Thinking', state: 'running' }]);
  expect(thinking('done')).toEqual([]);
});

test('a stage without a word yet is there, and steps are gone through again over all stages in order (H10)', () => {
  const stages = stepsOf(
    {
      stages: [
        stageWith(),
        stageWith({ key: 'tester.1', stage: 'tester' }),
        stageWith({ key: 'coder.1', stage: 'coder' }),
      ],
    },
    new Map([
      ['architect.1', parts.slice(2, 4)],
      ['coder.1', parts.slice(4, 5)],
    ]),
  );

  const places = placesOf(stages);
  expect(stages.map(({ steps }) => steps.length)).toEqual([2, 0, 1]);
  expect(places).toEqual([
    { key: 'architect.1', part: 0 },
    { key: 'architect.1', part: 1 },
    { key: 'coder.1', part: 0 },
  ]);
  expect(isSamePlace(places[0] ?? null, { key: 'architect.1', part: 0 })).toBe(true);
  expect(isSamePlace(places[0] ?? null, null)).toBe(false);
});
