import type { Id } from '@yudai/contract';

/** Who asks. Until sign-in is configured there is one local owner. */
export interface Actor {
  readonly userId: Id<'user'>;
  readonly name: string;
  /** How the identity was proven. */
  readonly via: 'local' | 'job';
  /** Looks after this installation: operations, everybody's audit log. */
  readonly administrator?: boolean;
}

/** What lives as long as one call: the first parameter of every use-case. */
export interface Context {
  readonly actor: Actor;
  /** Aborted when the caller has gone or the job is cancelled. */
  readonly signal: AbortSignal;
  readonly requestId: string;
  /** The network address that asks; unset in a job. */
  readonly address?: string;
}
