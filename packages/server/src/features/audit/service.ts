import type { AuditAction, AuditEntry, AuditRecord, AuditVerification, AuditVia, Id } from '@yudai/contract';
import { AppError } from '#kernel/app-error.ts';
import type { Context } from '#kernel/context.ts';
import { decodeCursor, encodeCursor } from '#kernel/cursor.ts';
import type { Database, Db } from '#platform/db/index.ts';
import { cleanDetails, cleanText } from './details.ts';
import { namesOf } from './names.ts';
import { appendEntry, type AuditRow, entriesBefore, type EntryFilter } from './store.ts';
import { verifyChain } from './verify-chain.ts';

/** What was done. Whatever is secret in `details` is taken out; keep them to what changed, from what to what. */
export interface Deed {
  readonly action: AuditAction;
  /** What it was done to, unless that is the project. */
  readonly target?: { readonly kind: string; readonly id: string } | undefined;
  readonly projectId?: Id<'project'> | null | undefined;
  readonly details?: Readonly<Record<string, unknown>> | undefined;
}

/** Who did it, for what has no context: a sign-in that failed, a webhook. */
export interface Doer {
  readonly actor: { readonly userId?: Id<'user'> | null; readonly name: string; readonly via: AuditVia };
  readonly address?: string | null | undefined;
  readonly requestId?: string | null | undefined;
}

export interface ListEntries extends EntryFilter {
  readonly cursor?: string | undefined;
  readonly limit: number;
}

interface PageOf<T> {
  items: T[];
  nextCursor: string | null;
}

export type AuditService = ReturnType<typeof createAuditService>;

export function createAuditService(deps: { readonly database: Database }) {
  const { database } = deps;

  async function pageOf(db: Db, input: ListEntries): Promise<PageOf<AuditRow>> {
    const { cursor, limit, ...filter } = input;
    const before = cursor === undefined ? null : seqOf(cursor);
    const rows = await entriesBefore(db, { ...filter, before, limit: limit + 1 });
    const items = rows.slice(0, limit);
    const last = items.at(-1);
    return { items, nextCursor: rows.length > limit && last !== undefined ? encodeCursor([last.seq]) : null };
  }

  return {
    /**
     * Writes down what the caller of `ctx` did, in the transaction that does it: both happen or neither. Call it last in there: it
     * makes everybody else's entries wait until the transaction ends.
     */
    record: (db: Db, ctx: Context, deed: Deed): Promise<void> =>
      append(db, { actor: ctx.actor, address: ctx.address, requestId: ctx.requestId }, deed),

    /** The same for what has no context, in a transaction of the system or of that person. */
    recordAs: (db: Db, doer: Doer, deed: Deed): Promise<void> => append(db, doer, deed),

    /** What this person may know of, newest first: what they did, what happened in projects that they administer; all, for administrators. */
    list: (ctx: Context, input: ListEntries): Promise<PageOf<AuditEntry>> =>
      database.asUser(ctx.actor.userId, async (db) => {
        const { items, nextCursor } = await pageOf(db, input);
        const nameOf = await namesOf(db, items);
        return { items: items.map((row) => ({ ...toWritten(row), names: nameOf(row) })), nextCursor };
      }),

    /** The same with hashes and hashed texts. Who took what away is written down with each page. */
    async export(ctx: Context, input: ListEntries): Promise<PageOf<AuditRecord>> {
      const { items, nextCursor } = await database.asUser(ctx.actor.userId, (db) => pageOf(db, input));
      const { cursor: _cursor, limit: _limit, ...filter } = input;
      const details = { ...filter, entries: items.length, newestSeq: items[0]?.seq ?? null };
      await database.asUser(ctx.actor.userId, (db) =>
        append(db, ctx, { action: 'audit.exported', projectId: input.projectId, details }),
      );
      return { items: items.map(toRecord), nextCursor };
    },

    /** Whether the log is as it was written. Throws `forbidden` for who is no administrator. */
    async verify(
      ctx: Context,
      input: { readonly anchor?: { readonly seq: number; readonly hash: string } | undefined },
    ): Promise<AuditVerification> {
      if (ctx.actor.administrator !== true) {
        throw new AppError('forbidden', 'Only an administrator may verify the audit log.');
      }
      const verification = await verifyChain(database, { anchor: input.anchor, signal: ctx.signal });
      const { valid, count, brokenSeq, reason } = verification;
      await database.asUser(ctx.actor.userId, (db) =>
        append(db, ctx, { action: 'audit.verified', details: { valid, count, brokenSeq, reason } }),
      );
      return verification;
    },
  };
}

async function append(db: Db, doer: Doer, deed: Deed): Promise<void> {
  await appendEntry(db, {
    actorId: doer.actor.userId ?? null,
    actorName: cleanText(doer.actor.name),
    via: doer.actor.via,
    action: deed.action,
    targetKind: deed.target?.kind ?? null,
    targetId: deed.target === undefined ? null : cleanText(deed.target.id),
    projectId: deed.projectId ?? null,
    address: doer.address ?? null,
    requestId: doer.requestId ?? null,
    details: cleanDetails(deed.details ?? {}),
  });
}

function seqOf(cursor: string): number {
  const [seq] = decodeCursor(cursor, 1);
  return Number.isSafeInteger(seq) ? Number(seq) : 0;
}

function toWritten(row: AuditRow): Omit<AuditEntry, 'names'> {
  return {
    seq: row.seq,
    at: row.at.toISOString(),
    actor: { id: row.actorId, name: row.actorName, via: row.via },
    action: row.action,
    target: row.targetKind === null || row.targetId === null ? null : { kind: row.targetKind, id: row.targetId },
    projectId: row.projectId,
    address: row.address,
    requestId: row.requestId,
    details: row.details,
  };
}

function toRecord(row: AuditRow): AuditRecord {
  return { ...toWritten(row), previousHash: row.previousHash, body: row.body, hash: row.hash };
}
