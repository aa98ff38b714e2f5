import { setImmediate } from 'node:timers/promises';
import type { ChatExport, ChatMessage, ChatSession, Id } from '@yudai/contract';
import type { Audit } from '#features/audit/index.ts';
import type { Projects } from '#features/projects/index.ts';
import { AppError } from '#kernel/app-error.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Context } from '#kernel/context.ts';
import { newId } from '#kernel/ids.ts';
import type { Database } from '#platform/db/index.ts';
import { allMessages, insertMessages, type MessageRow } from './message-store.ts';
import { toMessages } from './present.ts';
import type { OfProject, OfSession, SessionAccess } from './session-access.ts';
import type { SessionsService } from './session-service.ts';
import { countTokens } from './tokens.ts';

export interface TransferDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly audit: Pick<Audit, 'record'>;
  readonly projects: Pick<Projects, 'require'>;
  readonly access: Pick<SessionAccess, 'requireSession'>;
  readonly sessions: Pick<SessionsService, 'create'>;
}

/** Characters whose tokens are counted before others have their turn: some ten milliseconds. */
const countedAtOnce = 20_000;

/** Conversations as files, and back. */
export function createTransfer(deps: TransferDeps) {
  const { database, clock } = deps;
  return {
    async export(
      ctx: Context,
      { id, format }: OfSession & { format: 'markdown' | 'json' },
    ): Promise<{ name: string; text: string }> {
      const { session } = await deps.access.requireSession(ctx, id, 'chat.read');
      const messages = await database.asUser(ctx.actor.userId, async (db) => {
        const target = { kind: 'session', id };
        await deps.audit.record(db, ctx, { action: 'conversation.exported', target, projectId: session.projectId });
        const rows = (await allMessages(db, id)).filter(({ status }) => status !== 'queued');
        return toMessages(db, id, rows);
      });
      const name =
        session.title
          .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
          .replaceAll(/^-|-$/g, '')
          .slice(0, 60) || 'conversation';
      return format === 'json'
        ? { name: `${name}.json`, text: JSON.stringify(toFile(session.title, session.headId, messages), null, 2) }
        : { name: `${name}.md`, text: toMarkdown(session.title, branchOf(messages, session.headId)) };
    },

    /**
     * A conversation from a file. Only what was said is taken over: who the file says wrote something, is text and no person; costs, models
     * and citations of another place prove nothing here.
     */
    async import(
      ctx: Context,
      { projectId, conversation: file }: OfProject & { conversation: ChatExport },
    ): Promise<ChatSession> {
      const project = await deps.projects.require(ctx, projectId, 'chat.write');
      const rows = await toRows(ctx, file, clock.now());
      const head = file.head === null ? undefined : rows[file.head];
      if (file.head !== null && head === undefined) throw wrong('its head is none of its messages');
      const input = { title: file.title, visibility: 'private' as const, cardIds: [] };
      const more = { headId: head?.id ?? rows.at(-1)?.id ?? null, messageCount: rows.length };
      return deps.sessions.create(ctx, project, input, more, (db, session) =>
        insertMessages(
          db,
          rows.map((row) => ({ ...row, sessionId: session.id })),
        ),
      );
    },
  };
}

type NewRow = Pick<
  MessageRow,
  'id' | 'parentId' | 'role' | 'authorId' | 'status' | 'parts' | 'body' | 'tokens' | 'createdAt'
>;

async function toRows({ actor, signal }: Context, file: ChatExport, now: Date): Promise<NewRow[]> {
  // Ids sort by age, so each message is a millisecond younger than the one before.
  const ids = file.messages.map((_, order) => newId('message', new Date(now.getTime() + order)));
  const rows: NewRow[] = [];
  for (const [order, { role, parent, author, text, createdAt }] of file.messages.entries()) {
    if (parent !== null && parent >= order) throw wrong(`message ${order + 1} follows one that comes after it`);
    if (text.includes('\0')) throw wrong(`message ${order + 1} is not text`);
    const body = role === 'user' && author !== null ? `${author}: ${text}` : text;
    rows.push({
      id: ids[order] ?? newId('message', now),
      parentId: parent === null ? null : (ids[parent] ?? null),
      role,
      authorId: role === 'user' ? actor.userId : null,
      status: 'complete',
      parts: [{ type: 'text', text: body }],
      body,
      tokens: await countInTurn(body, signal),
      createdAt: new Date(createdAt),
    });
  }
  return rows;
}

/** Counting a whole file takes seconds, in which others are answered as well. Throws when whoever asked has gone. */
async function countInTurn(text: string, signal: AbortSignal): Promise<number> {
  let tokens = 0;
  for (let start = 0; start < text.length; start += countedAtOnce) {
    await setImmediate();
    signal.throwIfAborted();
    tokens += await countTokens(text.slice(start, start + countedAtOnce));
  }
  return tokens;
}

function toFile(title: string, headId: Id<'message'> | null, messages: readonly ChatMessage[]): ChatExport {
  const places = new Map(messages.map(({ id }, order) => [id, order]));
  return {
    format: 'yudai-chat',
    version: 1,
    title,
    messages: messages.map((message) => ({
      role: message.role,
      parent: message.parentId === null ? null : (places.get(message.parentId) ?? null),
      author: message.author?.name ?? null,
      text: textOfMessage(message),
      createdAt: message.createdAt,
    })),
    head: headId === null ? null : (places.get(headId) ?? null),
  };
}

function branchOf(messages: readonly ChatMessage[], headId: Id<'message'> | null): ChatMessage[] {
  const byId = new Map(messages.map((message) => [message.id, message]));
  const branch: ChatMessage[] = [];
  for (let at = headId === null ? undefined : byId.get(headId); at !== undefined;) {
    branch.push(at);
    at = at.parentId === null ? undefined : byId.get(at.parentId);
  }
  return branch.toReversed();
}

function toMarkdown(title: string, messages: readonly ChatMessage[]): string {
  const said = messages.map(
    (message) =>
      `## ${message.role === 'assistant' ? 'DAifu' : (message.author?.name ?? 'Somebody')} · ${message.createdAt}\n\n${textOfMessage(message)}`,
  );
  return `# ${title}\n\n${said.join('\n\n')}\n`;
}

function textOfMessage({ parts }: ChatMessage): string {
  return parts
    .flatMap((part) =>
      part.type === 'text' ? [part.text] : part.type === 'attachment' ? [`(attached: ${part.name})`] : [],
    )
    .join('\n\n');
}

function wrong(what: string): AppError {
  return new AppError('invalid_input', `This file is no conversation of Yudai: ${what}.`);
}
