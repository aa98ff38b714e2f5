import { createHash } from 'node:crypto';
import type { AuditVerification } from '@yudai/contract';
import { isDeepStrictEqual } from 'node:util';
import type { Database } from '#platform/db/index.ts';
import { type AuditRow, entriesAfter, foreignSeq, headOf } from './store.ts';

/** What stands before the first entry. */
export const genesis = '0'.repeat(64);

interface Head {
  readonly seq: number;
  readonly hash: string;
}

type Broken = { readonly seq: number; readonly reason: NonNullable<AuditVerification['reason']> };

/**
 * Walks the whole chain, in pages and without holding anybody up, and says where it first breaks. With an `anchor` (the head of an
 * earlier verification, kept elsewhere) it also finds that somebody has written everything anew, hashes included.
 */
export async function verifyChain(
  database: Pick<Database, 'asSystem'>,
  options: { readonly anchor?: Head | undefined; readonly signal: AbortSignal; readonly pageSize?: number },
): Promise<AuditVerification> {
  const { anchor, signal, pageSize = 1000 } = options;
  const { head, foreign } = await database.asSystem(async (db) => ({
    head: (await headOf(db)) ?? { seq: 0, hash: genesis },
    foreign: await foreignSeq(db),
  }));
  const told = (count: number, broken: Broken | null): AuditVerification => ({
    valid: broken === null,
    count,
    brokenSeq: broken?.seq ?? null,
    reason: broken?.reason ?? null,
    head,
  });

  let last: Head = { seq: 0, hash: genesis };
  let count = 0;
  while (last.seq < head.seq) {
    signal.throwIfAborted();
    const { seq } = last;
    const rows = await database.asSystem((db) => entriesAfter(db, seq, head.seq, pageSize));
    if (rows.length === 0) return told(count, { seq: seq + 1, reason: 'cut' });
    for (const row of rows) {
      const broken = faultOf(row, last, anchor);
      if (broken !== null) return told(count, broken);
      last = row;
      count += 1;
    }
  }
  if (last.hash !== head.hash) return told(count, { seq: last.seq, reason: 'changed' });
  if (foreign !== null) return told(count, { seq: foreign, reason: 'unknown' });
  if (anchor !== undefined && anchor.seq > head.seq) return told(count, { seq: head.seq + 1, reason: 'cut' });
  return told(count, null);
}

/** What is wrong with a row, given the one before it. */
function faultOf(row: AuditRow, previous: Head, anchor: Head | undefined): Broken | null {
  const expected = previous.seq + 1;
  if (row.seq !== expected) return { seq: expected, reason: 'missing' };
  const isLinked = row.previousHash === previous.hash && row.hash === hashOf(row);
  if (!isLinked || !saysTheSame(row)) return { seq: row.seq, reason: 'changed' };
  if (row.seq === anchor?.seq && row.hash !== anchor.hash) return { seq: row.seq, reason: 'anchor' };
  return null;
}

function hashOf(row: Pick<AuditRow, 'previousHash' | 'body'>): string {
  return createHash('sha256').update(row.previousHash).update(row.body).digest('hex');
}

/** The columns are what is read and searched; the text is what is hashed. */
function saysTheSame(row: AuditRow): boolean {
  const { body, previousHash: _previousHash, hash: _hash, at, ...columns } = row;
  try {
    return isDeepStrictEqual(JSON.parse(body), { ...columns, at: at.toISOString() });
  } catch {
    // A body that is no JSON was not written by us.
    return false;
  }
}
