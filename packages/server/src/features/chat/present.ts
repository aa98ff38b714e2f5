import type { ChatMessage, ChatSession, Id, Person } from '@yudai/contract';
import type { Db } from '#platform/db/index.ts';
import { type MessageRow, siblingsOf } from './message-store.ts';
import { peopleOf, type SessionRow } from './store.ts';

export function toSession(row: SessionRow): ChatSession {
  const { id, projectId, ownerId, title, ref, pinned, archived, forkedFrom, headId, messageCount, activeJobId } = row;
  return {
    id,
    projectId,
    ownerId,
    title,
    ref,
    visibility: row.sharedWith === null ? 'private' : 'project',
    pinned,
    archived,
    forkedFrom,
    headId,
    messageCount,
    activeJobId,
    createdAt: row.createdAt.toISOString(),
    lastActivityAt: row.lastActivityAt.toISOString(),
  };
}

/** Messages as people see them: with who wrote them, and the branches beside each. */
export async function toMessages(
  db: Db,
  sessionId: Id<'session'>,
  rows: readonly MessageRow[],
): Promise<ChatMessage[]> {
  const people = await peopleOf(
    db,
    rows.flatMap(({ authorId }) => authorId ?? []),
  );
  const siblings = await siblingsOf(db, sessionId, [...new Set(rows.map(({ parentId }) => parentId))]);
  return rows.map((row) => toMessage(row, people, siblings.get(row.parentId) ?? []));
}

function toMessage(
  row: MessageRow,
  people: ReadonlyMap<Id<'user'>, Person>,
  siblings: readonly Id<'message'>[],
): ChatMessage {
  const { id, sessionId, parentId, role, status, parts, citations, context, model, durationMs, error, jobId } = row;
  return {
    id,
    sessionId,
    parentId,
    role,
    author: row.authorId === null ? null : (people.get(row.authorId) ?? null),
    status,
    parts,
    citations,
    context,
    model,
    usage:
      row.inputTokens === null
        ? null
        : {
            inputTokens: row.inputTokens,
            cachedTokens: row.cachedTokens ?? 0,
            outputTokens: row.outputTokens ?? 0,
            costMicros: row.costMicros,
          },
    durationMs,
    error,
    jobId,
    siblings: siblings.includes(id) ? [...siblings] : [id],
    createdAt: row.createdAt.toISOString(),
  };
}
