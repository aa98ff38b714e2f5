import type { Id, Job, LiveEvent } from '@yudai/contract';
import { pino } from 'pino';
import { z } from 'zod';
import { ensureLocalOwner } from '#features/accounts/index.ts';
import { systemClock } from '#kernel/clock.ts';
import type { Context } from '#kernel/context.ts';
import { createJobs, type JobDefinition, type Jobs, type JobsSettings, type StartJob } from '#platform/jobs/index.ts';
import { createLive, type Live } from '#platform/live/index.ts';
import { openTestDatabase, type TestDatabase } from '#testing/open-test-database.ts';

type Kind = Partial<JobDefinition<unknown>> & Pick<JobDefinition<unknown>, 'run'>;

/** Jobs on a database of their own, with one person. One at a time in a process, because the journal exists once. */
export interface JobsBench {
  readonly database: TestDatabase;
  readonly live: Live;
  readonly jobs: Jobs;
  readonly ctx: Context;
  /** Registers a kind: `project.connect`, queued, unless told. */
  kind(kind: Kind): void;
  launch(): Promise<void>;
  /** Stops the node and puts a new one in its place on the same database; kinds are registered anew. */
  restart(graceMs: number, settings?: Partial<JobsSettings>): Promise<void>;
  start(input?: Partial<StartJob>): Promise<Job>;
  /** Resolves with the first event of the job that fits, also one from before the call. */
  until(id: Id<'job'>, fits: (event: LiveEvent) => boolean): Promise<LiveEvent>;
  untilStatus(id: Id<'job'>, status: Job['status']): Promise<void>;
  eventsOf(id: Id<'job'>): Promise<string[]>;
  close(): Promise<void>;
}

export async function openJobsBench(settings: Partial<JobsSettings> = {}): Promise<JobsBench> {
  const database = await openTestDatabase();
  const log = pino({ level: process.env['YUDAI_TEST_LOG'] ?? 'silent' });
  const live = createLive({ database, clock: systemClock, log });
  const owner = await ensureLocalOwner({ database, clock: systemClock });
  const signal = new AbortController().signal;
  const ctx: Context = { actor: { userId: owner.id, name: owner.name, via: 'local' }, signal, requestId: 'test' };
  const make = (more: Partial<JobsSettings>) =>
    createJobs({ database, live, clock: systemClock, log, nodeId: 'bench', settings: { ...settings, ...more } });
  const bench = {
    database,
    live,
    jobs: make({}),
    ctx,
    kind(kind: Kind) {
      bench.jobs.register({
        kind: 'project.connect',
        payload: z.unknown(),
        mode: 'queued',
        concurrency: 4,
        deadlineMs: 60_000,
        attempts: 3,
        ...kind,
      });
    },
    launch: () => bench.jobs.launch(),
    async restart(graceMs: number, more: Partial<JobsSettings> = {}) {
      await bench.jobs.shutdown({ graceMs });
      bench.jobs = make(more);
    },
    start: (input: Partial<StartJob> = {}) =>
      database.asUser(input.ownerId ?? owner.id, (db) =>
        bench.jobs.start(db, {
          kind: 'project.connect',
          ownerId: owner.id,
          projectId: null,
          title: 'Connect a project',
          payload: {},
          ...input,
        }),
      ),
    async until(id: Id<'job'>, fits: (event: LiveEvent) => boolean) {
      const cursors = new Map([[`job:${id}`, 0]]);
      for await (const event of live.subscribe(ctx, cursors, { signal })) if (fits(event)) return event;
      throw new Error('The feed ended before the event came.');
    },
    async untilStatus(id: Id<'job'>, status: Job['status']) {
      await bench.until(id, (event) => event.type === 'status' && event.data.status === status);
    },
    eventsOf: async (id: Id<'job'>) => (await live.read(ctx, `job:${id}`, 0, 1000)).map((event) => event.type),
    async close() {
      await bench.jobs.shutdown({ graceMs: 0 });
      live.close();
      await database.close();
    },
  };
  return bench;
}
