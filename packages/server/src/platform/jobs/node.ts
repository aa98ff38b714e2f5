import type { Id } from '@yudai/contract';
import { announceStatus, jobsChannel, parseNotice } from '#platform/jobs/events.ts';
import { adoptable, claimJobs, heldJobs, jobsRunningOn } from '#platform/jobs/claims.ts';
import { pruneJobs } from '#platform/jobs/cleanup.ts';
import { toFailure } from '#platform/jobs/definition.ts';
import { endJob, type JobParts } from '#platform/jobs/end-job.ts';
import { createEngine } from '#platform/jobs/engine.ts';
import { beat, enter, leave, reapNodes, releaseJobs } from '#platform/jobs/nodes.ts';
import { performJob } from '#platform/jobs/perform-job.ts';
import type { Session } from '#platform/jobs/session.ts';
import type { JobsSettings } from '#platform/jobs/settings.ts';
import { hasUndone, type JobRow } from '#platform/jobs/store.ts';

/** The part of the jobs that runs them: one per process. */
export interface JobsNode {
  launch(): Promise<void>;
  /** Whether `launch` was tried and did not work: this process runs no jobs until it is started anew. */
  hasFailed(): boolean;
  shutdown(options: { readonly graceMs: number }): Promise<void>;
  /** Resolves when nothing runs, here or elsewhere, and nothing is in the queue: also not what a dead node still holds. */
  drain(): Promise<void>;
}

export function createNode(parts: JobParts, settings: JobsSettings): JobsNode {
  const { database, nodeId, clock, log } = parts;
  const sessions = new Map<Id<'job'>, Session>();
  const claimed = new Map<Id<'job'>, JobRow>();
  /** Jobs given to the journal that have not come back as a session yet, and when. */
  const engaged = new Map<Id<'job'>, number>();
  const closed = new AbortController();
  let state: 'new' | 'launching' | 'running' | 'draining' | 'closed' = 'new';
  let changed = Promise.withResolvers<void>();
  let timer: NodeJS.Timeout | undefined;
  let stopListening: (() => Promise<void>) | undefined;
  let nextPruneAt = 0;
  let failed = false;

  const engine = createEngine({
    pool: database.pool,
    nodeId,
    log,
    async perform(id) {
      engaged.set(id, performance.now());
      try {
        await performJob(deps, id);
      } finally {
        engaged.delete(id);
      }
    },
  });
  const deps = {
    parts,
    sessions,
    takeClaimed(id: Id<'job'>) {
      const row = claimed.get(id);
      claimed.delete(id);
      return row;
    },
    changed() {
      for (const id of sessions.keys()) engaged.delete(id);
      changed.resolve();
      changed = Promise.withResolvers<void>();
    },
    stopGraceMs: settings.stopGraceMs,
    maxStalls: settings.maxStalls,
    waiting: { log, closed: closed.signal },
    accepts: () => state === 'launching' || state === 'running',
  };

  /** Claims and looks at what is held one at a time, so that neither sees the other half done. */
  let lastTurn: Promise<unknown> = Promise.resolve();
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = lastTurn.then(work);
    lastTurn = turn.catch(() => undefined);
    return turn;
  }

  let dispatching: Promise<void> | undefined;
  let again = false;
  /** Lets run what may run. Calls during one are answered by one more round after it. */
  function dispatch(): Promise<void> {
    again = dispatching !== undefined;
    dispatching ??= (async () => {
      try {
        do {
          again = false;
          await inTurn(claim);
        } while (again);
      } catch (error) {
        log.warn({ err: error }, 'the queue of jobs could not be read');
      } finally {
        // In the same breath as the last look at `again`, so that no call falls in between.
        dispatching = undefined;
      }
    })();
    return dispatching;
  }

  async function claim(): Promise<void> {
    if (state !== 'running') return;
    const now = clock.now();
    const claims = await database.asSystem(async (db) => {
      const directSince = new Date(now.getTime() - settings.directPatienceMs);
      const found = await claimJobs(db, { nodeId, definitions: parts.definitions.values(), now, directSince });
      for (const { row } of found) await announceStatus(db, parts.live, row);
      return found;
    });
    for (const { row, fresh } of claims) {
      const session = sessions.get(row.id);
      if (session !== undefined && session.stopReason() === undefined) session.grant(row);
      else if (fresh) await begin(row);
      else await takeUp(row.id);
    }
  }

  async function begin(row: JobRow): Promise<void> {
    claimed.set(row.id, row);
    engaged.set(row.id, performance.now());
    await engine.start(row.id);
  }

  /** Runs a job again from its journal, on whichever node the journal picks. */
  async function takeUp(id: Id<'job'>): Promise<void> {
    engaged.set(id, performance.now());
    if (await engine.resume(id)) return;
    engaged.delete(id);
    const error = toFailure(new Error('The journal of a job has ended before its job.'));
    await database.asSystem((db) => endJob(db, parts, id, { status: 'failed', error }));
  }

  /** Stops what was cancelled or lost, according to the database: also when the message about it was lost. */
  async function checkHeld(): Promise<void> {
    const ids = [...sessions.keys()];
    const rows = await database.asSystem((db) => heldJobs(db, ids));
    for (const id of ids) {
      const session = sessions.get(id);
      const row = rows.get(id);
      if (session === undefined) continue;
      if (row === undefined || row.cancelRequested) session.stop('cancelled');
      else if (!adoptable(row) || row.nodeId !== nodeId) session.stop('lost');
      else if (session.isRunning() && row.runToken !== session.token()) session.stop('lost');
    }
  }

  /** Brings up what the database says runs here, though nothing does: this node died between a claim and its journal. */
  async function checkOrphans(): Promise<void> {
    const rows = await database.asSystem((db) => jobsRunningOn(db, nodeId));
    const known = performance.now() - settings.engageMs;
    // What was asked of the journal and does not run here any more ended before it came up: nobody waits for it.
    for (const [id, at] of engaged) if (at <= known && !rows.some((row) => row.id === id)) engaged.delete(id);
    for (const row of rows) {
      if (sessions.has(row.id) || (engaged.get(row.id) ?? 0) > known) continue;
      // It may have ended since it was read: its row says so before its session is gone.
      const running = await database.asSystem((db) => jobsRunningOn(db, nodeId));
      if (running.some(({ id }) => id === row.id)) await takeUp(row.id);
    }
  }

  async function reap(): Promise<void> {
    const ended = await database.asSystem(async (db) => {
      const reaped = await reapNodes(db, nodeId, settings, clock.now());
      for (const row of reaped.requeued) await announceStatus(db, parts.live, row);
      for (const row of reaped.toCancel) await endJob(db, parts, row.id, { status: 'cancelled' });
      return reaped;
    });
    if (ended.requeued.length > 0)
      log.warn({ jobs: ended.requeued.map((row) => row.id) }, 'jobs of a dead node are taken over');
  }

  async function tick(): Promise<void> {
    try {
      await database.asSystem((db) => beat(db, nodeId));
      await inTurn(checkHeld);
      if (state === 'running') {
        await inTurn(reap);
        await inTurn(checkOrphans);
        await dispatch();
        await prune();
      }
    } catch (error) {
      log.warn({ err: error }, 'the heartbeat of the jobs failed');
    }
    if (state === 'running' || state === 'draining') timer = setTimeout(() => void tick(), settings.heartbeatMs);
  }

  async function prune(): Promise<void> {
    if (performance.now() < nextPruneAt) return;
    nextPruneAt = performance.now() + settings.cleanupEveryMs;
    await pruneJobs({ database, live: parts.live, engine, settings }, clock.now());
  }

  function onNotice(payload: string): void {
    const notice = parseNotice(payload);
    if (notice?.about === 'queue') void dispatch();
    if (notice?.about === 'cancel')
      void inTurn(checkHeld).catch((error: unknown) => log.warn({ error }, 'a cancel was not seen'));
  }

  async function settled(ms: number): Promise<void> {
    const until = performance.now() + ms;
    while ([...sessions.values()].some((session) => session.isRunning()) && performance.now() < until) {
      await Promise.race([changed.promise, pause(Math.max(1, until - performance.now()))]);
    }
  }

  async function launch(): Promise<void> {
    const from = performance.now();
    await database.sayLiving(nodeId);
    await database.asSystem((db) => enter(db, nodeId));
    // The journal may bring jobs up while it opens, but none can be claimed for it before it is open.
    state = 'launching';
    stopListening = await database.listen(jobsChannel, onNotice, () => void dispatch());
    await engine.launch();
    state = 'running';
    await tick();
    log.info({ nodeId, ms: Math.round(performance.now() - from) }, 'jobs are ready');
  }

  return {
    async launch() {
      try {
        await launch();
      } catch (error) {
        failed = true;
        throw error;
      }
    },
    hasFailed: () => failed,
    async shutdown({ graceMs }) {
      if (state === 'new' || state === 'closed') return;
      state = 'draining';
      // A claim under way may still bring jobs up; from now on none is made.
      await dispatching;
      await lastTurn;
      await settled(graceMs);
      for (const session of sessions.values()) session.stop('handed_back');
      await settled(settings.stopGraceMs);
      state = 'closed';
      clearTimeout(timer);
      await lastTurn;
      await stopListening?.();
      await engine.shutdown();
      closed.abort();
      await database.asSystem(async (db) => {
        const rows = await releaseJobs(db, nodeId, clock.now());
        for (const row of rows) await announceStatus(db, parts.live, row);
        await leave(db, nodeId);
      });
    },
    async drain() {
      const kinds = [...parts.definitions.values()].map((definition) => definition.kind);
      for (;;) {
        const next = changed.promise;
        await dispatch();
        const undone = await database.asSystem((db) => hasUndone(db, kinds));
        // What has left the queue is on its way into a session: looked at after the queue, so that nothing is missed.
        const busy =
          dispatching !== undefined ||
          engaged.size > 0 ||
          [...sessions.values()].some((session) => session.isRunning());
        if (!busy && !undone) return;
        await Promise.race([next, pause(50)]);
      }
    },
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
