import { AsyncLocalStorage } from 'node:async_hooks';
import { DBOS } from '@dbos-inc/dbos-sdk';
import type { Id } from '@yudai/contract';
import type pg from 'pg';
import type { Logger } from 'pino';

/** The journal of the jobs that were begun: DBOS Transact, of which a process has exactly one. Their steps are in `job_steps`. */
export interface Engine {
  /** Opens the journal, and runs again what this node had in flight when it died. */
  launch(): Promise<void>;
  /** Closes the journal. What still runs stays in it as unfinished. */
  shutdown(): Promise<void>;
  /** Runs a job that has never been begun. */
  start(jobId: Id<'job'>): Promise<void>;
  /** Runs a job again; `false` when the journal says that it has ended. */
  resume(jobId: Id<'job'>): Promise<boolean>;
  /** Throws the journals of finished jobs away. */
  forget(jobIds: readonly Id<'job'>[]): Promise<void>;
}

interface EngineOptions {
  readonly pool: pg.Pool;
  /** Unique among living nodes, and the same again after a restart of this one. */
  readonly nodeId: string;
  readonly log: Logger;
  /** Does the work of a job, from its first line. Must not throw. */
  readonly perform: (jobId: Id<'job'>) => Promise<void>;
}

/**
 * Pinned, because DBOS recovers only jobs of the same version and its own default is a hash of the code: a deploy would
 * strand every unfinished job.
 */
const journalVersion = 'jobs-1';

export function createEngine({ pool, nodeId, log, perform }: EngineOptions): Engine {
  // A job started from inside of another job's code must not become its child in the journal.
  const outside = AsyncLocalStorage.snapshot();
  let start: ((jobId: Id<'job'>) => Promise<void>) | undefined;
  let isOurs = false;

  return {
    async launch() {
      if (DBOS.isInitialized()) throw new Error('This process already runs jobs: DBOS exists once per process.');
      isOurs = true;
      DBOS.setConfig({
        name: 'yudai',
        systemDatabasePool: pool,
        executorID: nodeId,
        applicationVersion: journalVersion,
        useListenNotify: false,
        logger: quietLogger(log),
      });
      const workflow = DBOS.registerWorkflow(perform, { name: 'job', maxRecoveryAttempts: Number.MAX_SAFE_INTEGER });
      start = async (jobId) => {
        await DBOS.startWorkflow(workflow, { workflowID: jobId })(jobId);
      };
      await outside(() => DBOS.launch());
    },
    async shutdown() {
      if (isOurs) await outside(() => DBOS.shutdown({ deregister: true }));
      isOurs = false;
    },
    async start(jobId) {
      await outside(async () => start?.(jobId));
    },
    resume: (jobId) =>
      outside(async () => {
        const status = await DBOS.getWorkflowStatus(jobId);
        if (status === null) await start?.(jobId);
        else if (status.status === 'SUCCESS' || status.status === 'ERROR') return false;
        else await DBOS.resumeWorkflow(jobId);
        return true;
      }),
    async forget(jobIds) {
      if (jobIds.length > 0) await outside(() => DBOS.deleteWorkflows([...jobIds]));
    },
  };
}

/** DBOS narrates; what it says is for whoever debugs. Its errors are about our own work and are logged by us. */
function quietLogger(log: Logger) {
  const write = (entry: unknown) => {
    log.debug({ entry: entry instanceof Error ? entry.message : entry }, 'dbos');
  };
  return { info: write, debug: write, warn: write, error: write };
}
