import type { Id } from '@yudai/contract';
import { AppError } from '#kernel/app-error.ts';
import type { Context } from '#kernel/context.ts';

export type LiveKind = 'stream' | 'socket';

/** The open streams and sockets of this process: counted, limited, and ended together when it shuts down. */
export interface LiveConnections {
  /** Takes a place and returns how to give it back. Throws `too_many_requests` when there is none left. */
  open(ctx: Context, kind: LiveKind): () => void;
  count(): Record<LiveKind, number>;
  /** Aborted when the server shuts down. */
  readonly draining: AbortSignal;
  drain(): void;
}

/** One person's share of the places: tabs, terminals and scripts together. */
const perUser = 200;

export function createLiveConnections(limit: number): LiveConnections {
  const counts: Record<LiveKind, number> = { stream: 0, socket: 0 };
  const ofUser = new Map<Id<'user'>, number>();
  const draining = new AbortController();

  return {
    open(ctx, kind) {
      const { userId } = ctx.actor;
      const own = ofUser.get(userId) ?? 0;
      if (draining.signal.aborted) throw new AppError('unavailable', 'This server is shutting down. Connect again.');
      if (own >= perUser || counts.stream + counts.socket >= limit) {
        throw new AppError('too_many_requests', 'Too many live connections are open. Close some tabs, then try again.');
      }
      counts[kind] += 1;
      ofUser.set(userId, own + 1);
      return onlyOnce(() => {
        counts[kind] -= 1;
        const left = (ofUser.get(userId) ?? 1) - 1;
        if (left === 0) ofUser.delete(userId);
        else ofUser.set(userId, left);
      });
    },
    count: () => ({ ...counts }),
    draining: draining.signal,
    drain: () => draining.abort(),
  };
}

function onlyOnce(work: () => void): () => void {
  let done = false;
  return () => {
    if (!done) work();
    done = true;
  };
}
