import { may, type Permission, permissions, type Role, roles } from '@yudai/contract';
import type { GivenRole } from '@yudai/contract';

export const roleWords: Readonly<Record<Role, string>> = {
  owner: 'Owner',
  admin: 'Admin',
  maintainer: 'Maintainer',
  member: 'Member',
  viewer: 'Viewer',
};

export const permissionWords: Readonly<Record<Permission, string>> = {
  'project.read': 'See the project',
  'codebase.read': 'Read and search the code',
  'jobs.read': 'Follow jobs',
  'members.read': 'See who is in it',
  'github.read': 'See issues and pull requests',
  'cards.read': 'See the cards that are shared',
  'chat.read': 'Read the conversations that are shared',
  'issues.read': 'Read issues and their drafts',
  'solver.read': 'Watch solves and read their evidence',
  'codebase.index': 'Index again, pick a branch',
  'codebase.correct': 'Correct what a file is for',
  'jobs.run': 'Start jobs, answer and cancel their own',
  'github.write': 'Write to GitHub',
  'cards.write': 'Keep and change cards',
  'chat.write': 'Talk with DAifu',
  'issues.write': 'Write and edit issues',
  'issues.publish': 'Publish issues to GitHub',
  'solver.run': 'Start solves and decide in them',
  'solver.publish': 'Open pull requests',
  'jobs.manage': 'Cancel and retry jobs of others',
  'project.update': 'Rename and archive the project',
  'members.manage': 'Invite, change roles, take out',
  'audit.read': 'Read the audit log of the project',
  'project.transfer': 'Make somebody else the owner',
  'project.delete': 'Delete the project',
};

/** Every permission, those of all members first, as the contract has them. */
export function allPermissions(): Permission[] {
  const byReach = (permission: Permission) => -roles.indexOf(permissions[permission]);
  const all = Object.keys(permissions).filter((name): name is Permission => name in permissions);
  return all.toSorted((a, b) => byReach(a) - byReach(b));
}

/** The roles that somebody with this role may give: those below their own, as the server sees it. */
export function rolesToGive(own: Role): GivenRole[] {
  if (!may(own, 'members.manage')) return [];
  return roles.filter((role): role is GivenRole => role !== 'owner' && isAbove(own, role));
}

/** Whether this role may change or take out a member with that one. */
export function mayChange(own: Role, other: Role): boolean {
  return may(own, 'members.manage') && isAbove(own, other);
}

function isAbove(one: Role, other: Role): boolean {
  return roles.indexOf(one) < roles.indexOf(other);
}
