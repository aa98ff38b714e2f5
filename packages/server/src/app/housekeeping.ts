import type { AccountsService } from '#features/accounts/index.ts';
import type { Chat } from '#features/chat/index.ts';
import type { Models } from '#features/models/index.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Limits } from '#platform/limits/index.ts';
import type { Live } from '#platform/live/index.ts';
import type { Log } from '#platform/log/index.ts';

const hourMs = 3_600_000;
/** A reader that was away longer starts again from what is there. */
const eventsKeptMs = 7 * 24 * hourMs;

export interface House {
  readonly live: Pick<Live, 'prune'>;
  readonly limits: Pick<Limits, 'prune'>;
  readonly accounts: Pick<AccountsService, 'sweep'>;
  readonly models: Pick<Models, 'prune'>;
  readonly chat: Pick<Chat, 'sweep'>;
  readonly solver: { sweep(): Promise<number> };
  readonly clock: Clock;
  readonly log: Log;
}

/** Throws away every hour what nobody needs any more; what fails is tried again in the next. Returns how to stop. */
export function keepHouse({ log, ...house }: House, everyMs = hourMs): () => void {
  const chores: Readonly<Record<string, () => Promise<unknown>>> = {
    'live events that nobody resumes from': () =>
      house.live.prune(new Date(house.clock.now().getTime() - eventsKeptMs)),
    'limits that nobody is near': () => house.limits.prune(),
    'sessions that have ended': () => house.accounts.sweep(),
    'calls of models of long ago': () => house.models.prune(),
    'conversations in which nothing was said': () => house.chat.sweep(),
    'boxes, logs and snapshots that nobody comes back to': () => house.solver.sweep(),
  };
  const timer = setInterval(() => {
    for (const [what, remove] of Object.entries(chores)) {
      remove().then(
        (count) => typeof count === 'number' && count > 0 && log.info({ what, count }, 'removed'),
        (error: unknown) => log.warn({ err: error, what }, 'could not be removed'),
      );
    }
  }, everyMs).unref();
  return () => clearInterval(timer);
}
