import { expect, test } from 'vitest';
import { replaceTrigger, triggerAt } from '#features/chat/composer/trigger.ts';

test.each([
  ['/', 1, { kind: 'command', query: '' }],
  ['/com', 4, { kind: 'command', query: 'com' }],
  ['a /com', 6, null],
  ['/model x', 8, null],
  ['see @src/qu', 11, { kind: 'mention', query: 'src/qu' }],
  ['see @src/qu more', 8, { kind: 'mention', query: 'src' }],
  ['ada@example.org', 15, null],
  ['@', 1, { kind: 'mention', query: '' }],
  ['x\n@a', 4, { kind: 'mention', query: 'a' }],
  ['@a b', 4, null],
])('before the caret of %j at %i stands %j', (text, caret, expected) => {
  const found = triggerAt(text, caret);

  expect(found === null ? null : { kind: found.kind, query: found.query }).toEqual(expected);
});

test('what was typed is replaced, and what follows stays', () => {
  const trigger = triggerAt('see @qu now', 7);
  if (trigger === null) throw new Error('nothing to complete');

  expect(replaceTrigger('see @qu now', trigger, '@src/queue.ts ')).toEqual({
    text: 'see @src/queue.ts  now',
    caret: 18,
  });
});
