import { and, eq, inArray, sql } from 'drizzle-orm';
import type { Id } from '@yudai/contract';
import type { Db } from '#platform/db/index.ts';
import { type BudgetLevel, exceededOf } from '#platform/jobs/budget.ts';
import { budgets, jobs } from '#platform/jobs/schema.ts';
import { changeJob, jobOf, type JobRow } from '#platform/jobs/store.ts';

/** A level and the row that keeps it: a person, a project, or a job (itself or one that it belongs to). */
export interface ChargedLevel extends BudgetLevel {
  readonly id: string;
}

export interface Use {
  readonly micros: number;
  readonly ms: number;
}

/** Whose budget it is. */
export interface BudgetOf {
  readonly ownerId: Id<'user'>;
  /** Undefined is all jobs of the person. */
  readonly projectId?: Id<'project'>;
}

/** Micro-dollars and milliseconds of running time; null is no limit. */
export interface Budget {
  readonly limitMicros: number | null;
  readonly limitMs: number | null;
}

/** Jobs within jobs, at most; a longer chain is a mistake of the program. */
const deepest = 8;

/**
 * Counts what a job has used at every level, in one transaction and one order (person, project, outermost job first), so that two
 * jobs cannot wait for each other. Returns the levels in that order. Throws `LostJobError` when the run has lost the job.
 */
export async function charge(db: Db, row: JobRow, token: string, use: Use): Promise<ChargedLevel[]> {
  const levels = [await chargeBudget(db, row.ownerId, 'person', row.ownerId, use)];
  if (row.projectId !== null) levels.push(await chargeBudget(db, row.ownerId, 'project', row.projectId, use));
  const chain = await chainOf(db, row);
  for (const id of chain) {
    const changes = {
      costMicros: sql`${jobs.costMicros} + ${use.micros}::bigint`,
      spentMs: sql`${jobs.spentMs} + ${use.ms}::bigint`,
    };
    const charged = await changeJob(db, id, id === row.id ? token : undefined, changes);
    if (charged === undefined && id === row.id) throw new LostJobError();
    if (charged !== undefined) levels.push(levelOfJob(charged));
  }
  return levels;
}

/** Thrown out of the transaction, so that nothing is charged for a run that no longer holds its job. */
export class LostJobError extends Error {}

/** Gives the outermost level that is used up as much room again as it had; none when somebody has done so meanwhile. */
export async function raise(db: Db, row: JobRow): Promise<void> {
  const exceeded = exceededOf(await levelsOf(db, row));
  if (exceeded === undefined) return;
  const { id, name, limitMicros, spentMicros, limitMs, spentMs } = exceeded.level;
  const isMoney = exceeded.limit === 'money';
  const raised = isMoney ? spentMicros + (limitMicros ?? 0) : spentMs + (limitMs ?? 0);
  if (name === 'job') {
    // Ids of levels of jobs are ids of jobs.
    await db
      .update(jobs)
      .set(isMoney ? { budgetMicros: raised } : { budgetMs: raised })
      .where(eq(jobs.id, id as Id<'job'>));
    return;
  }
  await db
    .update(budgets)
    .set(isMoney ? { limitMicros: raised } : { limitMs: raised })
    .where(and(eq(budgets.ownerId, row.ownerId), eq(budgets.scope, name), eq(budgets.scopeId, id)));
}

export async function setBudget(db: Db, { ownerId, projectId }: BudgetOf, budget: Budget): Promise<void> {
  const scope = projectId === undefined ? ('person' as const) : ('project' as const);
  await db
    .insert(budgets)
    .values({ ownerId, scope, scopeId: projectId ?? ownerId, ...budget })
    .onConflictDoUpdate({ target: [budgets.ownerId, budgets.scope, budgets.scopeId], set: { ...budget } });
}

/** What every limited level of a job stands at, outermost first, without charging anything. */
export async function levelsOf(db: Db, row: JobRow): Promise<ChargedLevel[]> {
  const mine = await db
    .select()
    .from(budgets)
    .where(
      and(eq(budgets.ownerId, row.ownerId), inArray(budgets.scopeId, [row.ownerId, row.projectId ?? row.ownerId])),
    );
  const levels = mine.map(levelOfBudget).toSorted((a, b) => a.name.localeCompare(b.name));
  for (const id of await chainOf(db, row)) {
    const job = await jobOf(db, id);
    if (job !== undefined) levels.push(levelOfJob(job));
  }
  return levels;
}

/** The job and those it belongs to, outermost first. */
async function chainOf(db: Db, row: JobRow): Promise<Id<'job'>[]> {
  const chain: Id<'job'>[] = [row.id];
  for (let parent = row.parentId; parent !== null && chain.length < deepest;) {
    if (chain.includes(parent)) break;
    const [above] = await db.select({ id: jobs.id, parentId: jobs.parentId }).from(jobs).where(eq(jobs.id, parent));
    if (above === undefined) break;
    chain.unshift(above.id);
    parent = above.parentId;
  }
  return chain;
}

async function chargeBudget(
  db: Db,
  ownerId: Id<'user'>,
  scope: 'person' | 'project',
  scopeId: string,
  use: Use,
): Promise<ChargedLevel> {
  const [row] = await db
    .insert(budgets)
    .values({ ownerId, scope, scopeId, spentMicros: use.micros, spentMs: use.ms })
    .onConflictDoUpdate({
      target: [budgets.ownerId, budgets.scope, budgets.scopeId],
      set: {
        spentMicros: sql`${budgets.spentMicros} + ${use.micros}::bigint`,
        spentMs: sql`${budgets.spentMs} + ${use.ms}::bigint`,
      },
    })
    .returning();
  if (row === undefined) throw new Error('A budget was charged without a row.');
  return levelOfBudget(row);
}

function levelOfBudget(row: typeof budgets.$inferSelect): ChargedLevel {
  const { scope, scopeId, limitMicros, spentMicros, limitMs, spentMs } = row;
  return { name: scope, id: scopeId, limitMicros, spentMicros, limitMs, spentMs };
}

function levelOfJob(row: JobRow): ChargedLevel {
  const { id, budgetMicros, costMicros, budgetMs, spentMs } = row;
  return { name: 'job', id, limitMicros: budgetMicros, spentMicros: costMicros, limitMs: budgetMs, spentMs };
}
