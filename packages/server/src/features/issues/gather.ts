import type { ChatMessage, Id, Project } from '@yudai/contract';
import type { ContextBlock } from '@yudai/engine/chat-turn';
import type { Cards } from '#features/cards/index.ts';
import type { Chat } from '#features/chat/index.ts';
import type { CodebaseService } from '#features/codebase/index.ts';
import { AppError } from '#kernel/app-error.ts';
import type { Context } from '#kernel/context.ts';
import type { Database } from '#platform/db/index.ts';
import { type FactsDeps, readTemplates } from './facts.ts';
import { ideaOf } from './idea-store.ts';
import type { IssueRow } from './store.ts';

export interface GatherDeps extends Pick<FactsDeps, 'readerOf'> {
  readonly database: Database;
  readonly codebase: Pick<CodebaseService, 'pack' | 'tree'>;
  readonly cards: Pick<Cards, 'contentFor'>;
  readonly chat: Pick<Chat, 'sessions' | 'messageFor'>;
}

export interface Gathered {
  readonly blocks: ContextBlock[];
  /** The commit that the code was read at; null without an index. */
  readonly commit: string | null;
}

/** Characters of the conversation and of the cards; about 25,000 tokens each. Tokens of code. */
const mostCharacters = 100_000;
const codeTokens = 16_000;
const mostMessages = 200;

/**
 * What the architect is given: what the issue is about, whole. Of a long conversation the newest messages stay, none of them cut; of cards
 * those that fit; then the code that fits their words.
 */
export async function gatherFor(
  deps: GatherDeps,
  ctx: Context,
  project: Project,
  row: IssueRow,
  instructions: string | null,
): Promise<Gathered> {
  const own: ContextBlock[] = [];
  if (row.ideaId !== null) own.push(...(await ideaBlock(deps, ctx, project, row.ideaId)));
  if (row.messageId !== null) {
    const message = await deps.chat.messageFor(ctx, project.id, row.messageId);
    if (message !== null) own.push({ title: 'The message that the issue is about', text: message.content });
  }
  const session = row.sessionId === null ? null : await sessionOf(deps, ctx, row.sessionId);
  if (session !== null) own.push(...conversation(session.messages));
  const cardIds = new Set([...row.source.cardIds, ...(session?.cards ?? []).map(({ id }) => id)]);
  own.push(...(await cardBlocks(deps, ctx, project, [...cardIds])));
  const templates = await readTemplates(deps, ctx, project);
  const asked = templates.slice(0, 5).map(({ template, text }) => ({
    title: `Issue template of the repository: ${template.name}`,
    text: text.slice(0, 8000),
  }));
  const words = [row.source.wish, instructions ?? '', row.title, ...own.map(({ text }) => text.slice(-4000))];
  const code = await packCode(deps, ctx, project, words.join('\n\n').slice(0, 12_000));
  return { blocks: [...own, ...asked, ...code.blocks], commit: code.commit };
}

/** A conversation that is gone, or no longer seen, is left out: the issue stays. */
async function sessionOf({ chat }: GatherDeps, ctx: Context, id: Id<'session'>) {
  try {
    return await chat.sessions.get(ctx, { id, limit: mostMessages });
  } catch (error) {
    if (error instanceof AppError && error.code === 'not_found') return null;
    throw error;
  }
}

function conversation(messages: readonly ChatMessage[]): ContextBlock[] {
  let left = mostCharacters;
  const kept: string[] = [];
  for (const message of messages.toReversed()) {
    const said = `${message.role === 'user' ? (message.author?.name ?? 'Person') : 'DAifu'}: ${wordsOf(message)}`;
    if (said.length > left) break;
    left -= said.length;
    kept.unshift(said);
  }
  const leftOut = messages.length - kept.length;
  const note = leftOut === 0 ? '' : ` (the newest ${kept.length} messages; ${leftOut} older ones did not fit)`;
  return kept.length === 0 ? [] : [{ title: `The conversation${note}`, text: kept.join('\n\n') }];
}

function wordsOf({ parts }: ChatMessage): string {
  return parts
    .flatMap((part) => (part.type === 'text' ? [part.text] : []))
    .join('\n\n')
    .trim();
}

async function cardBlocks(
  { cards }: GatherDeps,
  ctx: Context,
  project: Project,
  ids: readonly Id<'card'>[],
): Promise<ContextBlock[]> {
  const contents = await cards.contentFor(ctx, project.id, ids);
  let left = mostCharacters;
  return contents.flatMap(({ title, cite, content, source }) => {
    if (content.length > left) return [];
    left -= content.length;
    return [{ title: `Card (${source}): ${title}${cite === null ? '' : ` ${cite}`}`, text: content }];
  });
}

async function ideaBlock(
  { database }: GatherDeps,
  ctx: Context,
  project: Project,
  ideaId: Id<'idea'>,
): Promise<ContextBlock[]> {
  const idea = await database.asUser(ctx.actor.userId, (db) => ideaOf(db, project.id, ideaId));
  if (idea === undefined) return [];
  const evidence = idea.evidence.map(({ cite, note }) => `- ${cite}: ${note}`);
  return [{ title: 'The idea', text: [idea.title, idea.description, ...evidence].join('\n') }];
}

/** Code that fits a text, with the map of the repository. Without an index there is none. */
export async function packCode(
  { codebase }: Pick<GatherDeps, 'codebase'>,
  ctx: Context,
  project: Project,
  query: string,
): Promise<Gathered> {
  const asked = { projectId: project.id, format: 'markdown' as const, paths: [] };
  try {
    const map = await codebase.pack(ctx, { ...asked, query: '', budget: 1500 });
    const pack = await codebase.pack(ctx, { ...asked, query, budget: codeTokens });
    const blocks = [
      { title: `Map of ${project.name}`, text: map.text },
      ...(pack.items.length === 0 ? [] : [{ title: `Code of ${project.name} that fits`, text: pack.text }]),
    ];
    return { blocks, commit: pack.commit };
  } catch (error) {
    if (error instanceof AppError && error.code === 'conflict') return { blocks: [], commit: null };
    throw error;
  }
}
