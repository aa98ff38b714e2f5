import type { MessagePart } from '@yudai/contract';
import { expect, test } from 'vitest';
import { commandsOf, plain, shortCommand } from '#features/solver/commands.ts';
import { outputKey, roomOf } from '#features/solver/room.ts';
import type { Room } from '#features/solver/room.ts';
import { evidenceWith, solveWith, stageWith } from '#testing/solve-samples.ts';

const prepare = stageWith({ key: 'prepare.1', stage: 'prepare', model: null });
const coder = stageWith({ key: 'coder.1.1', stage: 'coder' });

function bash(command: string, changes: Partial<Extract<MessagePart, { type: 'tool' }>> = {}): MessagePart {
  const shown = { state: 'done', summary: 'exit code 0', output: 'kept', ms: 5, ...changes } as const;
  return { type: 'tool', callId: command, tool: 'bash', input: { command }, ...shown };
}

function roomWith(changes: Partial<Room>): Room {
  const solve = solveWith({ stages: [prepare, coder] });
  return { ...roomOf({ solve, stages: [], evidence: [], live: 0 }), ...changes };
}

test('a call shows what was seen of it live, else what was kept, and how it ended (H10)', () => {
  const parts = new Map([
    [
      'coder.1.1',
      [
        bash('npm test', { summary: 'exit code 1' }),
        bash('ls'),
        bash('head -c 6G', { summary: 'the disk of the sandbox is full' }),
        bash('sleep 9', { state: 'running', summary: '' }),
      ],
    ],
  ]);
  const output = new Map([[outputKey('coder.1.1', 'npm test'), { start: 10, text: 'FAIL' }]]);

  const shown = commandsOf(roomWith({ parts, output }));

  expect(shown.map((one) => [one.command, one.output, one.state, one.isCut])).toEqual([
    ['npm test', 'FAIL', 'failed', true],
    ['ls', 'kept', 'done', false],
    ['head -c 6G', 'kept', 'failed', false],
    ['sleep 9', 'kept', 'running', false],
  ]);
});

test('what our own stages run is shown while it prints, and once only when its record is there (H10)', () => {
  const output = new Map([[outputKey('prepare.1', 'setup-1'), { start: 0, text: 'added 3 packages' }]]);
  const record = evidenceWith({ stage: 'prepare', command: 'npm ci', output: 'added 3 packages' });

  const printing = commandsOf(roomWith({ output }));
  const kept = commandsOf(roomWith({ output, evidence: new Map([[record.id, record]]) }));

  expect(printing.map(({ command, state }) => [command, state])).toEqual([['setup-1', 'running']]);
  expect(kept.map(({ command, state, ending }) => [command, state, ending])).toEqual([
    ['npm ci', 'done', 'exit code 0'],
  ]);
});

test.each([
  ['\u001B[32mgreen\u001B[0m', 'green'],
  ['\u001B]0;title\u0007done', 'done'],
  ['10 %\r50 %\r100 %\nnext', '100 %\nnext'],
  ['a\r\nb', 'a\nb'],
])('what a program does to a terminal is not in the text: %j', (printed, shown) => {
  expect(plain(printed)).toBe(shown);
});

test('what stands before every command that was found is left out', () => {
  expect(shortCommand('export CI=true PATH="$PWD/node_modules/.bin:$PATH"; node --test')).toBe('node --test');
  expect(shortCommand('npm test')).toBe('npm test');
});
