import { and, eq, gte, lt, type SQL, sql } from 'drizzle-orm';
import type { Id, ModelUsage } from '@yudai/contract';
import type { Db } from '#platform/db/index.ts';
import { modelCalls } from './schema.ts';

export type NewModelCall = typeof modelCalls.$inferInsert;

export async function insertCall(db: Db, row: NewModelCall): Promise<void> {
  await db.insert(modelCalls).values(row);
}

/** Whose calls are counted: those that one person started, or those of a project. */
export type UsageOf = { readonly ownerId: Id<'user'> } | { readonly projectId: Id<'project'> };

/** Counted by day, role and model; the newest day first, the dearest first within it. */
export async function usageRows(db: Db, of: UsageOf, since: Date): Promise<ModelUsage['rows']> {
  const day = sql<string>`to_char(${modelCalls.at} at time zone 'UTC', 'YYYY-MM-DD')`;
  const whose = 'ownerId' in of ? eq(modelCalls.ownerId, of.ownerId) : eq(modelCalls.projectId, of.projectId);
  const count = (what: SQL) => sql<number>`${what}`.mapWith(Number);
  const total = (column: SQL) => count(sql`coalesce(sum(${column}), 0)`);
  return await db
    .select({
      day,
      role: modelCalls.role,
      model: modelCalls.model,
      calls: count(sql`count(*)`),
      failed: count(sql`count(*) filter (where ${modelCalls.outcome} not in ('answered', 'aborted'))`),
      inputTokens: total(sql`${modelCalls.inputTokens}`),
      cachedTokens: total(sql`${modelCalls.cachedTokens}`),
      outputTokens: total(sql`${modelCalls.outputTokens}`),
      reasoningTokens: total(sql`${modelCalls.reasoningTokens}`),
      costMicros: total(sql`${modelCalls.costMicros}`),
      unpriced: count(sql`count(*) filter (where ${modelCalls.costMicros} is null)`),
    })
    .from(modelCalls)
    .where(and(whose, gte(modelCalls.at, since)))
    .groupBy(sql`1`, modelCalls.role, modelCalls.model)
    .orderBy(sql`1 desc`, sql`10 desc`, modelCalls.model);
}

/** Removes what is older, as the system; returns how many there were. */
export async function removeCallsBefore(db: Db, moment: Date): Promise<number> {
  const { rowCount } = await db.delete(modelCalls).where(lt(modelCalls.at, moment));
  return rowCount ?? 0;
}
