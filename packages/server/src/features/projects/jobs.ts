import { idSchema } from '@yudai/contract';
import { z } from 'zod';
import type { Database, Db } from '#platform/db/index.ts';
import type { JobDefinition } from '#platform/jobs/index.ts';
import { inJob } from './checkout-failure.ts';
import type { Snapshot } from './source.ts';
import type { ProjectsService } from './service.ts';
import type { Id } from '@yudai/contract';

/** Said in the transaction that makes a project ready: its files are in its git directory. */
export interface Connected extends Snapshot {
  readonly projectId: Id<'project'>;
  readonly ownerId: Id<'user'>;
  readonly name: string;
}

/** What a later feature does when a project was connected; it queries and starts jobs, in the transaction it is given. */
export type OnConnected = (db: Db, connected: Connected) => Promise<void>;

const payload = z.strictObject({ projectId: idSchema('project') });

/** `project.connect`: fetch the files, then say that they are there. */
export function createConnectJob(deps: {
  readonly database: Database;
  readonly service: ProjectsService;
  readonly reactions: readonly OnConnected[];
}): JobDefinition<z.infer<typeof payload>> {
  const { database, service, reactions } = deps;
  return {
    kind: 'project.connect',
    payload,
    mode: 'queued',
    concurrency: 4,
    perProject: 1,
    deadlineMs: 90 * 60_000,
    attempts: 3,
    async run(run) {
      const {
        ctx,
        payload: { projectId },
      } = run;
      const ownerId = ctx.actor.userId;
      const snapshot = await run.step('fetch', async ({ signal }) => {
        await service.begin(ctx, projectId);
        const onProgress = (percent: number, message: string) => run.progress(Math.min(99, percent), message);
        const taken = await inJob(service.snapshot(ctx, projectId, { signal, onProgress }), signal);
        return { ...taken, oversized: taken.oversized.slice(0, 200) };
      });
      await run.step('announce', () =>
        database.asUser(ownerId, async (db) => {
          const name = await service.markConnected(db, projectId);
          if (name === null) return;
          for (const react of reactions) await react(db, { ...snapshot, projectId, ownerId, name });
        }),
      );
      run.progress(100, 'Connected');
      return { tree: snapshot.tree, commit: snapshot.commit, ref: snapshot.ref, oversized: snapshot.oversized.length };
    },
    async onEnd(db, job) {
      if (job.projectId === null || job.status === 'completed') return;
      const stopped = {
        code: 'cancelled',
        message: 'Connecting was cancelled. Start it again, or delete the project.',
      } as const;
      await service.markFailed(db, job.projectId, job.error ?? stopped);
    },
  };
}
