import { and, asc, desc, eq, gt, inArray, isNull, lt, sql } from 'drizzle-orm';
import type { ChatStatistics, Id, Person } from '@yudai/contract';
import type { Db } from '#platform/db/index.ts';
import { chatAttachments, chatPresence, chatSessions, chatSummaries, sessionCards } from './schema.ts';

export type SessionRow = typeof chatSessions.$inferSelect;
export type AttachmentRow = typeof chatAttachments.$inferSelect;

export async function insertSession(db: Db, row: typeof chatSessions.$inferInsert): Promise<SessionRow> {
  const [inserted] = await db.insert(chatSessions).values(row).returning();
  if (inserted === undefined) throw new Error('A session was not stored.');
  return inserted;
}

export async function sessionOf(db: Db, id: Id<'session'>): Promise<SessionRow | undefined> {
  const [row] = await db.select().from(chatSessions).where(eq(chatSessions.id, id));
  return row;
}

/** Also keeps everybody else from changing the conversation until the transaction ends: turns begin and end one at a time. */
export async function lockSession(db: Db, id: Id<'session'>): Promise<SessionRow | undefined> {
  const [row] = await db.select().from(chatSessions).where(eq(chatSessions.id, id)).for('update');
  return row;
}

export async function changeSession(
  db: Db,
  id: Id<'session'>,
  change: Partial<typeof chatSessions.$inferInsert>,
): Promise<SessionRow> {
  const [row] = await db.update(chatSessions).set(change).where(eq(chatSessions.id, id)).returning();
  if (row === undefined) throw new Error(`The session ${id} is gone.`);
  return row;
}

export async function deleteSession(db: Db, id: Id<'session'>): Promise<void> {
  await db.delete(chatSessions).where(eq(chatSessions.id, id));
}

/** Pinned first, then by the last thing that happened. */
export async function sessionsAfter(
  db: Db,
  projectId: Id<'project'>,
  input: {
    readonly archived: boolean;
    readonly query: string | undefined;
    readonly after: { pinned: boolean; at: Date; id: string } | null;
    readonly limit: number;
  },
): Promise<SessionRow[]> {
  const { after, query } = input;
  const pattern = query === undefined ? undefined : `%${query.replaceAll(/[\\%_]/g, '\\$&')}%`;
  const older =
    after === null
      ? undefined
      : sql`(${chatSessions.pinned}, ${chatSessions.lastActivityAt}, ${chatSessions.id}) < (${after.pinned}, ${after.at.toISOString()}::timestamptz, ${after.id})`;
  return db
    .select()
    .from(chatSessions)
    .where(
      and(
        eq(chatSessions.projectId, projectId),
        eq(chatSessions.archived, input.archived),
        pattern === undefined ? undefined : sql`${chatSessions.title} ilike ${pattern}`,
        older,
      ),
    )
    .orderBy(desc(chatSessions.pinned), desc(chatSessions.lastActivityAt), desc(chatSessions.id))
    .limit(input.limit);
}

/** Conversations in which nothing was ever said, for clean-up. */
export async function deleteEmptySessions(db: Db, before: Date): Promise<Id<'session'>[]> {
  const rows = await db
    .delete(chatSessions)
    .where(and(eq(chatSessions.messageCount, 0), lt(chatSessions.lastActivityAt, before)))
    .returning({ id: chatSessions.id });
  return rows.map(({ id }) => id);
}

export async function cardIdsOf(db: Db, id: Id<'session'>): Promise<Id<'card'>[]> {
  const rows = await db
    .select({ cardId: sessionCards.cardId })
    .from(sessionCards)
    .where(eq(sessionCards.sessionId, id))
    .orderBy(asc(sessionCards.position));
  return rows.map(({ cardId }) => cardId);
}

export async function saveCards(db: Db, sessionId: Id<'session'>, cardIds: readonly Id<'card'>[]): Promise<void> {
  await db.delete(sessionCards).where(eq(sessionCards.sessionId, sessionId));
  const rows = cardIds.map((cardId, position) => ({ sessionId, cardId, position }));
  if (rows.length > 0) await db.insert(sessionCards).values(rows);
}

export async function insertAttachment(db: Db, row: typeof chatAttachments.$inferInsert): Promise<void> {
  await db.insert(chatAttachments).values(row);
}

export async function attachmentsOf(
  db: Db,
  sessionId: Id<'session'>,
  ids: readonly Id<'attachment'>[],
): Promise<AttachmentRow[]> {
  if (ids.length === 0) return [];
  return db
    .select()
    .from(chatAttachments)
    .where(and(eq(chatAttachments.sessionId, sessionId), inArray(chatAttachments.id, [...ids])));
}

/** Gives attachments that were uploaded to the message that they were sent with; how many were still free. */
export async function claimAttachments(
  db: Db,
  ids: readonly Id<'attachment'>[],
  messageId: Id<'message'>,
): Promise<number> {
  if (ids.length === 0) return 0;
  const rows = await db
    .update(chatAttachments)
    .set({ messageId })
    .where(and(inArray(chatAttachments.id, [...ids]), isNull(chatAttachments.messageId)))
    .returning({ id: chatAttachments.id });
  return rows.length;
}

export async function attachmentsOfMessages(db: Db, ids: readonly Id<'message'>[]): Promise<AttachmentRow[]> {
  if (ids.length === 0) return [];
  return db
    .select()
    .from(chatAttachments)
    .where(inArray(chatAttachments.messageId, [...ids]))
    .orderBy(chatAttachments.id);
}

/** The summary of the newest of these messages that has one. */
export async function summaryAmong(
  db: Db,
  sessionId: Id<'session'>,
  messageIds: readonly Id<'message'>[],
): Promise<typeof chatSummaries.$inferSelect | undefined> {
  if (messageIds.length === 0) return undefined;
  const [row] = await db
    .select()
    .from(chatSummaries)
    .where(and(eq(chatSummaries.sessionId, sessionId), inArray(chatSummaries.messageId, [...messageIds])))
    .orderBy(desc(chatSummaries.messageId))
    .limit(1);
  return row;
}

export async function saveSummary(db: Db, row: typeof chatSummaries.$inferInsert): Promise<void> {
  await db
    .insert(chatSummaries)
    .values(row)
    .onConflictDoUpdate({
      target: [chatSummaries.sessionId, chatSummaries.messageId],
      set: { body: row.body, tokens: row.tokens, createdAt: row.createdAt },
    });
}

/** Says that somebody is here, or no longer; whether that is news. */
export async function savePresence(
  db: Db,
  row: { sessionId: Id<'session'>; userId: Id<'user'>; seenAt: Date },
  here: boolean,
  since: Date,
): Promise<boolean> {
  const own = and(eq(chatPresence.sessionId, row.sessionId), eq(chatPresence.userId, row.userId));
  const [before] = await db.select({ seenAt: chatPresence.seenAt }).from(chatPresence).where(own);
  const wasHere = before !== undefined && before.seenAt > since;
  if (here) {
    await db
      .insert(chatPresence)
      .values(row)
      .onConflictDoUpdate({ target: [chatPresence.sessionId, chatPresence.userId], set: { seenAt: row.seenAt } });
  } else await db.delete(chatPresence).where(own);
  return wasHere !== here;
}

export async function presentIn(db: Db, sessionId: Id<'session'>, since: Date): Promise<Id<'user'>[]> {
  const rows = await db
    .select({ userId: chatPresence.userId })
    .from(chatPresence)
    .where(and(eq(chatPresence.sessionId, sessionId), gt(chatPresence.seenAt, since)))
    .orderBy(asc(chatPresence.userId));
  return rows.map(({ userId }) => userId);
}

/** What people show of themselves. */
export async function peopleOf(db: Db, ids: readonly Id<'user'>[]): Promise<Map<Id<'user'>, Person>> {
  if (ids.length === 0) return new Map();
  const { rows } = await db.execute<ProfileRow>(
    sql`select id, name, username, avatar_url from yudai_profiles(${sql.param([...new Set(ids)])}::text[])`,
  );
  return new Map(
    rows.map((row) => [row.id, { id: row.id, name: row.name, username: row.username, avatarUrl: row.avatar_url }]),
  );
}

/** The system knows nobody by name: in this transaction it sees the people that this person sees. */
export async function seeProfilesOf(db: Db, userId: Id<'user'>): Promise<void> {
  await db.execute(sql`select set_config('app.user_id', ${userId}, true)`);
}

type ProfileRow = { id: Id<'user'>; name: string; username: string | null; avatar_url: string | null };

/** Everything is counted from the messages and what is recorded with them. */
export async function statisticsOf(db: Db, id: Id<'session'>): Promise<ChatStatistics> {
  const { rows } = await db.execute<{ [K in keyof ChatStatistics]: string }>(sql`
    select count(*) filter (where role = 'user') as "userMessages",
      count(*) filter (where role = 'assistant') as "assistantMessages",
      count(*) filter (where status = 'failed') as "failedTurns",
      coalesce(sum(input_tokens), 0) as "inputTokens",
      coalesce(sum(output_tokens), 0) as "outputTokens",
      coalesce(sum(cost_micros), 0) as "costMicros",
      count(*) filter (where input_tokens is not null and cost_micros is null) as "unpricedTurns",
      coalesce(sum((select count(*) from jsonb_array_elements(parts) part where part ->> 'type' = 'tool')), 0) as "toolCalls",
      (select count(*) from session_cards where session_id = ${id}) as "cards",
      (select count(distinct cited ->> 'path') from chat_messages m, jsonb_array_elements(m.citations) cited
        where m.session_id = ${id} and cited ->> 'state' = 'verified') as "citedFiles",
      coalesce(sum(duration_ms), 0) as "durationMs"
    from chat_messages where session_id = ${id}`);
  const [row] = rows;
  const count = (key: keyof ChatStatistics) => Number(row?.[key] ?? 0);
  return {
    userMessages: count('userMessages'),
    assistantMessages: count('assistantMessages'),
    failedTurns: count('failedTurns'),
    inputTokens: count('inputTokens'),
    outputTokens: count('outputTokens'),
    costMicros: count('costMicros'),
    unpricedTurns: count('unpricedTurns'),
    toolCalls: count('toolCalls'),
    cards: count('cards'),
    citedFiles: count('citedFiles'),
    durationMs: count('durationMs'),
  };
}

/** The session whose turn a job is. */
export async function sessionIdOfJob(db: Db, jobId: Id<'job'>): Promise<Id<'session'> | undefined> {
  const [row] = await db.select({ id: chatSessions.id }).from(chatSessions).where(eq(chatSessions.activeJobId, jobId));
  return row?.id;
}
