import { randomBytes } from 'node:crypto';
import type {
  Account,
  ApiKey,
  AuthSession,
  AuthStatus,
  DeletionPreview,
  DeviceRequest,
  Id,
  KeyScope,
  KnownPerson,
} from '@yudai/contract';
import type { Audit, Deed } from '#features/audit/index.ts';
import { AppError, notFound } from '#kernel/app-error.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Context } from '#kernel/context.ts';
import { decodeCursor, encodeCursor } from '#kernel/cursor.ts';
import { newId } from '#kernel/ids.ts';
import { invariant } from '#kernel/invariant.ts';
import type { Database, Db } from '#platform/db/index.ts';
import { exportTables } from './export.ts';
import { keyPrefix } from './identify.ts';
import { hashOf } from './sign-in/auth-store.ts';
import {
  changeUser,
  decideDevice,
  deleteEnded,
  deleteKeys,
  deleteSessions,
  deleteUser,
  deviceByCode,
  type DeviceRow,
  insertKey,
  keysOf,
  otherAdministrators,
  peopleBefore,
  sessionsOf,
  toAccount,
  toKey,
  toKnownPerson,
  toSession,
  userOf,
} from './store.ts';

/** What a later feature keeps for a person. */
export interface Holder {
  /** What of it goes with the account. */
  preview(
    ctx: Context,
  ): Promise<Partial<Pick<DeletionPreview, 'projects' | 'memberships' | 'jobs' | 'kept' | 'blockers'>>>;
  /** Removes what the database does not remove by itself. Safe to repeat. */
  remove(ctx: Context): Promise<void>;
}

export interface AccountsDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly audit: Pick<Audit, 'record'>;
  /** Null when nobody signs in: one owner uses Yudai on this machine alone. */
  readonly signIn: { readonly provider: string } | null;
  /** Has everything that this person watches checked again, once the transaction has committed. */
  readonly accessChanged: (db: Db, userId: Id<'user'>) => Promise<void>;
}

const dayMs = 86_400_000;
const mostKeys = 50;

export type AccountsService = ReturnType<typeof createAccountsService>;

export function createAccountsService(deps: AccountsDeps, holders: readonly Holder[]) {
  const { database, clock, audit, signIn, accessChanged } = deps;
  const asMe = <T>(ctx: Context, work: (db: Db) => Promise<T>): Promise<T> => database.asUser(ctx.actor.userId, work);

  async function requireMe(db: Db, ctx: Context) {
    const row = await userOf(db, ctx.actor.userId);
    if (row === undefined) throw new AppError('unauthorized', 'This account does not exist any more.');
    return row;
  }

  function requireTeam(): void {
    if (signIn !== null) return;
    throw new AppError(
      'conflict',
      'Nobody signs in to this Yudai: it belongs to whoever uses this machine. See docs/accounts.md.',
    );
  }

  async function previewDeletion(ctx: Context): Promise<DeletionPreview> {
    const parts = await Promise.all(holders.map((holder) => holder.preview(ctx)));
    return asMe(ctx, async (db) => {
      const me = await requireMe(db, ctx);
      const blockers = parts.flatMap((part) => part.blockers ?? []);
      if (signIn === null) blockers.push('This account is the owner of this Yudai. Delete the data directory instead.');
      if (me.administrator && (await otherAdministrators(db, me.id)) === 0) {
        blockers.push('You are the only administrator. Make somebody else administrator first.');
      }
      return {
        confirmation: me.username ?? me.name,
        projects: parts.flatMap((part) => part.projects ?? []),
        memberships: sum(parts.map((part) => part.memberships)),
        jobs: sum(parts.map((part) => part.jobs)),
        sessions: (await sessionsOf(db, me.id, clock.now())).length,
        keys: (await keysOf(db, me.id)).length,
        kept: [
          'Entries of the audit log, with the name they were made under.',
          ...parts.flatMap((part) => part.kept ?? []),
        ],
        blockers,
      };
    });
  }

  return {
    async status(ctx: Context): Promise<AuthStatus> {
      const account =
        ctx.actor.via === 'nobody' ? null : await asMe(ctx, async (db) => toAccount(await requireMe(db, ctx)));
      const ways =
        signIn === null ? { signInPath: null, provider: null } : { signInPath: '/api/auth/login', ...signIn };
      return { mode: signIn === null ? 'local' : 'team', ...ways, account };
    },

    get: (ctx: Context): Promise<Account> => asMe(ctx, async (db) => toAccount(await requireMe(db, ctx))),

    update: (
      ctx: Context,
      changes: {
        name?: string | undefined;
        skillLevel?: Account['skillLevel'] | undefined;
        goal?: Account['goal'] | undefined;
      },
    ): Promise<Account> =>
      asMe(ctx, async (db) => {
        const { name, skillLevel, goal } = changes;
        const row = await changeUser(db, ctx.actor.userId, {
          ...(name === undefined ? {} : { name }),
          ...(skillLevel === undefined ? {} : { skillLevel }),
          ...(goal === undefined ? {} : { goal }),
          updatedAt: clock.now(),
        });
        if (row === undefined) throw notFound('account');
        await record(db, ctx, { action: 'account.changed', details: { changed: Object.keys(changes) } });
        return toAccount(row);
      }),

    /** Every row that is this person's, without secrets and without bytes. */
    export: (ctx: Context) =>
      asMe(ctx, async (db) => {
        const tables = await exportTables(db, ctx.actor.userId);
        await record(db, ctx, { action: 'account.exported', details: { tables: Object.keys(tables).length } });
        return { exportedAt: clock.now().toISOString(), tables };
      }),

    previewDeletion,

    /** Deletes the account, everything it owns, and its sessions. Throws `conflict` while something stands against it. */
    async delete(ctx: Context, { confirmation }: { confirmation: string }): Promise<{ id: Id<'user'> }> {
      const preview = await previewDeletion(ctx);
      if (preview.blockers.length > 0) throw new AppError('conflict', preview.blockers.join(' '));
      if (confirmation !== preview.confirmation) {
        throw new AppError('invalid_input', `Type ${preview.confirmation} to delete the account.`, {
          details: { fields: [{ path: 'confirmation', message: `must be ${preview.confirmation}` }] },
        });
      }
      for (const holder of holders) await holder.remove(ctx);
      await asMe(ctx, async (db) => {
        await accessChanged(db, ctx.actor.userId);
        const details = { projects: preview.projects.length };
        await record(db, ctx, { action: 'account.deleted', details });
        await deleteUser(db, ctx.actor.userId);
      });
      return { id: ctx.actor.userId };
    },

    sessions: (ctx: Context): Promise<{ items: AuthSession[] }> =>
      asMe(ctx, async (db) => {
        const rows = await sessionsOf(db, ctx.actor.userId, clock.now());
        return { items: rows.map((row) => toSession(row, ctx.actor.credentialId)) };
      }),

    revokeSession: (ctx: Context, { id }: { id: Id<'authSession'> }): Promise<{ revoked: number }> =>
      asMe(ctx, async (db) => {
        const revoked = await deleteSessions(db, ctx.actor.userId, { only: id });
        if (revoked === 0) throw notFound('session');
        await record(db, ctx, { action: 'session.revoked', target: { kind: 'session', id } });
        await accessChanged(db, ctx.actor.userId);
        return { revoked };
      }),

    revokeSessions: (ctx: Context, { keepCurrent }: { keepCurrent: boolean }): Promise<{ revoked: number }> =>
      asMe(ctx, async (db) => {
        const except = keepCurrent ? ctx.actor.credentialId : undefined;
        const revoked = await deleteSessions(db, ctx.actor.userId, { except });
        await record(db, ctx, { action: 'session.revoked', details: { sessions: revoked, everywhere: !keepCurrent } });
        await accessChanged(db, ctx.actor.userId);
        return { revoked };
      }),

    keys: (ctx: Context): Promise<{ items: ApiKey[] }> =>
      asMe(ctx, async (db) => ({ items: (await keysOf(db, ctx.actor.userId)).map(toKey) })),

    /** Makes a key. The secret is in this answer and nowhere else. */
    async createKey(
      ctx: Context,
      { name, scopes, days }: { name: string; scopes: readonly KeyScope[]; days: number },
    ): Promise<{ key: ApiKey; secret: string }> {
      requireTeam();
      const secret = `${keyPrefix}${randomBytes(32).toString('base64url')}`;
      return asMe(ctx, async (db) => {
        if ((await keysOf(db, ctx.actor.userId)).length >= mostKeys) {
          throw new AppError('conflict', `You have ${mostKeys} keys already. Revoke some that are not used any more.`);
        }
        const now = clock.now();
        const row = await insertKey(db, {
          id: newId('apiKey', now),
          userId: ctx.actor.userId,
          name,
          start: secret.slice(0, keyPrefix.length + 4),
          keyHash: hashOf(secret),
          scopes: [...new Set(scopes)],
          createdAt: now,
          expiresAt: new Date(now.getTime() + days * dayMs),
        });
        await record(db, ctx, {
          action: 'key.created',
          target: { kind: 'key', id: row.id },
          details: { name, scopes, days },
        });
        return { key: toKey(row), secret };
      });
    },

    revokeKey: (ctx: Context, { id }: { id: Id<'apiKey'> }): Promise<{ id: Id<'apiKey'> }> =>
      asMe(ctx, async (db) => {
        const [row] = await deleteKeys(db, ctx.actor.userId, id);
        if (row === undefined) throw notFound('key');
        await record(db, ctx, { action: 'key.revoked', target: { kind: 'key', id }, details: { name: row.name } });
        await accessChanged(db, ctx.actor.userId);
        return { id };
      }),

    device: (_ctx: Context, { userCode }: { userCode: string }): Promise<DeviceRequest> =>
      // Nobody's until somebody decides about it; the code is what shows it.
      database.asSystem(async (db) => toDevice(await requireDevice(db, userCode))),

    answerDevice: (
      ctx: Context,
      { userCode, approve }: { userCode: string; approve: boolean },
    ): Promise<DeviceRequest> =>
      database.asSystem(async (db) => {
        const device = await requireDevice(db, userCode);
        const decided = await decideDevice(db, device.id, ctx.actor.userId, approve ? 'approved' : 'denied');
        if (decided === undefined) throw new AppError('conflict', 'This device has been answered already.');
        const details = { client: device.clientId };
        await record(db, ctx, { action: approve ? 'device.approved' : 'device.denied', details });
        return toDevice(decided);
      }),

    async people(
      ctx: Context,
      { query, cursor, limit }: { query?: string | undefined; cursor?: string | undefined; limit: number },
    ): Promise<{ items: KnownPerson[]; nextCursor: string | null }> {
      const [time, id] = cursor === undefined ? [] : decodeCursor(cursor, 2);
      const before = time === undefined ? null : { createdAt: new Date(Number(time)), id: String(id) };
      const rows = await asMe(ctx, (db) => peopleBefore(db, { before, query, limit: limit + 1 }));
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      return {
        items: page.map(toKnownPerson),
        nextCursor:
          rows.length > limit && last !== undefined ? encodeCursor([last.createdAt.getTime(), last.id]) : null,
      };
    },

    updatePerson: (
      ctx: Context,
      {
        id,
        suspended,
        administrator,
      }: { id: Id<'user'>; suspended?: boolean | undefined; administrator?: boolean | undefined },
    ): Promise<KnownPerson> =>
      asMe(ctx, async (db) => {
        const before = await userOf(db, id);
        if (before === undefined) throw notFound('person');
        const loses = (suspended === true || administrator === false) && before.administrator;
        if (id === ctx.actor.userId && suspended === true)
          throw new AppError('conflict', 'You cannot suspend yourself.');
        if (loses && (await otherAdministrators(db, id)) === 0) {
          throw new AppError('conflict', 'There must be an administrator. Make somebody else administrator first.');
        }
        const row = await changeUser(db, id, {
          ...(suspended === undefined ? {} : { suspendedAt: suspended ? (before.suspendedAt ?? clock.now()) : null }),
          ...(administrator === undefined ? {} : { administrator }),
          updatedAt: clock.now(),
        });
        invariant(row !== undefined, 'a person who was just read is there');
        await accessChanged(db, id);
        await recordPerson(db, ctx, before, row);
        return toKnownPerson(row);
      }),

    /** Throws away sessions, sign-ins and devices that have ended. */
    sweep: (): Promise<void> => database.asSystem((db) => deleteEnded(db, clock.now())),
  };

  function record(db: Db, ctx: Context, deed: Deed): Promise<void> {
    return audit.record(db, ctx, deed);
  }

  async function recordPerson(db: Db, ctx: Context, before: PersonState, after: PersonState): Promise<void> {
    const target = { kind: 'user', id: after.id };
    if (before.administrator !== after.administrator) {
      await record(db, ctx, {
        action: after.administrator ? 'administrator.granted' : 'administrator.revoked',
        target,
      });
    }
    if ((before.suspendedAt === null) !== (after.suspendedAt === null)) {
      await record(db, ctx, { action: after.suspendedAt === null ? 'account.restored' : 'account.suspended', target });
    }
  }

  async function requireDevice(db: Db, userCode: string): Promise<DeviceRow> {
    const device = await deviceByCode(db, userCode);
    if (device === undefined || device.expiresAt <= clock.now()) {
      throw new AppError(
        'not_found',
        'No device waits under this code. Codes last ten minutes: start again on the device.',
      );
    }
    return device;
  }
}

interface PersonState {
  readonly id: Id<'user'>;
  readonly administrator: boolean;
  readonly suspendedAt: Date | null;
}

function toDevice(row: DeviceRow): DeviceRequest {
  const status = row.status === 'approved' || row.status === 'denied' ? row.status : 'pending';
  return { userCode: row.userCode, client: row.clientId ?? 'unknown', status, expiresAt: row.expiresAt.toISOString() };
}

function sum(values: readonly (number | undefined)[]): number {
  return values.reduce<number>((total, value) => total + (value ?? 0), 0);
}
