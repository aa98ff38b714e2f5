import type { Topic } from '@yudai/contract';
import type { FastifyRequest } from 'fastify';
import { AppError } from '#kernel/app-error.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Context } from '#kernel/context.ts';
import type { AccessWatch } from '#platform/http/access-watch.ts';
import type { Identify } from '#platform/http/identity.ts';
import type { Live } from '#platform/live/index.ts';
import type { Log } from '#platform/log/index.ts';

export interface RightsOptions {
  readonly access: AccessWatch;
  readonly identify: Identify;
  readonly live: Pick<Live, 'cursors'>;
  readonly clock: Clock;
  readonly log: Log;
}

interface Reactions {
  /** Who opened the connection is not signed in any more. */
  onSignedOut(): void;
  /** They may not see this topic any more. */
  onUnseen(topic: Topic): void;
}

/** `setTimeout` fires at once for anything longer. */
const longestTimerMs = 2 ** 31 - 1;

/**
 * Asks again who opened a live connection and what they may watch, whenever that may have changed: somebody was signed out, suspended,
 * taken out of a project, or the session has come to its end. Returns how to stop.
 */
export function watchRights(
  request: FastifyRequest,
  ctx: Context,
  options: RightsOptions,
  topics: () => readonly Topic[],
  reactions: Reactions,
): () => void {
  const { access, identify, live, clock, log } = options;
  let stopped = false;

  async function check(): Promise<void> {
    const actor = await identify(request, null).catch((error: unknown) => {
      if (error instanceof AppError && error.code === 'unauthorized') return null;
      throw error;
    });
    if (stopped) return;
    if (actor?.userId !== ctx.actor.userId) return reactions.onSignedOut();
    for (const topic of topics()) {
      const seen = await live.cursors(ctx, [topic]).catch((error: unknown) => {
        if (error instanceof AppError && error.code === 'not_found') return null;
        throw error;
      });
      if (seen === null && !stopped) reactions.onUnseen(topic);
    }
  }

  const checkNow = (): void => {
    check().catch((error: unknown) => {
      // Who cannot be shown to be allowed is not.
      log.warn({ err: error, requestId: ctx.requestId }, 'the rights of a live connection cannot be read');
      if (!stopped) reactions.onSignedOut();
    });
  };
  const unwatch = access.onChange(ctx.actor.userId, checkNow);
  const leftMs = ctx.actor.expiresAt === undefined ? null : ctx.actor.expiresAt.getTime() - clock.now().getTime();
  const timer =
    leftMs === null ? undefined : setTimeout(checkNow, Math.min(longestTimerMs, Math.max(0, leftMs) + 1000)).unref();
  return () => {
    stopped = true;
    unwatch();
    clearTimeout(timer);
  };
}
