import type {
  Id,
  Job,
  Solve,
  SolveEvidence,
  SolveHead,
  SolveOutcome,
  SolveStatistics,
  SolveStatus,
  StageTranscript,
} from '@yudai/contract';
import type { Audit } from '#features/audit/index.ts';
import type { Solvable } from '#features/issues/index.ts';
import { AppError, notFound } from '#kernel/app-error.ts';
import type { Context } from '#kernel/context.ts';
import { decodeCursor, encodeCursor } from '#kernel/cursor.ts';
import type { Jobs } from '#platform/jobs/index.ts';
import { type OfProject, type OfSolve, type Page, type SolveAccess, type SolverDeps, tellHead } from './access.ts';
import { toHeads } from './present.ts';
import { toEvidences } from './present-evidence.ts';
import { toStatistics } from './present-statistics.ts';
import { evidenceAfter } from './record-store.ts';
import { requireEnded } from './start-solve.ts';
import { deleteSolve, lockSolve, openSolves, solvesAfter, tallyOf, totalsOf, transcriptsOf } from './store.ts';
import type { Trees } from './trees.ts';

export interface ServiceDeps extends SolverDeps {
  readonly jobs: Pick<Jobs, 'some' | 'list' | 'cancel'>;
  readonly audit: Pick<Audit, 'record'>;
  readonly issues: Pick<Solvable, 'ofSession'>;
  readonly trees: Pick<Trees, 'forget'>;
}

export interface ListSolves extends OfProject {
  readonly cursor?: string | undefined;
  readonly limit: number;
  readonly issueId?: Id<'issue'> | undefined;
  readonly sessionId?: Id<'session'> | undefined;
  readonly status?: SolveStatus | undefined;
  readonly outcome?: SolveOutcome | undefined;
}

/** Solves as people look at them, stop them and clear them away. */
export function createSolvesService(deps: ServiceDeps, access: SolveAccess) {
  const { database, projects, jobs, audit } = deps;

  /** The jobs of the project that solve and are in this state. */
  async function jobsIn(ctx: Context, projectId: Id<'project'>, status: Job['status']): Promise<Id<'job'>[]> {
    const ids: Id<'job'>[] = [];
    let cursor: string | undefined;
    do {
      const page = await jobs.list(ctx, { projectId, kind: 'solver.solve', status, limit: 100, cursor });
      ids.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    return ids;
  }

  return {
    async list(ctx: Context, input: ListSolves): Promise<Page<SolveHead>> {
      const { projectId, cursor, limit, issueId, sessionId, status, outcome } = input;
      await projects.require(ctx, projectId, 'solver.read');
      const after = cursor === undefined ? null : String(decodeCursor(cursor, 1)[0]);
      const jobIds = status === undefined || status === 'finished' ? undefined : await jobsIn(ctx, projectId, status);
      const finished = status === undefined ? undefined : status === 'finished';
      return database.asUser(ctx.actor.userId, async (db) => {
        const ofSession = sessionId === undefined ? null : await deps.issues.ofSession(db, projectId, sessionId);
        const wanted = issueId === undefined ? ofSession : (ofSession ?? [issueId]).filter((id) => id === issueId);
        const filter = { projectId, outcome, jobIds, finished, ...(wanted === null ? {} : { issueIds: wanted }) };
        const rows = await solvesAfter(db, filter, after, limit + 1);
        const page = rows.slice(0, limit);
        const last = page.at(-1);
        const isMore = rows.length > limit && last !== undefined;
        return { items: await toHeads(db, jobs, page), nextCursor: isMore ? encodeCursor([last.id]) : null };
      });
    },

    async statistics(ctx: Context, { projectId }: OfProject): Promise<SolveStatistics> {
      await projects.require(ctx, projectId, 'solver.read');
      return database.asUser(ctx.actor.userId, async (db) => {
        const open = await openSolves(db, { projectId });
        const known = await jobs.some(
          db,
          open.flatMap(({ jobId }) => (jobId === null ? [] : [jobId])),
        );
        const states = [...known.values()].map(({ status }) => status);
        return toStatistics(await tallyOf(db, projectId), await totalsOf(db, projectId), {
          running: states.filter((status) => status !== 'queued').length,
          queued: states.filter((status) => status === 'queued').length,
        });
      });
    },

    async get(ctx: Context, input: OfSolve): Promise<Solve> {
      return access.present(ctx, (await access.requireSolve(ctx, input, 'solver.read')).row);
    },

    async transcripts(
      ctx: Context,
      { key, ...input }: OfSolve & { readonly key?: string | undefined },
    ): Promise<{ stages: StageTranscript[]; live: number }> {
      const { row } = await access.requireSolve(ctx, input, 'solver.read');
      const stages = await database.asUser(ctx.actor.userId, (db) => transcriptsOf(db, row.id, key));
      return { stages, live: row.streamSeq };
    },

    async evidence(
      ctx: Context,
      { cursor, limit, ...input }: OfSolve & { readonly cursor?: string | undefined; readonly limit: number },
    ): Promise<Page<SolveEvidence>> {
      const { row } = await access.requireSolve(ctx, input, 'solver.read');
      const after = cursor === undefined ? 0 : numberOf(cursor);
      const rows = await database.asUser(ctx.actor.userId, (db) => evidenceAfter(db, row.id, after, limit + 1));
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      return {
        items: await toEvidences(page.map(({ record }) => record)),
        nextCursor: rows.length > limit && last !== undefined ? encodeCursor([last.number]) : null,
      };
    },

    /** Ends it with everything that it runs. One's own, or who manages jobs that of others. Throws `conflict` when it has ended. */
    async cancel(ctx: Context, input: OfSolve): Promise<Solve> {
      const { row } = await access.requireSolve(ctx, input, 'solver.run');
      if (row.ownerId !== ctx.actor.userId) await projects.require(ctx, row.projectId, 'jobs.manage');
      if (row.status === 'finished' || row.jobId === null) {
        throw new AppError('conflict', 'This solve has ended already, so it cannot be cancelled.');
      }
      const target = { kind: 'solve', id: row.id };
      await jobs.cancel(ctx, row.jobId, (db, { id: jobId }) =>
        audit.record(db, ctx, {
          action: 'solve.cancelled',
          target,
          projectId: row.projectId,
          details: { jobId, issueId: row.issueId },
        }),
      );
      return access.present(ctx, (await access.requireSolve(ctx, input, 'solver.read')).row);
    },

    /** Deletes a solve that has ended, with all that it has written down. What is on GitHub stays there. */
    async remove(ctx: Context, { projectId, id }: OfSolve): Promise<{ id: Id<'solve'> }> {
      const { row: seen } = await access.requireSolve(ctx, { projectId, id }, 'solver.run');
      if (seen.ownerId !== ctx.actor.userId) await projects.require(ctx, projectId, 'jobs.manage');
      await database.asUser(ctx.actor.userId, async (db) => {
        const row = await lockSolve(db, projectId, id);
        if (row === undefined) throw notFound('solve');
        requireEnded(row);
        await tellHead(deps, db, row, 'removed');
        if (!(await deleteSolve(db, id))) throw notFound('solve');
        await deps.live.remove(db, [`solve:${id}`]);
        const target = { kind: 'solve', id };
        const details = { issueId: row.issueId, outcome: row.outcome };
        await audit.record(db, ctx, { action: 'solve.deleted', target, projectId, details });
      });
      await deps.trees.forget(projectId, id);
      return { id };
    },
  };
}

function numberOf(cursor: string): number {
  const value = Number(decodeCursor(cursor, 1)[0]);
  if (Number.isInteger(value) && Math.abs(value) <= 2 ** 31 - 1) return value;
  throw new AppError('bad_request', 'This cursor is not valid. Ask for the list from its start again.');
}
