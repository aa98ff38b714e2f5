import type { AccountsService } from '#features/accounts/index.ts';
import type { Models } from '#features/models/index.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Limits } from '#platform/limits/index.ts';
import type { Live } from '#platform/live/index.ts';
import type { Log } from '#platform/log/index.ts';

const hourMs = 3_600_000;
/** A reader that was away longer starts again from what is there. */
const eventsKeptMs = 7 * 24 * hourMs;

/** Throws away live events that nobody resumes from, limits that nobody is near, sessions that have ended and calls of models of long ago, every hour. Returns how to stop. */
export function keepHouse(
  deps: {
    live: Pick<Live, 'prune'>;
    limits: Pick<Limits, 'prune'>;
    accounts: Pick<AccountsService, 'sweep'>;
    models: Pick<Models, 'prune'>;
    clock: Clock;
    log: Log;
  },
  everyMs = hourMs,
): () => void {
  const { live, limits, accounts, models, clock, log } = deps;
  const pruneEvents = () =>
    live.prune(new Date(clock.now().getTime() - eventsKeptMs)).then(
      (events) => events > 0 && log.info({ events }, 'old live events removed'),
      (error: unknown) => log.warn({ err: error }, 'old live events could not be removed'),
    );
  const pruneLimits = () =>
    limits.prune().catch((error: unknown) => log.warn({ err: error }, 'old limits could not be removed'));
  const pruneSessions = () =>
    accounts.sweep().catch((error: unknown) => log.warn({ err: error }, 'ended sessions could not be removed'));
  const pruneCalls = () =>
    models.prune().catch((error: unknown) => log.warn({ err: error }, 'old calls of models could not be removed'));
  const timer = setInterval(() => {
    void pruneEvents();
    void pruneLimits();
    void pruneSessions();
    void pruneCalls();
  }, everyMs).unref();
  return () => clearInterval(timer);
}
