import { expect, test } from 'vitest';
import { commandsOf } from '#features/chat/composer/commands.ts';

const nothing = () => {};
const place = {
  isBusy: false,
  hasMessages: true,
  models: ['a/one'],
  onNew: nothing,
  onCompact: nothing,
  onCards: nothing,
  onExport: nothing,
  onStop: nothing,
  onModel: nothing,
};
const names = (changes: Partial<typeof place>, query = '') =>
  commandsOf({ ...place, ...changes }, query).map(({ name }) => name);

test('only commands that do something now are offered (D12)', () => {
  expect(names({})).toEqual(['new', 'cards', 'compact', 'export']);
  expect(names({ isBusy: true })).toEqual(['new', 'cards', 'export', 'stop']);
  expect(names({ hasMessages: false })).toEqual(['new', 'cards']);
  expect(names({ models: ['a/one', 'b/two'] }, 'mod')).toEqual(['model a/one', 'model b/two']);
  expect(names({}, 'NE')).toEqual(['new']);
});
