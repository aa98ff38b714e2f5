import { and, asc, desc, eq, gt, gte, lt, lte, type SQL, sql } from 'drizzle-orm';
import type { AuditAction, AuditVia, Id } from '@yudai/contract';
import type { Db } from '#platform/db/index.ts';
import { auditEntries, auditHead } from './schema.ts';

export type AuditRow = typeof auditEntries.$inferSelect;

/** What is to be written down; number, time and hashes come from the database. */
export interface NewEntry {
  readonly actorId: Id<'user'> | null;
  readonly actorName: string;
  readonly via: AuditVia;
  readonly action: AuditAction;
  readonly targetKind: string | null;
  readonly targetId: string | null;
  readonly projectId: string | null;
  readonly address: string | null;
  readonly requestId: string | null;
  readonly details: Readonly<Record<string, unknown>>;
}

export interface EntryFilter {
  readonly action?: AuditAction | undefined;
  readonly actorId?: Id<'user'> | undefined;
  readonly projectId?: Id<'project'> | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** Appends one entry to the chain, in the transaction of `db`. */
export async function appendEntry(db: Db, entry: NewEntry): Promise<void> {
  await db.execute(sql`select yudai_audit(${JSON.stringify(entry)}::jsonb)`);
}

/** The entries that this transaction may see, newest first. */
export function entriesBefore(
  db: Db,
  filter: EntryFilter & { readonly before: number | null; readonly limit: number },
): Promise<AuditRow[]> {
  const { action, actorId, projectId, from, to, before, limit } = filter;
  return db
    .select()
    .from(auditEntries)
    .where(
      and(
        given(action, (it) => eq(auditEntries.action, it)),
        given(actorId, (it) => eq(auditEntries.actorId, it)),
        given(projectId, (it) => eq(auditEntries.projectId, it)),
        given(from, (it) => gte(auditEntries.at, new Date(it))),
        given(to, (it) => lt(auditEntries.at, new Date(it))),
        given(before ?? undefined, (it) => lt(auditEntries.seq, it)),
      ),
    )
    .orderBy(desc(auditEntries.seq))
    .limit(limit);
}

/** What these projects were last called, of those whose names stand in entries that this transaction may see. */
export async function projectNames(db: Db, ids: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await db.execute<NameRow>(sql`
    select distinct on (project_id) project_id as id, coalesce(details ->> 'to', details ->> 'name') as name
    from audit_entries
    where action in ('project.connected', 'project.renamed', 'project.deleted')
      and project_id = any(${sql.param(ids)}::text[])
    order by project_id, seq desc`);
  return toNames(rows);
}

/** The same for people, by what they did last. Signing in is written down under the name of the account there, not their own. */
export async function personNames(db: Db, ids: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await db.execute<NameRow>(sql`
    select wanted.id, coalesce(
      (select actor_name from audit_entries where actor_id = wanted.id and action <> 'sign_in.succeeded' order by seq desc limit 1),
      (select actor_name from audit_entries where actor_id = wanted.id order by seq desc limit 1)
    ) as name
    from unnest(${sql.param(ids)}::text[]) as wanted (id)`);
  return toNames(rows);
}

type NameRow = { readonly id: string; readonly name: string | null };

function toNames(rows: readonly NameRow[]): Map<string, string> {
  return new Map(rows.flatMap(({ id, name }) => (name === null ? [] : [[id, name]])));
}

/** The next entries of the chain after a number and up to another, oldest first. */
export function entriesAfter(db: Db, after: number, upTo: number, limit: number): Promise<AuditRow[]> {
  return db
    .select()
    .from(auditEntries)
    .where(and(gt(auditEntries.seq, after), lte(auditEntries.seq, upTo)))
    .orderBy(asc(auditEntries.seq))
    .limit(limit);
}

/** A number that the chain does not have: the first one after its end, or before its beginning. */
export async function foreignSeq(db: Db): Promise<number | null> {
  const head = db.select({ seq: auditHead.seq }).from(auditHead);
  const [row] = await db
    .select({ seq: auditEntries.seq })
    .from(auditEntries)
    .where(sql`${auditEntries.seq} > (${head}) or ${auditEntries.seq} < 1`)
    .orderBy(asc(auditEntries.seq))
    .limit(1);
  return row?.seq ?? null;
}

/** The end of the chain; undefined when somebody has removed it. */
export async function headOf(db: Db): Promise<{ seq: number; hash: string } | undefined> {
  const [row] = await db.select({ seq: auditHead.seq, hash: auditHead.hash }).from(auditHead);
  return row;
}

function given<T>(value: T | undefined, condition: (value: T) => SQL): SQL | undefined {
  return value === undefined ? undefined : condition(value);
}
