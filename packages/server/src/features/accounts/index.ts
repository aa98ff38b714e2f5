import type { FastifyInstance } from 'fastify';
import type { Actor } from '#kernel/context.ts';
import type { Db } from '#platform/db/index.ts';
import type { Identify } from '#platform/http/index.ts';
import type { Log } from '#platform/log/index.ts';
import type { Secrets } from '#platform/secrets/index.ts';
import { createIdentify } from './identify.ts';
import { ensureLocalOwner } from './owner.ts';
import { type AccountsDeps, type AccountsService, createAccountsService, type Holder } from './service.ts';
import { createAdmission } from './sign-in/admission.ts';
import { type AuthSettings, createAuth } from './sign-in/auth.ts';
import type { SignedIn } from './sign-in/signed-in.ts';
import { addSignIn } from './sign-in/door.ts';
import type { Audit } from '#features/audit/index.ts';

export { ensureLocalOwner } from './owner.ts';
export { createAccountsRoutes } from './routes.ts';
export type { AccountsService, Holder } from './service.ts';
export type { SignedIn } from './sign-in/signed-in.ts';

export interface SignInSettings extends AuthSettings {
  readonly administrators: readonly string[];
  readonly signUp: 'invited' | 'open';
}

interface Deps extends Omit<AccountsDeps, 'signIn' | 'audit'> {
  readonly audit: Pick<Audit, 'record' | 'recordAs'>;
  readonly log: Log;
  readonly secrets: Secrets;
  /** Null when nobody signs in. */
  readonly signIn: SignInSettings | null;
}

type OnSignedIn = (db: Db, signedIn: SignedIn) => Promise<void>;
type IsInvited = (db: Db, githubId: number) => Promise<boolean>;

export interface Accounts {
  readonly service: AccountsService;
  /** Who asks: whoever has signed in, or in local mode the owner. */
  readonly identify: Identify;
  /** Opens the routes of sign-in under `/api/auth`; nothing in local mode. */
  addRoutes(api: FastifyInstance): Promise<void>;
  /** A later feature does its part when somebody signs in, in that transaction. */
  onSignedIn(reaction: OnSignedIn): void;
  /** A later feature says whom it waits for. */
  onInvitationAsked(answer: IsInvited): void;
  /** A later feature keeps something for people. */
  holds(holder: Holder): void;
}

/** People: who they are, how they prove it, and what they can do about their account. */
export async function createAccounts(deps: Deps): Promise<Accounts> {
  const { signIn } = deps;
  const reactions: OnSignedIn[] = [];
  const invitations: IsInvited[] = [];
  const holders: Holder[] = [];
  const provider = signIn === null ? null : { provider: new URL(signIn.githubUrl).host };
  const service = createAccountsService({ ...deps, signIn: provider }, holders);
  const register = {
    onSignedIn: (reaction: OnSignedIn) => void reactions.push(reaction),
    onInvitationAsked: (answer: IsInvited) => void invitations.push(answer),
    holds: (holder: Holder) => void holders.push(holder),
  };
  if (signIn === null) {
    const { id, name } = await ensureLocalOwner(deps);
    const owner: Actor = { userId: id, name, via: 'local', administrator: true };
    return { service, identify: async () => owner, addRoutes: async () => undefined, ...register };
  }
  const admission = createAdmission({
    ...deps,
    ...signIn,
    isInvited: async (db, githubId) => {
      for (const ask of invitations) if (await ask(db, githubId)) return true;
      return false;
    },
    onSignedIn: async (db, signedIn) => {
      for (const react of reactions) await react(db, signedIn);
    },
  });
  const auth = createAuth({ ...deps, settings: signIn, admission });
  return {
    service,
    identify: createIdentify({ ...deps, auth }),
    addRoutes: (api) => addSignIn(api, auth, signIn.publicUrl, admission.noteSignOut),
    ...register,
  };
}
