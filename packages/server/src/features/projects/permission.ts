import { may, type Permission, type Role } from '@yudai/contract';
import { AppError } from '#kernel/app-error.ts';

/** Throws `forbidden` to a member whose role does not have the permission. */
export function requirePermission({ role }: { readonly role: Role }, permission: Permission): void {
  if (may(role, permission)) return;
  throw new AppError('forbidden', `As ${role} of this project you may not do that. Ask its owner for another role.`, {
    details: { role, permission },
  });
}
