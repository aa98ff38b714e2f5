import type { AgentStage, Solve, SolveAttempt, SolveDiff } from '@yudai/contract';
import type { Solvable } from '#features/issues/index.ts';
import { inWords } from '#features/projects/index.ts';
import { AppError } from '#kernel/app-error.ts';
import type { Context } from '#kernel/context.ts';
import type { Db } from '#platform/db/index.ts';
import { type OfSolve, save, type SolveAccess, type SolverDeps } from './access.ts';
import { asJson, asTrajectory, type Export } from './export.ts';
import { toEvidences } from './present-evidence.ts';
import { changesOf, changedFilesOf, evidenceAfter } from './record-store.ts';
import { requireEnded } from './start-solve.ts';
import { openSolves, type SolveChange, type SolveRow, transcriptsOf } from './store.ts';
import { testsIn, toDiff, toText, treesIn, type Trees } from './trees.ts';

export interface ChangeServiceDeps extends SolverDeps {
  readonly trees: Trees;
  readonly issues: Pick<Solvable, 'mark'>;
}

/** What a solve has changed, computed from trees of git and never from what an agent says that it did. */
export function createChangeService(deps: ChangeServiceDeps, access: SolveAccess) {
  const { database, trees } = deps;

  /** The solve, with everything that it has made in this node's git directory. */
  async function opened(ctx: Context, input: OfSolve): Promise<SolveRow> {
    const { row } = await access.requireSolve(ctx, input, 'solver.read');
    const changes = await database.asUser(ctx.actor.userId, (db) => changesOf(db, row.id));
    await inWords(trees.restore(row, changes));
    return row;
  }

  async function wholePatch(row: SolveRow, ctx: Context): Promise<string> {
    return inWords(trees.patch(row, treeOf(row), ctx.signal));
  }

  return {
    async diff(
      ctx: Context,
      {
        attempt,
        stage,
        ...input
      }: OfSolve & { readonly attempt?: string | undefined; readonly stage?: AgentStage | undefined },
    ): Promise<SolveDiff> {
      const row = await opened(ctx, input);
      const [from, to] = endsOf(row, attempt === undefined ? undefined : Number(attempt), stage);
      return toDiff(await inWords(trees.diff(row, from, to, ctx.signal)));
    },

    async file(ctx: Context, { path, ...input }: OfSolve & { readonly path: string }) {
      const row = await opened(ctx, input);
      const content = await inWords(trees.file(row, treeOf(row), path)).catch((error: unknown) => {
        if (error instanceof AppError && error.code === 'payload_too_large') return null;
        throw error;
      });
      return { path, text: toText(content) };
    },

    async patch(ctx: Context, input: OfSolve): Promise<{ name: string; text: string }> {
      const row = await opened(ctx, input);
      return { name: `${row.id}.patch`, text: await wholePatch(row, ctx) };
    },

    async export(
      ctx: Context,
      { format, ...input }: OfSolve & { readonly format: 'json' | 'traj' },
    ): Promise<{ name: string; text: string }> {
      const row = await opened(ctx, input);
      const solve = await access.present(ctx, row);
      const { transcripts, evidence } = await database.asUser(ctx.actor.userId, async (db) => ({
        transcripts: await transcriptsOf(db, row.id),
        evidence: await toEvidences((await evidenceAfter(db, row.id, 0, null)).map(({ record }) => record)),
      }));
      const whole: Export = { solve, transcripts, evidence, patch: await wholePatch(row, ctx) };
      return format === 'traj'
        ? { name: `${row.id}.traj`, text: asTrajectory(whole) }
        : { name: `${row.id}.json`, text: asJson(whole) };
    },

    /** Another attempt counts from now on; how the solve ended is what came of that one. */
    choose: (ctx: Context, { attempt, ...input }: OfSolve & { readonly attempt: number }): Promise<Solve> =>
      access.change(ctx, input, 'solver.run', async (db, row) => {
        requireEnded(row);
        if (row.pullRequest !== null) {
          throw new AppError('conflict', 'This solve is in a pull request already. Go on from it instead.');
        }
        const wanted = row.state.attempts.find((one) => one.attempt === attempt);
        if (wanted === undefined) throw new AppError('conflict', `This solve has no attempt ${attempt}.`);
        const { result } = wanted;
        if (result === null) throw new AppError('conflict', 'This attempt has not been verified, so it cannot count.');
        if (row.chosen === attempt) return row;
        const { outcome, reason } = result;
        const changed = await save(db, row.id, {
          ...(await choice(db, row, attempt)),
          ...(outcome === null ? {} : { outcome, reason }),
        });
        // Where another solve of it goes on, the issue says what comes of that one.
        if (
          outcome !== null &&
          outcome !== row.outcome &&
          (await openSolves(db, { issueId: row.issueId })).length === 0
        ) {
          await deps.issues.mark(db, row.projectId, row.issueId, outcome === 'solved' ? 'solved' : 'rejected');
        }
        return changed;
      }),
  };
}

/** What the row says of the attempt that counts. */
export async function choice(
  db: Db,
  { id, state }: Pick<SolveRow, 'id' | 'state'>,
  attempt: number,
): Promise<SolveChange> {
  const tree = treesIn(state).find((one) => one.attempt === attempt)?.tree;
  // By its tree: what an earlier go of the stage has made, or another attempt of the solve that this one goes on from, may be there too.
  const changed = (await changedFilesOf(db, id)).find((one) => one.tree === tree)?.files ?? [];
  const result: SolveAttempt | null = state.attempts.find((one) => one.attempt === attempt)?.result ?? null;
  return { chosen: attempt, changed, ...sumOf(changed), tests: result?.tests?.after ?? null };
}

export function sumOf(files: readonly { readonly additions: number; readonly deletions: number }[]) {
  return {
    additions: files.reduce((sum, { additions }) => sum + additions, 0),
    deletions: files.reduce((sum, { deletions }) => sum + deletions, 0),
  };
}

/** The files as the solve has them now: of the attempt that counts, of the first, of the tester, or as they were. */
export function treeOf(row: Pick<SolveRow, 'state' | 'base' | 'chosen'>, attempt = row.chosen ?? undefined): string {
  const { attempts } = row.state;
  const found = attempt === undefined ? attempts[0] : attempts.find((one) => one.attempt === attempt);
  return found?.tree ?? testsIn(row.state) ?? row.base.tree;
}

function endsOf(row: SolveRow, attempt: number | undefined, stage: AgentStage | undefined): [string, string] {
  const { tree } = row.base;
  if (attempt !== undefined && treesIn(row.state).every((one) => one.attempt !== attempt)) return [tree, tree];
  const tests = testsIn(row.state) ?? tree;
  switch (stage) {
    case undefined:
      return [tree, treeOf(row, attempt)];
    case 'architect':
      return [tree, tree];
    case 'tester':
      return [tree, tests];
    case 'coder':
      return [tests, treeOf(row, attempt)];
  }
}
