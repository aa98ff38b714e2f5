import type { Id, KeyScope } from '@yudai/contract';

/** Who asks. */
export interface Actor {
  readonly userId: Id<'user'>;
  readonly name: string;
  /** How the identity was proven: being on this machine, a session, an API key, or a job that goes on in somebody's name. */
  readonly via: 'local' | 'session' | 'key' | 'job' | 'nobody';
  /** Looks after this installation: operations, everybody's audit log. */
  readonly administrator?: boolean;
  /** The session or key that was shown. */
  readonly credentialId?: string;
  /** What the key may be used for; unset when there is no such limit. */
  readonly scopes?: readonly KeyScope[];
  /** When what was shown ends. */
  readonly expiresAt?: Date;
}

/** Who is not signed in. The id is nobody's, so row-level security shows them nothing. */
export const nobody: Actor = { userId: 'nobody' as Id<'user'>, name: 'nobody', via: 'nobody' };

/** What lives as long as one call: the first parameter of every use-case. */
export interface Context {
  readonly actor: Actor;
  /** Aborted when the caller has gone or the job is cancelled. */
  readonly signal: AbortSignal;
  readonly requestId: string;
  /** The network address that asks; unset in a job. */
  readonly address?: string;
}
