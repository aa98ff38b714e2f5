import { eq, sql } from 'drizzle-orm';
import type { Id } from '@yudai/contract';
import type { Db } from '#platform/db/index.ts';
import { type BudgetLevel, exceededOf } from '#platform/jobs/budget.ts';
import { budgets, jobs, projectBudgets } from '#platform/jobs/schema.ts';
import { changeJob, jobOf, type JobRow } from '#platform/jobs/store.ts';

/** A level and the row that keeps it: a person, a project, or a job (itself or one that it belongs to). */
export interface ChargedLevel extends BudgetLevel {
  readonly id: string;
}

export interface Use {
  readonly micros: number;
  readonly ms: number;
}

/** Whose budget it is: of all jobs of a person, or of all jobs of a project, whoever started them. */
export type BudgetOf = { readonly ownerId: Id<'user'> } | { readonly projectId: Id<'project'> };

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
  const levels = [await chargePerson(db, row.ownerId, use)];
  if (row.projectId !== null) levels.push(await chargeProject(db, row.projectId, use));
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
  const change = isMoney ? { limitMicros: raised } : { limitMs: raised };
  // The id of a level is that of the person, the project or the job that it is of.
  switch (name) {
    case 'person':
      await db.update(budgets).set(change).where(eq(budgets.ownerId, row.ownerId));
      return;
    case 'project':
      await db
        .update(projectBudgets)
        .set(change)
        .where(eq(projectBudgets.projectId, id as Id<'project'>));
      return;
    case 'job':
      await db
        .update(jobs)
        .set(isMoney ? { budgetMicros: raised } : { budgetMs: raised })
        .where(eq(jobs.id, id as Id<'job'>));
  }
}

export async function setBudget(db: Db, of: BudgetOf, budget: Budget): Promise<void> {
  if ('projectId' in of) {
    const row = { projectId: of.projectId, ...budget };
    await db.insert(projectBudgets).values(row).onConflictDoUpdate({ target: projectBudgets.projectId, set: budget });
  } else {
    const row = { ownerId: of.ownerId, ...budget };
    await db.insert(budgets).values(row).onConflictDoUpdate({ target: budgets.ownerId, set: budget });
  }
}

/** The budget of the one who asks, over all their jobs, and those of the projects that they see. */
export async function budgetsOf(db: Db, ownerId: Id<'user'>) {
  const [person] = await db.select().from(budgets).where(eq(budgets.ownerId, ownerId));
  const ofProjects = await db.select().from(projectBudgets).orderBy(projectBudgets.projectId);
  return {
    person: countsOf(person ?? { limitMicros: null, spentMicros: 0, limitMs: null, spentMs: 0 }),
    projects: ofProjects.map((row) => ({ projectId: row.projectId, ...countsOf(row) })),
  };
}

/** What every limited level of a job stands at, outermost first, without charging anything. */
export async function levelsOf(db: Db, row: JobRow): Promise<ChargedLevel[]> {
  const { ownerId, projectId } = row;
  const ofPerson = await db.select().from(budgets).where(eq(budgets.ownerId, ownerId));
  const levels = ofPerson.map((budget) => levelOf('person', ownerId, budget));
  if (projectId !== null) {
    const ofProject = await db.select().from(projectBudgets).where(eq(projectBudgets.projectId, projectId));
    levels.push(...ofProject.map((budget) => levelOf('project', projectId, budget)));
  }
  for (const id of await chainOf(db, row)) {
    const job = await jobOf(db, id);
    if (job !== undefined) levels.push(levelOfJob(job));
  }
  return levels;
}

function countsOf({
  limitMicros,
  spentMicros,
  limitMs,
  spentMs,
}: Omit<BudgetLevel, 'name'>): Omit<BudgetLevel, 'name'> {
  return { limitMicros, spentMicros, limitMs, spentMs };
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

async function chargePerson(db: Db, ownerId: Id<'user'>, use: Use): Promise<ChargedLevel> {
  const [row] = await db
    .insert(budgets)
    .values({ ownerId, spentMicros: use.micros, spentMs: use.ms })
    .onConflictDoUpdate({ target: budgets.ownerId, set: more(budgets, use) })
    .returning();
  if (row === undefined) throw new Error('A budget was charged without a row.');
  return levelOf('person', ownerId, row);
}

async function chargeProject(db: Db, projectId: Id<'project'>, use: Use): Promise<ChargedLevel> {
  const [row] = await db
    .insert(projectBudgets)
    .values({ projectId, spentMicros: use.micros, spentMs: use.ms })
    .onConflictDoUpdate({ target: projectBudgets.projectId, set: more(projectBudgets, use) })
    .returning();
  if (row === undefined) throw new Error('A budget was charged without a row.');
  return levelOf('project', projectId, row);
}

function more(table: typeof budgets | typeof projectBudgets, use: Use) {
  return {
    spentMicros: sql`${table.spentMicros} + ${use.micros}::bigint`,
    spentMs: sql`${table.spentMs} + ${use.ms}::bigint`,
  };
}

function levelOf(name: 'person' | 'project', id: string, row: Omit<BudgetLevel, 'name'>): ChargedLevel {
  const { limitMicros, spentMicros, limitMs, spentMs } = row;
  return { name, id, limitMicros, spentMicros, limitMs, spentMs };
}

function levelOfJob(row: JobRow): ChargedLevel {
  const { id, budgetMicros, costMicros, budgetMs, spentMs } = row;
  return { name: 'job', id, limitMicros: budgetMicros, spentMicros: costMicros, limitMs: budgetMs, spentMs };
}
