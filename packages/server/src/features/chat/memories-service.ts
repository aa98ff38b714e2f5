import { type Id, type Memory, type MemoryKind, mostMemories } from '@yudai/contract';
import { AppError, notFound } from '#kernel/app-error.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Context } from '#kernel/context.ts';
import { newId } from '#kernel/ids.ts';
import type { Database, Db } from '#platform/db/index.ts';
import type { Live } from '#platform/live/index.ts';
import { tellSession } from './announce.ts';
import { changeMemory, deleteMemory, insertMemories, memoriesOf, type MemoryRow } from './memory-store.ts';
import { messageOf } from './message-store.ts';
import type { SessionAccess } from './session-access.ts';
import { peopleOf, type SessionRow } from './store.ts';
import { countTokens } from './tokens.ts';

export interface MemoriesDeps {
  readonly database: Database;
  readonly live: Live;
  readonly clock: Clock;
}

type OfSession = { readonly sessionId: Id<'session'> };
type OfMemory = OfSession & { readonly id: Id<'memory'> };

/** What a conversation keeps in mind however long it becomes: people see all of it, say it differently and take it away. */
export function createMemoriesService(deps: MemoriesDeps, access: Pick<SessionAccess, 'requireSession' | 'inSession'>) {
  const { database, clock } = deps;

  /** Works on what is kept in mind while nobody else does; whoever looks at the conversation is told to look again. */
  const change = <T>(ctx: Context, sessionId: Id<'session'>, work: (db: Db, session: SessionRow) => Promise<T>) =>
    access.inSession(ctx, sessionId, async (db, session) => {
      const done = await work(db, session);
      await tellSession(deps, db, session);
      return done;
    });

  return {
    async list(ctx: Context, { sessionId }: OfSession): Promise<{ items: Memory[] }> {
      await access.requireSession(ctx, sessionId, 'chat.read');
      return database.asUser(ctx.actor.userId, async (db) => ({
        items: await toMemories(db, await memoriesOf(db, sessionId)),
      }));
    },

    async add(
      ctx: Context,
      input: OfSession & { kind: MemoryKind; text: string; messageId?: Id<'message'> | undefined },
    ): Promise<Memory> {
      const { sessionId, kind, text, messageId } = input;
      const tokens = await countTokens(text);
      return change(ctx, sessionId, async (db) => {
        if (messageId !== undefined && (await messageOf(db, sessionId, messageId)) === undefined)
          throw notFound('message');
        if ((await memoriesOf(db, sessionId)).length >= mostMemories) throw full();
        const now = clock.now();
        const rows = await insertMemories(db, [
          {
            id: newId('memory', now),
            sessionId,
            messageId: messageId ?? null,
            origin: 'person',
            authorId: ctx.actor.userId,
            kind,
            body: text,
            tokens,
            createdAt: now,
          },
        ]);
        return onlyMemory(db, rows[0]);
      });
    },

    /** Changes what is given. */
    async update(
      ctx: Context,
      { sessionId, id, kind, text }: OfMemory & { kind?: MemoryKind | undefined; text?: string | undefined },
    ): Promise<Memory> {
      const said =
        text === undefined
          ? {}
          : { body: text, tokens: await countTokens(text), origin: 'person' as const, authorId: ctx.actor.userId };
      return change(ctx, sessionId, async (db) =>
        onlyMemory(db, await changeMemory(db, { sessionId, id }, { ...said, ...(kind === undefined ? {} : { kind }) })),
      );
    },

    remove: (ctx: Context, { sessionId, id }: OfMemory): Promise<{ removed: boolean }> =>
      change(ctx, sessionId, async (db) => {
        if (!(await deleteMemory(db, { sessionId, id }))) throw notFound('memory');
        return { removed: true };
      }),
  };
}

async function onlyMemory(db: Db, row: MemoryRow | undefined): Promise<Memory> {
  const [memory] = row === undefined ? [] : await toMemories(db, [row]);
  if (memory === undefined) throw notFound('memory');
  return memory;
}

async function toMemories(db: Db, rows: readonly MemoryRow[]): Promise<Memory[]> {
  const people = await peopleOf(
    db,
    rows.flatMap(({ authorId }) => authorId ?? []),
  );
  return rows.map(({ id, sessionId, kind, body, tokens, messageId, origin, authorId, createdAt }) => ({
    id,
    sessionId,
    kind,
    text: body,
    tokens,
    messageId,
    origin,
    author: authorId === null ? null : (people.get(authorId) ?? null),
    createdAt: createdAt.toISOString(),
  }));
}

function full(): AppError {
  return new AppError('conflict', `This conversation keeps ${mostMemories} things in mind. Take some away first.`);
}
