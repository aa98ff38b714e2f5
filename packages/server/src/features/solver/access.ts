import type { Id, Permission, Project, Solve, SolveHead } from '@yudai/contract';
import type { Projects } from '#features/projects/index.ts';
import { notFound } from '#kernel/app-error.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Context } from '#kernel/context.ts';
import type { Database, Db } from '#platform/db/index.ts';
import type { Jobs } from '#platform/jobs/index.ts';
import type { Live } from '#platform/live/index.ts';
import { toHeads, toSolve } from './present.ts';
import { changeSolve, lockSolve, type SolveChange, solveOf, type SolveRow } from './store.ts';

export interface SolverDeps {
  readonly database: Database;
  readonly live: Pick<Live, 'append' | 'open' | 'remove'>;
  readonly clock: Clock;
  readonly projects: Pick<Projects, 'require' | 'gitDirOf'>;
  readonly jobs: Pick<Jobs, 'some'>;
}

export type OfProject = { readonly projectId: Id<'project'> };
export type OfSolve = OfProject & { readonly id: Id<'solve'> };
export type Page<T> = { items: T[]; nextCursor: string | null };

export type SolveAccess = ReturnType<typeof createSolveAccess>;

/** How every use-case comes to a solve: after asking whether the person may, and alone while it changes something. */
export function createSolveAccess(deps: SolverDeps) {
  const { database, projects } = deps;
  return {
    async requireSolve(
      ctx: Context,
      { projectId, id }: OfSolve,
      permission: Permission,
    ): Promise<{ row: SolveRow; project: Project }> {
      const project = await projects.require(ctx, projectId, permission);
      const row = await database.asUser(ctx.actor.userId, (db) => solveOf(db, projectId, id));
      if (row === undefined) throw notFound('solve');
      return { row, project };
    },

    present: (ctx: Context, row: SolveRow): Promise<Solve> =>
      database.asUser(ctx.actor.userId, (db) => toSolve(db, deps.jobs, row)),

    /** Changes a solve while nobody else does, and tells who watches. What changes nothing tells nobody. */
    async change(
      ctx: Context,
      { projectId, id }: OfSolve,
      permission: Permission,
      work: (db: Db, row: SolveRow) => Promise<SolveRow>,
    ): Promise<Solve> {
      await projects.require(ctx, projectId, permission);
      return database.asUser(ctx.actor.userId, async (db) => {
        const row = await lockSolve(db, projectId, id);
        if (row === undefined) throw notFound('solve');
        const changed = await work(db, row);
        return changed === row ? toSolve(db, deps.jobs, row) : tellSolve(deps, db, changed, 'updated');
      });
    },
  };
}

/** Throws `not_found` when the row went, or the person may no longer change it. */
export async function save(db: Db, id: Id<'solve'>, change: SolveChange): Promise<SolveRow> {
  const row = await changeSolve(db, id, change);
  if (row === undefined) throw notFound('solve');
  return row;
}

/** Tells the feeds of the solve and of its project. */
export async function tellSolve(
  deps: Pick<SolverDeps, 'live' | 'jobs'>,
  db: Db,
  row: SolveRow,
  action: 'added' | 'updated',
): Promise<Solve> {
  const solve = await toSolve(db, deps.jobs, row);
  await deps.live.append(db, feedOf(row), `solve:${row.id}`, { type: 'solve', data: { what: 'solve', solve } });
  await tellHead(deps, db, row, action);
  return solve;
}

/** Tells the feed of the project alone. */
export async function tellHead(
  { live, jobs }: Pick<SolverDeps, 'live' | 'jobs'>,
  db: Db,
  row: SolveRow,
  action: 'added' | 'updated' | 'removed',
): Promise<void> {
  const [solve]: SolveHead[] = await toHeads(db, jobs, [row]);
  if (solve === undefined) return;
  await live.append(db, feedOf(row), `project:${row.projectId}`, { type: 'solve_update', data: { action, solve } });
}

/** Whose the feed of a solve is: its owner's, and the project's. */
export function feedOf({ ownerId, projectId }: Pick<SolveRow, 'ownerId' | 'projectId'>) {
  return { ownerId, projectId };
}
