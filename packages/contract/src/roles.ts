import { z } from 'zod';

/** The roles of a project's members, the mightiest first: each may do all that those after it may. */
export const roles = ['owner', 'admin', 'maintainer', 'member', 'viewer'] as const;
export const role = z.enum(roles);
export type Role = z.infer<typeof role>;

/** The roles that can be given; the owner changes by transfer only. */
export const givenRole = z.enum(['admin', 'maintainer', 'member', 'viewer']);
export type GivenRole = z.infer<typeof givenRole>;

/** What can be done in a project, and the least role that may. */
export const permissions = {
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
} as const satisfies Record<string, Role>;
export type Permission = keyof typeof permissions;

/** Whether this role has the permission. */
export function may(who: Role, permission: Permission): boolean {
  return roles.indexOf(who) <= roles.indexOf(permissions[permission]);
}
