import { isDeepStrictEqual } from 'node:util';
import type { Id, Solve, SolvePlan } from '@yudai/contract';
import type { SolveState } from '@yudai/engine/solving';
import { sql } from 'drizzle-orm';
import { inWords } from '#features/projects/index.ts';
import { AppError } from '#kernel/app-error.ts';
import type { Context } from '#kernel/context.ts';
import type { Db } from '#platform/db/index.ts';
import { type OfSolve, save, type SolveAccess, type SolverDeps } from './access.ts';
import { treeOf } from './change-service.ts';
import { changesOf } from './record-store.ts';
import { asText, storable } from './storable.ts';
import {
  type BegunWith,
  type HeardBy,
  insertNote,
  type NoteRow,
  notesOf,
  saveHeard,
  saveTaken,
  type SolveRow,
} from './store.ts';
import type { Trees } from './trees.ts';

/** On it the id of a solve is told in which somebody wants to be heard at once. */
export const interruptChannel = 'yudai_solve_interrupted';

/** Bytes that file systems take as the name of a file. */
const longestName = 255;

export interface SteeringDeps extends SolverDeps {
  readonly trees: Pick<Trees, 'restore' | 'requirePlace' | 'file'>;
}

/** What people say and do while a solve goes on. */
export function createSteering(deps: SteeringDeps, access: SolveAccess) {
  const { clock, database, trees } = deps;

  /** A file that cannot be written would end the solve, and each that goes on from it. */
  async function requirePlace(ctx: Context, input: OfSolve, path: string): Promise<void> {
    requirePath(path);
    const { row } = await access.requireSolve(ctx, input, 'solver.run');
    requireOpen(row);
    await inWords(trees.restore(row, await database.asUser(ctx.actor.userId, (db) => changesOf(db, row.id))));
    const tree = treeOf(row);
    await inWords(trees.requirePlace(row, tree, path));
    const parts = path.split('/');
    for (let length = 1; length < parts.length; length += 1) {
      if ((await inWords(trees.file(row, tree, parts.slice(0, length).join('/')))) !== null) throw noPath();
    }
  }

  return {
    say: (
      ctx: Context,
      { text, mode, ...input }: OfSolve & { readonly text: string; readonly mode: 'steer' | 'interrupt' },
    ): Promise<Solve> =>
      access.change(ctx, input, 'solver.run', async (db, row) => {
        requireOpen(row);
        await insertNote(db, {
          solveId: row.id,
          projectId: row.projectId,
          authorId: ctx.actor.userId,
          body: text,
          interrupts: mode === 'interrupt',
          createdAt: clock.now(),
        });
        if (mode === 'interrupt') await db.execute(sql`select pg_notify(${interruptChannel}, ${row.id})`);
        return row;
      }),

    /** Throws `conflict` once the plan is approved, or when somebody changed it meanwhile. */
    updatePlan: (
      ctx: Context,
      { plan, version, ...input }: OfSolve & { readonly plan: SolvePlan; readonly version: number },
    ): Promise<Solve> =>
      access.change(ctx, input, 'solver.run', async (db, row) => {
        requireOpen(row);
        if (row.state.plan === null) throw new AppError('conflict', 'There is no plan yet.');
        if (row.state.planApproved) throw new AppError('conflict', 'This plan is being worked on already.');
        if (row.planVersion !== version) {
          throw new AppError('conflict', 'This plan was changed meanwhile. Look at it and try again.', {
            details: { version: row.planVersion },
          });
        }
        const begunWith = row.begunWith === null ? null : withEdit(row.begunWith, row.state.plan, plan);
        return save(db, row.id, { state: { ...row.state, plan }, planVersion: version + 1, begunWith });
      }),

    /** A file as a person wants it. It is put there before the next step, and agents leave it alone. */
    takeOver: async (
      ctx: Context,
      { path, text, ...input }: OfSolve & { readonly path: string; readonly text: string | null },
    ): Promise<Solve> => {
      await requirePlace(ctx, input, path);
      return access.change(ctx, input, 'solver.run', async (db, row) => {
        requireOpen(row);
        const content = text === null ? null : asText(text);
        await saveTaken(db, { solveId: row.id, projectId: row.projectId, path, content });
        // It is the same row with something else in its parts: who watches is told.
        return { ...row };
      });
    },
  };
}

/** The engine knows its own plan: by that the one of the person is found again after a crash. */
function withEdit(begunWith: BegunWith, before: SolvePlan, to: SolvePlan): BegunWith {
  const { edited } = begunWith;
  const from = edited !== undefined && isSame(edited.to, before) ? edited.from : before;
  return { ...begunWith, edited: { from, to } };
}

/** What a person has made of a plan, as long as it is the same plan and nobody has approved it. */
export function editedPlan({ begunWith }: SolveRow, { plan, planApproved }: SolveState): SolvePlan | null {
  const edited = begunWith?.edited;
  if (plan === null || planApproved || edited === undefined || !isSame(edited.from, plan)) return plan;
  return edited.to;
}

/** Whether it is the same once it was stored: JSON of the database gives fields in an order of its own. */
export function isSame(one: unknown, other: unknown): boolean {
  return isDeepStrictEqual(storable(one), storable(other));
}

/** What people said that this call has to be told, in the order they said it; also again, when it is asked a second time. */
export async function hear(db: Db, id: Id<'solve'>, by: HeardBy): Promise<string[]> {
  const notes = (await notesOf(db, id)).filter((note) => isFor(note, by));
  for (const note of notes) {
    const before = note.heardBy ?? [];
    if (before.every(({ key }) => key !== by.key)) await saveHeard(db, note, [...before, by]);
  }
  return notes.map(({ body }) => body);
}

/** Nobody has heard it, or only those who work beside this one. */
function isFor({ heardBy }: NoteRow, by: HeardBy): boolean {
  const own = heardBy?.find(({ key }) => key === by.key);
  if (own !== undefined) return own.number === by.number;
  return (heardBy ?? []).every(({ key }) => isBeside(key, by.key));
}

/** `coder.1.1` and `coder.2.1` work side by side. */
function isBeside(one: string, other: string): boolean {
  const [a, b] = [one.split('.'), other.split('.')];
  return a[0] === 'coder' && b[0] === 'coder' && a[1] !== b[1];
}

function requireOpen({ status }: SolveRow): void {
  if (status !== 'finished') return;
  throw new AppError('conflict', 'This solve has ended. Go on from it instead.');
}

function requirePath(path: string): void {
  const parts = path.split('/');
  const isOdd = parts.some((part) => part === '' || part === '.' || part === '..' || part.toLowerCase() === '.git');
  const isTooLong = parts.some((part) => Buffer.byteLength(part) > longestName);
  if (!isOdd && !isTooLong && !path.includes('\0') && !path.includes('\\')) return;
  throw noPath();
}

function noPath(): AppError {
  return new AppError('invalid_input', 'This is no path of a file within the repository.', {
    details: { fields: { path: 'Write it from the root of the repository, such as src/queue.ts.' } },
  });
}
