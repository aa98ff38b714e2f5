import { and, asc, eq, gt, max, sql } from 'drizzle-orm';
import type { Id, SolveFile } from '@yudai/contract';
import type { Evidence } from '@yudai/engine/verify';
import { z } from 'zod';
import type { Db } from '#platform/db/index.ts';
import { solveChanges, solveEvidence } from './schema.ts';
import { storable } from './storable.ts';

export type EvidenceRow = { readonly number: number; readonly record: Evidence };
export type ChangeRow = typeof solveChanges.$inferSelect;

/** Writes records down, each once. Returns those that were not known. The caller holds the solve's row, so that numbers are given in order. */
export async function insertEvidence(
  db: Db,
  of: { readonly solveId: Id<'solve'>; readonly projectId: Id<'project'> },
  records: readonly Evidence[],
): Promise<Evidence[]> {
  const [last] = await db
    .select({ number: max(solveEvidence.number) })
    .from(solveEvidence)
    .where(eq(solveEvidence.solveId, of.solveId));
  let number = last?.number ?? 0;
  const fresh: Evidence[] = [];
  for (const record of records) {
    const { solveId, projectId } = of;
    const row = { solveId, projectId, id: record.id, number: number + 1, record: storable({ ...record }) };
    const inserted = await db
      .insert(solveEvidence)
      .values(row)
      .onConflictDoNothing()
      .returning({ id: solveEvidence.id });
    if (inserted.length === 0) continue;
    number += 1;
    fresh.push(record);
  }
  return fresh;
}

/** In the order of writing, after this number. */
export async function evidenceAfter(
  db: Db,
  id: Id<'solve'>,
  after: number,
  limit: number | null,
): Promise<EvidenceRow[]> {
  const query = db
    .select({ number: solveEvidence.number, record: solveEvidence.record })
    .from(solveEvidence)
    .where(and(eq(solveEvidence.solveId, id), gt(solveEvidence.number, after)))
    .orderBy(asc(solveEvidence.number));
  const rows = await (limit === null ? query : query.limit(limit));
  return rows.map(({ number, record }) => ({ number, record: toEvidence(record) }));
}

const dated = z.looseObject({ at: z.coerce.date() });

/** Rows come from `insertEvidence` alone, which takes nothing else; JSON has only made a text of the time. */
function toEvidence(record: Record<string, unknown>): Evidence {
  return dated.parse(record) as unknown as Evidence;
}

export async function saveChange(db: Db, row: ChangeRow): Promise<void> {
  await db
    .insert(solveChanges)
    .values(row)
    .onConflictDoUpdate({
      target: [solveChanges.solveId, solveChanges.attempt],
      set: { tree: row.tree, patch: row.patch, files: row.files },
    });
}

export async function changesOf(db: Db, id: Id<'solve'>): Promise<ChangeRow[]> {
  return db.select().from(solveChanges).where(eq(solveChanges.solveId, id)).orderBy(asc(solveChanges.attempt));
}

/** The same without the texts. */
export async function changedFilesOf(
  db: Db,
  id: Id<'solve'>,
): Promise<{ attempt: number; tree: string; files: SolveFile[] }[]> {
  return db
    .select({ attempt: solveChanges.attempt, tree: solveChanges.tree, files: solveChanges.files })
    .from(solveChanges)
    .where(eq(solveChanges.solveId, id))
    .orderBy(asc(solveChanges.attempt));
}

/** A solve that goes on from another has its changes too. */
export async function copyChanges(db: Db, from: Id<'solve'>, to: Id<'solve'>): Promise<void> {
  await db.execute(sql`
    insert into solve_changes (solve_id, project_id, attempt, tree, patch, files)
    select ${to}, project_id, attempt, tree, patch, files from solve_changes where solve_id = ${from}`);
}
