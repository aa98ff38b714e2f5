import { and, asc, desc, eq, inArray, isNull, or, sql } from 'drizzle-orm';
import type { ChatMessage, Id } from '@yudai/contract';
import type { Db } from '#platform/db/index.ts';
import { chatMessages, chatSessions } from './schema.ts';

export type MessageRow = typeof chatMessages.$inferSelect;

export async function insertMessage(db: Db, row: typeof chatMessages.$inferInsert): Promise<MessageRow> {
  const [inserted] = await db.insert(chatMessages).values(row).returning();
  if (inserted === undefined) throw new Error('A message was not stored.');
  return inserted;
}

/** In pieces, because one statement takes 65,535 parameters at most. */
export async function insertMessages(db: Db, rows: readonly (typeof chatMessages.$inferInsert)[]): Promise<void> {
  for (let start = 0; start < rows.length; start += 500) {
    await db.insert(chatMessages).values(rows.slice(start, start + 500));
  }
}

export async function messageOf(db: Db, sessionId: Id<'session'>, id: Id<'message'>): Promise<MessageRow | undefined> {
  const [row] = await db
    .select()
    .from(chatMessages)
    .where(and(eq(chatMessages.id, id), eq(chatMessages.sessionId, sessionId)));
  return row;
}

export async function changeMessage(
  db: Db,
  id: Id<'message'>,
  change: Partial<typeof chatMessages.$inferInsert>,
): Promise<MessageRow | undefined> {
  const [row] = await db.update(chatMessages).set(change).where(eq(chatMessages.id, id)).returning();
  return row;
}

export async function deleteMessage(db: Db, id: Id<'message'>): Promise<void> {
  await db.delete(chatMessages).where(eq(chatMessages.id, id));
}

/** A message and those it follows, newest first, at most `limit`. Reads only as many rows as that. */
export async function branchFrom(db: Db, head: Id<'message'>, limit: number): Promise<MessageRow[]> {
  const { rows } = await db.execute<{ id: Id<'message'> }>(sql`
    with recursive branch as (
      select id, parent_id from chat_messages where id = ${head}
      union all
      select m.id, m.parent_id from branch b join chat_messages m on m.id = b.parent_id
    ) select id from branch limit ${limit}`);
  return inOrder(
    await messagesByIds(
      db,
      rows.map(({ id }) => id),
    ),
    rows.map(({ id }) => id),
  );
}

export async function messagesByIds(db: Db, ids: readonly Id<'message'>[]): Promise<MessageRow[]> {
  if (ids.length === 0) return [];
  return db
    .select()
    .from(chatMessages)
    .where(sql`${chatMessages.id} = any(${sql.param([...ids])}::text[])`);
}

function inOrder(rows: readonly MessageRow[], ids: readonly Id<'message'>[]): MessageRow[] {
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

/** Everything that was ever said in a session, in the order of age. */
export async function allMessages(db: Db, sessionId: Id<'session'>): Promise<MessageRow[]> {
  return db.select().from(chatMessages).where(eq(chatMessages.sessionId, sessionId)).orderBy(asc(chatMessages.id));
}

/** The messages that wait: an interruption first, then in the order in which they were sent. */
export async function waitingMessages(db: Db, sessionId: Id<'session'>): Promise<MessageRow[]> {
  return db
    .select()
    .from(chatMessages)
    .where(and(eq(chatMessages.sessionId, sessionId), eq(chatMessages.status, 'queued')))
    .orderBy(desc(sql`${chatMessages.mode} = 'interrupt'`), asc(chatMessages.id));
}

/** The ids of all messages beside these ones, by their parent: those without are found under null. */
export async function siblingsOf(
  db: Db,
  sessionId: Id<'session'>,
  parents: readonly (Id<'message'> | null)[],
): Promise<Map<Id<'message'> | null, Id<'message'>[]>> {
  const known = parents.filter((parent) => parent !== null);
  const rows = await db
    .select({ id: chatMessages.id, parentId: chatMessages.parentId })
    .from(chatMessages)
    .where(
      and(
        eq(chatMessages.sessionId, sessionId),
        or(
          known.length === 0 ? sql`false` : inArray(chatMessages.parentId, known),
          parents.includes(null) ? isNull(chatMessages.parentId) : sql`false`,
        ),
        sql`${chatMessages.status} <> 'queued'`,
      ),
    )
    .orderBy(asc(chatMessages.id));
  return new Map(
    [...Map.groupBy(rows, ({ parentId }) => parentId)].map(([parent, of]) => [parent, of.map(({ id }) => id)]),
  );
}

/** From a message downwards, always to its youngest answer. */
export async function youngestBelow(db: Db, id: Id<'message'>): Promise<Id<'message'>> {
  const { rows } = await db.execute<{ id: Id<'message'> }>(sql`
    with recursive way as (
      select ${id}::text as id, 0 as depth
      union all
      select (select m.id from chat_messages m where m.parent_id = way.id and m.status <> 'queued' order by m.id desc limit 1), depth + 1
      from way where way.id is not null
    ) select id from way where id is not null order by depth desc limit 1`);
  return rows[0]?.id ?? id;
}

/** Messages with all these words in the project's conversations that the person sees, newest first. */
export async function messagesWith(
  db: Db,
  projectId: Id<'project'>,
  input: {
    readonly query: string;
    readonly sessionId: Id<'session'> | undefined;
    readonly role: ChatMessage['role'] | undefined;
    readonly before: string | null;
    readonly limit: number;
  },
): Promise<{ message: MessageRow; title: string }[]> {
  const { query, sessionId, role, before } = input;
  const rows = await db
    .select({ message: chatMessages, title: chatSessions.title })
    .from(chatMessages)
    .innerJoin(chatSessions, eq(chatSessions.id, chatMessages.sessionId))
    .where(
      and(
        eq(chatSessions.projectId, projectId),
        sql`to_tsvector('simple', ${chatMessages.body}) @@ websearch_to_tsquery('simple', ${query})`,
        sessionId === undefined ? undefined : eq(chatMessages.sessionId, sessionId),
        role === undefined ? undefined : eq(chatMessages.role, role),
        before === null ? undefined : sql`${chatMessages.id} < ${before}`,
      ),
    )
    .orderBy(desc(chatMessages.id))
    .limit(input.limit);
  return rows;
}

/** A message of any conversation of the project that the person sees. */
export async function messageOfProject(
  db: Db,
  projectId: Id<'project'>,
  id: Id<'message'>,
): Promise<MessageRow | undefined> {
  const [row] = await db
    .select({ message: chatMessages })
    .from(chatMessages)
    .innerJoin(chatSessions, eq(chatSessions.id, chatMessages.sessionId))
    .where(and(eq(chatMessages.id, id), eq(chatSessions.projectId, projectId)));
  return row?.message;
}
