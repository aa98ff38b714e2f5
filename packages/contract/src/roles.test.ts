import { expect, test } from 'vitest';
import { givenRole, may, type Permission, permissions, role, type Role, roles } from './roles.ts';

// Written out on purpose: tests that ask `may` what to expect agree with whatever it says.
const least: Record<Permission, Role> = {
  'project.read': 'viewer',
  'codebase.read': 'viewer',
  'jobs.read': 'viewer',
  'members.read': 'viewer',
  'github.read': 'viewer',
  'cards.read': 'viewer',
  'chat.read': 'viewer',
  'issues.read': 'viewer',
  'solver.read': 'viewer',
  'codebase.index': 'member',
  'codebase.correct': 'member',
  'jobs.run': 'member',
  'github.write': 'member',
  'cards.write': 'member',
  'chat.write': 'member',
  'issues.write': 'member',
  'issues.publish': 'member',
  'solver.run': 'member',
  'solver.publish': 'member',
  'jobs.manage': 'maintainer',
  'project.update': 'maintainer',
  'members.manage': 'admin',
  'audit.read': 'admin',
  'project.transfer': 'owner',
  'project.delete': 'owner',
};
const upTo: Record<Role, readonly Role[]> = {
  owner: ['owner'],
  admin: ['owner', 'admin'],
  maintainer: ['owner', 'admin', 'maintainer'],
  member: ['owner', 'admin', 'maintainer', 'member'],
  viewer: ['owner', 'admin', 'maintainer', 'member', 'viewer'],
};

test('every permission is for the roles it is meant for, and for no other (B10)', () => {
  const permitted = Object.fromEntries(
    Object.keys(permissions).map((permission) => [
      permission,
      roles.filter((who) => may(who, permission as Permission)),
    ]),
  );

  expect(permitted).toEqual(Object.fromEntries(Object.entries(least).map(([name, who]) => [name, upTo[who]])));
});

test('nobody is made an owner, and no other word is a role (B10)', () => {
  expect(['admin', 'maintainer', 'member', 'viewer'].filter((word) => givenRole.safeParse(word).success)).toHaveLength(
    4,
  );
  expect(givenRole.safeParse('owner').success).toBe(false);
  expect(givenRole.safeParse('').success).toBe(false);
  expect(role.safeParse('owner').success).toBe(true);
  expect(role.safeParse('').success).toBe(false);
});
