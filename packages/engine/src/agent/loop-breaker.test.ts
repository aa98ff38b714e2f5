import { expect, test } from 'vitest';
import { createLoopBreaker, type MadeCall } from '#agent/loop-breaker.ts';

const call = (command: string, output: string, verdict?: string): MadeCall => ({
  call: { callId: 'c', tool: 'bash', input: { command } },
  output,
  verdict,
});

test('the same call with the same answer three times is a loop, however long each took (H7)', () => {
  const breaker = createLoopBreaker();

  expect(breaker.add([call('npm test', '1 failed in 0.31 s')], false)).toBeNull();
  expect(breaker.add([call('npm test', '1 failed in 12 ms')], false)).toBeNull();
  expect(breaker.add([call('npm test', '1 failed in 0.29 s')], false)).toContain('gave the same answer 3 times');
});

test('it is none when files changed in between, or when the answers differ', () => {
  const breaker = createLoopBreaker();

  const found = [1, 2, 3, 4, 5].map((at) =>
    breaker.add([call('npm test', '1 failed'), call('ls', `${at} files`)], true),
  );

  expect(found).toEqual([null, null, null, null, null]);
});

test('two calls by turns are a loop after three times, whatever they change (H7)', () => {
  const breaker = createLoopBreaker();

  const found = [0, 1, 2].flatMap(() => [
    breaker.add([call('a to b', 'changed')], true),
    breaker.add([call('b to a', 'changed')], true),
  ]);

  expect(found.slice(0, 5)).toEqual([null, null, null, null, null]);
  expect(found[5]).toContain('Two calls followed each other 3 times');
});

test('the same tests failing in the same way after four changes are a loop; another message is not (H7)', () => {
  const breaker = createLoopBreaker();
  const edited = (at: number) => breaker.add([call(`edit ${at}`, 'changed')], true);
  const tested = (at: number, verdict: string) => breaker.add([call('test', `run ${at}`, verdict)], false);

  const found = [1, 2, 3, 4].map((at) => [edited(at), tested(at, at === 1 ? 'sum: was 3' : 'sum: was 2')]);
  const last = [edited(5), tested(5, 'sum: was 2')];

  expect(found.flat().every((words) => words === null)).toBe(true);
  expect(last[1]).toContain('failed in the same way');
});

test('tests that pass again and again are no loop', () => {
  const breaker = createLoopBreaker();

  const found = [1, 2, 3, 4, 5].map((at) => [
    breaker.add([call(`edit ${at}`, 'changed')], true),
    breaker.add([call('test', `run ${at}`, '')], false),
  ]);

  expect(found.flat().every((words) => words === null)).toBe(true);
});
