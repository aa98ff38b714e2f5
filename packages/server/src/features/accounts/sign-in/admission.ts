import type { Id } from '@yudai/contract';
import type { Audit } from '#features/audit/index.ts';
import { AppError } from '#kernel/app-error.ts';
import type { Clock } from '#kernel/clock.ts';
import { newId } from '#kernel/ids.ts';
import type { Database, Db } from '#platform/db/index.ts';
import { adoptOwner, linkAccount, unlinkedOwner, userByGithubId, userOf, welcome } from '../store.ts';
import type { GithubProfile } from './github-profile.ts';
import { type CameFrom, type SignedIn, subjectOf } from './signed-in.ts';

export interface AdmissionDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly audit: Pick<Audit, 'recordAs'>;
  readonly administrators: readonly string[];
  readonly signUp: 'invited' | 'open';
  /** Whether a project waits for the person with this GitHub account. */
  readonly isInvited: (db: Db, githubId: number) => Promise<boolean>;
  readonly accessChanged: (db: Db, userId: Id<'user'>) => Promise<void>;
  /** Later features do their part, in the transaction that lets the person in. */
  readonly onSignedIn: (db: Db, signedIn: SignedIn) => Promise<void>;
}

export type Admission = ReturnType<typeof createAdmission>;

/** Who may come in. GitHub has proven who they are by the time any of this is asked. */
export function createAdmission(deps: AdmissionDeps) {
  const { database, clock, audit, administrators } = deps;
  const isAdministrator = (login: string) => administrators.includes(login.toLowerCase());

  return {
    /** The reason to keep somebody out, which the page of the sign-in puts into words; null when they may come in. */
    async judge({ id, login }: GithubProfile, from: CameFrom): Promise<string | null> {
      const refusal = await database.asSystem(async (db) => {
        const known = await userByGithubId(db, id);
        if (known !== undefined) return known.suspendedAt === null ? null : 'suspended';
        if (deps.signUp === 'open' || isAdministrator(login) || (await deps.isInvited(db, id))) return null;
        return 'not_invited';
      });
      if (refusal === null) return null;
      await database.asSystem((db) =>
        audit.recordAs(
          db,
          { actor: { userId: null, name: login, via: 'nobody' }, ...whence(from) },
          { action: 'sign_in.failed', details: { reason: refusal, githubId: id } },
        ),
      );
      return refusal;
    },

    /**
     * Who used Yudai alone before there was sign-in goes on as the first administrator who signs in, with everything they had. Nothing when
     * somebody has, or when there was nobody.
     */
    async adoptLocalOwner(profile: GithubProfile): Promise<void> {
      if (!isAdministrator(profile.login)) return;
      await database.asSystem(async (db) => {
        const owner = await unlinkedOwner(db);
        if (owner === undefined || (await userByGithubId(db, profile.id)) !== undefined) return;
        const now = clock.now();
        await adoptOwner(db, owner, { githubId: profile.id, subject: subjectOf(profile.id) });
        await linkAccount(db, { id: newId('authSession', now), userId: owner, accountId: String(profile.id), now });
      });
    },

    /** Lets somebody in who comes from GitHub: what GitHub says of them is brought up to date. Throws `forbidden`. */
    async admit(signedIn: SignedIn, from: CameFrom): Promise<void> {
      const { userId, github } = signedIn;
      await database.asSystem(async (db) => {
        await requireWelcome(db, userId);
        await welcome(db, userId, {
          username: github.login,
          avatarUrl: github.avatarUrl,
          email: github.email,
          lastSignInAt: clock.now(),
          ...(isAdministrator(github.login) ? { administrator: true } : {}),
        });
        await deps.onSignedIn(db, signedIn);
        await audit.recordAs(
          db,
          { actor: { userId, name: github.login, via: 'session' }, ...whence(from) },
          { action: 'sign_in.succeeded', details: { with: 'github', scopes: [...signedIn.tokens.scopes] } },
        );
      });
    },

    /** Somebody has signed out: what this session has open is closed. The door writes it down. */
    leave: (userId: Id<'user'>): Promise<void> => database.asSystem((db) => deps.accessChanged(db, userId)),

    /** Lets in a device that somebody has approved. Throws `forbidden`. */
    async readmit(userId: Id<'user'>, from: CameFrom): Promise<void> {
      await database.asSystem(async (db) => {
        const { name } = await requireWelcome(db, userId);
        const doer = { actor: { userId, name, via: 'session' as const }, ...whence(from) };
        await audit.recordAs(db, doer, { action: 'sign_in.succeeded', details: { with: 'device' } });
      });
    },

    /** Writes down that somebody has signed out. */
    async noteSignOut({ id, name }: { readonly id: string; readonly name: string }, from: CameFrom): Promise<void> {
      const doer = { actor: { userId: id as Id<'user'>, name, via: 'session' as const }, ...whence(from) };
      await database.asSystem((db) => audit.recordAs(db, doer, { action: 'sign_out' }));
    },
  };

  async function requireWelcome(db: Db, userId: Id<'user'>) {
    const user = await userOf(db, userId);
    if (user === undefined || user.suspendedAt !== null) {
      throw new AppError('forbidden', 'This account is suspended. Ask an administrator of this Yudai.');
    }
    return user;
  }
}

function whence({ address, requestId }: CameFrom): CameFrom {
  return { address, requestId };
}
