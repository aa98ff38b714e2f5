import { z } from 'zod';
import { keyScopes, procedure } from '#access.ts';
import { idSchema } from '#ids.ts';
import { pageOf, pageRequest } from '#paging.ts';

export const skillLevels = ['beginner', 'intermediate', 'advanced'] as const;
export const goals = ['build', 'work', 'learn'] as const;

/** A person as the others of a project see them. */
export const person = z.object({
  id: idSchema('user'),
  name: z.string(),
  /** The name on GitHub; null for the local owner. */
  username: z.string().nullable(),
  avatarUrl: z.url().nullable(),
});
export type Person = z.infer<typeof person>;

/** A person as they see themselves. */
export const account = person.extend({
  email: z.string().nullable(),
  skillLevel: z.enum(skillLevels).nullable(),
  /** What they came for, as answered when they first signed in. */
  goal: z.enum(goals).nullable(),
  administrator: z.boolean(),
  createdAt: z.iso.datetime(),
  lastSignInAt: z.iso.datetime().nullable(),
});
export type Account = z.infer<typeof account>;

/** How people get in, and whether the caller is. */
export const authStatus = z.object({
  /** local: one owner on this machine, no sign-in. team: people sign in with GitHub. */
  mode: z.enum(['local', 'team']),
  /** Where a browser goes to sign in; null in local mode. Takes `?next=` with a path of Yudai. */
  signInPath: z.string().nullable(),
  /** The host that people sign in with. */
  provider: z.string().nullable(),
  account: account.nullable(),
});
export type AuthStatus = z.infer<typeof authStatus>;

export const authSession = z.object({
  id: idSchema('authSession'),
  /** True for the one that asks. */
  current: z.boolean(),
  userAgent: z.string().nullable(),
  address: z.string().nullable(),
  createdAt: z.iso.datetime(),
  lastUsedAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
});
export type AuthSession = z.infer<typeof authSession>;

export const apiKey = z.object({
  id: idSchema('apiKey'),
  name: z.string(),
  /** Its first characters, to tell it from others. */
  start: z.string(),
  scopes: z.array(z.enum(keyScopes)),
  createdAt: z.iso.datetime(),
  lastUsedAt: z.iso.datetime().nullable(),
  expiresAt: z.iso.datetime(),
});
export type ApiKey = z.infer<typeof apiKey>;

/** What goes when an account is deleted; nothing of it can be brought back. */
export const deletionPreview = z.object({
  /** What has to be typed to confirm. */
  confirmation: z.string(),
  projects: z.array(z.object({ id: idSchema('project'), name: z.string(), otherMembers: z.number().int() })),
  memberships: z.number().int(),
  jobs: z.number().int(),
  sessions: z.number().int(),
  keys: z.number().int(),
  /** What stays, and why. */
  kept: z.array(z.string()),
  /** Why it cannot be deleted now; empty when it can. */
  blockers: z.array(z.string()),
});
export type DeletionPreview = z.infer<typeof deletionPreview>;

/** A device that asks to be signed in: the command line on another machine. */
export const deviceRequest = z.object({
  userCode: z.string(),
  client: z.string(),
  status: z.enum(['pending', 'approved', 'denied']),
  expiresAt: z.iso.datetime(),
});
export type DeviceRequest = z.infer<typeof deviceRequest>;

/** Somebody who can sign in, for the administrator. */
export const knownPerson = account.extend({ suspended: z.boolean() });
export type KnownPerson = z.infer<typeof knownPerson>;

const userCode = z.string().trim().min(4).max(20);
const personName = z.string().trim().min(1).max(100);

export const accountsContract = {
  status: procedure('anyone')
    .route({ method: 'GET', path: '/v1/auth/status', summary: 'How to sign in, and who is', tags: ['account'] })
    .input(z.strictObject({}))
    .output(authStatus),
  get: procedure('person')
    .route({ method: 'GET', path: '/v1/account', summary: 'Who asks', tags: ['account'] })
    .input(z.strictObject({}))
    .output(account),
  update: procedure('account')
    .route({ method: 'PATCH', path: '/v1/account', summary: 'Change name, skill level or goal', tags: ['account'] })
    .input(
      z.strictObject({
        name: personName.optional(),
        skillLevel: z.enum(skillLevels).nullable().optional(),
        goal: z.enum(goals).nullable().optional(),
      }),
    )
    .output(account),
  export: procedure('account')
    .route({
      method: 'GET',
      path: '/v1/account/export',
      summary: 'Everything stored about a person',
      tags: ['account'],
    })
    .input(z.strictObject({}))
    .output(
      z.object({
        exportedAt: z.iso.datetime(),
        tables: z.record(z.string(), z.array(z.record(z.string(), z.unknown()))),
      }),
    ),
  previewDeletion: procedure('account')
    .route({
      method: 'GET',
      path: '/v1/account/deletion',
      summary: 'What deleting the account would delete',
      tags: ['account'],
    })
    .input(z.strictObject({}))
    .output(deletionPreview),
  delete: procedure('account')
    .route({
      method: 'POST',
      path: '/v1/account/deletion',
      summary: 'Delete the account and what it owns',
      tags: ['account'],
    })
    .input(z.strictObject({ confirmation: z.string().max(200) }))
    .output(z.object({ id: idSchema('user') })),
  sessions: procedure('account')
    .route({ method: 'GET', path: '/v1/account/sessions', summary: 'Where one is signed in', tags: ['account'] })
    .input(z.strictObject({}))
    .output(z.object({ items: z.array(authSession) })),
  revokeSession: procedure('account')
    .route({ method: 'DELETE', path: '/v1/account/sessions/{id}', summary: 'Sign one session out', tags: ['account'] })
    .input(z.strictObject({ id: idSchema('authSession') }))
    .output(z.object({ revoked: z.number().int() })),
  revokeSessions: procedure('account')
    .route({ method: 'POST', path: '/v1/account/sessions/revoke', summary: 'Sign out everywhere', tags: ['account'] })
    .input(z.strictObject({ keepCurrent: z.boolean().default(false) }))
    .output(z.object({ revoked: z.number().int() })),
  keys: procedure('account')
    .route({ method: 'GET', path: '/v1/account/keys', summary: 'API keys', tags: ['account'] })
    .input(z.strictObject({}))
    .output(z.object({ items: z.array(apiKey) })),
  createKey: procedure('account')
    .route({
      method: 'POST',
      path: '/v1/account/keys',
      summary: 'Make an API key',
      tags: ['account'],
      successStatus: 201,
    })
    .input(
      z.strictObject({
        name: z.string().trim().min(1).max(100),
        scopes: z.array(z.enum(keyScopes)).min(1).max(2).default(['read']),
        /** Days until it ends. */
        days: z.number().int().min(1).max(366).default(90),
      }),
    )
    .output(z.object({ key: apiKey, /** Shown this once. */ secret: z.string() })),
  revokeKey: procedure('account')
    .route({ method: 'DELETE', path: '/v1/account/keys/{id}', summary: 'Revoke an API key', tags: ['account'] })
    .input(z.strictObject({ id: idSchema('apiKey') }))
    .output(z.object({ id: idSchema('apiKey') })),
  device: procedure('account')
    .route({
      method: 'GET',
      path: '/v1/account/devices/{userCode}',
      summary: 'A device that asks to be signed in',
      tags: ['account'],
    })
    .input(z.strictObject({ userCode }))
    .output(deviceRequest),
  answerDevice: procedure('account')
    .route({
      method: 'POST',
      path: '/v1/account/devices/{userCode}',
      summary: 'Let a device in, or not',
      tags: ['account'],
    })
    .input(z.strictObject({ userCode, approve: z.boolean() }))
    .output(deviceRequest),
  people: procedure('administrator')
    .route({ method: 'GET', path: '/v1/people', summary: 'Everybody who can sign in', tags: ['operations'] })
    .input(z.strictObject({ ...pageRequest(100, 50), query: z.string().max(100).optional() }))
    .output(pageOf(knownPerson)),
  updatePerson: procedure('administrator')
    .route({
      method: 'PATCH',
      path: '/v1/people/{id}',
      summary: 'Suspend somebody, or make them administrator',
      tags: ['operations'],
    })
    .input(
      z.strictObject({
        id: idSchema('user'),
        suspended: z.boolean().optional(),
        administrator: z.boolean().optional(),
      }),
    )
    .output(knownPerson),
};
