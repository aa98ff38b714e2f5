import { z } from 'zod';
import { procedure } from '#access.ts';
import { idSchema } from '#ids.ts';
import { pageOf, pageRequest } from '#paging.ts';

/** Everything that is written down. A feature adds its words here; the list is closed, so that no entry is a surprise to who reads it. */
export const auditActions = [
  'sign_in.succeeded',
  'sign_in.failed',
  'sign_out',
  'session.revoked',
  'device.approved',
  'device.denied',
  'key.created',
  'key.revoked',
  'account.changed',
  'account.exported',
  'account.deleted',
  'account.suspended',
  'account.restored',
  'administrator.granted',
  'administrator.revoked',
  'role.changed',
  'member.invited',
  'invitation.accepted',
  'invitation.declined',
  'invitation.revoked',
  'member.removed',
  'ownership.transferred',
  'budget.changed',
  'project.connected',
  'project.renamed',
  'project.archived',
  'project.unarchived',
  'project.deleted',
  'category.corrected',
  'conversation.shared',
  'conversation.unshared',
  'conversation.exported',
  'conversation.deleted',
  'job.cancelled',
  'job.retried',
  'job.answered',
  'issue.published',
  'issue.closed',
  'issue.reopened',
  'issue.deleted',
  'solve.started',
  'solve.cancelled',
  'solve.published',
  'solve.deleted',
  'solver.settings_changed',
  'github.connected',
  'github.disconnected',
  'github.issue_created',
  'github.issue_updated',
  'github.issue_closed',
  'github.issue_reopened',
  'github.labels_changed',
  'github.comment_created',
  'github.pull_request_created',
  'github.pull_request_updated',
  'github.write_requested',
  'github.write_failed',
  'github.webhook_refused',
  'audit.exported',
  'audit.verified',
] as const;
export const auditAction = z.enum(auditActions);
export type AuditAction = z.infer<typeof auditAction>;

/** How whoever acted had proven who they are; `system` is Yudai itself, such as for a webhook. */
export const auditVia = z.enum(['local', 'session', 'key', 'job', 'nobody', 'system']);
export type AuditVia = z.infer<typeof auditVia>;

const hash = z.string().regex(/^[0-9a-f]{64}$/, 'not a SHA-256 in hexadecimal');

/** One thing that somebody did, as it was written down. Names are those of that moment; who has left since is still named. */
const writtenEntry = z.object({
  /** Counts from 1 without gaps, in the order in which the changes were committed. */
  seq: z.number().int(),
  at: z.iso.datetime(),
  actor: z.object({ id: z.string().nullable(), name: z.string(), via: auditVia }),
  action: auditAction,
  target: z.object({ kind: z.string(), id: z.string() }).nullable(),
  projectId: z.string().nullable(),
  /** The network address that the request came from. */
  address: z.string().nullable(),
  requestId: z.string().nullable(),
  /** What changed, without secrets. */
  details: z.record(z.string(), z.unknown()),
});

/** The same with the names that the log itself knows, as far as the asking person may read it. */
export const auditEntry = writtenEntry.extend({
  names: z.object({
    /** The last name of the project, and the one that the target had then, or for a person the last; null where none is known. */
    project: z.string().nullable(),
    target: z.string().nullable(),
  }),
});
export type AuditEntry = z.infer<typeof auditEntry>;

/** An entry with its place in the chain: `hash` is SHA-256 of `previousHash` followed by `body`, which repeats the entry. */
export const auditRecord = writtenEntry.extend({ previousHash: hash, body: z.string(), hash });
export type AuditRecord = z.infer<typeof auditRecord>;

const filters = {
  action: auditAction.optional(),
  actorId: idSchema('user').optional(),
  projectId: idSchema('project').optional(),
  /** The first moment that counts, and the first that no longer does. */
  from: z.iso.datetime().optional(),
  to: z.iso.datetime().optional(),
};

export const auditVerification = z.object({
  valid: z.boolean(),
  /** Entries that were looked at. */
  count: z.number().int(),
  /** The first entry that is not as it was written, or is missing; null when all is well. */
  brokenSeq: z.number().int().nullable(),
  reason: z.enum(['changed', 'missing', 'unknown', 'cut', 'anchor']).nullable(),
  /** The end of the chain. Kept elsewhere, it proves later that nobody has written the whole chain anew. */
  head: z.object({ seq: z.number().int(), hash }),
});
export type AuditVerification = z.infer<typeof auditVerification>;

export const auditContract = {
  list: procedure('person')
    .route({ method: 'GET', path: '/v1/audit', summary: 'What was done, newest first', tags: ['audit'] })
    .input(z.strictObject({ ...pageRequest(100, 50), ...filters }))
    .output(pageOf(auditEntry)),
  export: procedure('account')
    .route({
      method: 'POST',
      path: '/v1/audit/export',
      summary: 'Entries with their hashes, newest first; is itself written down',
      tags: ['audit'],
    })
    .input(z.strictObject({ ...pageRequest(1000), ...filters }))
    .output(pageOf(auditRecord)),
  verify: procedure('administrator')
    .route({
      method: 'POST',
      path: '/v1/audit/verify',
      summary: 'Walk the whole chain; for administrators',
      tags: ['audit'],
    })
    .input(z.strictObject({ anchor: z.strictObject({ seq: z.number().int().min(0), hash }).optional() }))
    .output(auditVerification),
};
