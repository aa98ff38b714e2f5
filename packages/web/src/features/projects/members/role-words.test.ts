import { may, permissions, roles } from '@yudai/contract';
import { expect, test } from 'vitest';
import { allPermissions, mayChange, permissionWords, rolesToGive } from '#features/projects/members/role-words.ts';

test('roles are given downwards only, by who may manage members (B10)', () => {
  expect(rolesToGive('owner')).toEqual(['admin', 'maintainer', 'member', 'viewer']);
  expect(rolesToGive('admin')).toEqual(['maintainer', 'member', 'viewer']);
  for (const role of ['maintainer', 'member', 'viewer'] as const) expect(rolesToGive(role)).toEqual([]);
});

test('nobody is offered to change an equal or mightier member (B10)', () => {
  const offered = roles.flatMap((own) =>
    roles.filter((other) => mayChange(own, other)).map((other) => `${own} ${other}`),
  );

  expect(offered).toEqual([
    'owner admin',
    'owner maintainer',
    'owner member',
    'owner viewer',
    'admin maintainer',
    'admin member',
    'admin viewer',
  ]);
});

test('the table names every permission of the contract, what all may do first (B10)', () => {
  const all = allPermissions();

  expect(all.toSorted()).toEqual(Object.keys(permissions).toSorted());
  expect(all.map((permission) => permissionWords[permission]).every((words) => words !== '')).toBe(true);
  const reach = all.map((permission) => roles.filter((role) => may(role, permission)).length);
  expect(reach).toEqual(reach.toSorted((a, b) => b - a));
});
