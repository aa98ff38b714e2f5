import type { ContextItem, ContextPack, Id, Project, TurnContext } from '@yudai/contract';
import { chooseHistory, type ContextBlock, type HistoryMessage } from '@yudai/engine/chat-turn';
import type { CardContent, Cards } from '#features/cards/index.ts';
import type { CodebaseService } from '#features/codebase/index.ts';
import { AppError } from '#kernel/app-error.ts';
import type { Context } from '#kernel/context.ts';
import type { Database } from '#platform/db/index.ts';
import { memoriesOf, type MemoryRow } from './memory-store.ts';
import { branchFrom, type MessageRow } from './message-store.ts';
import type { Recent } from './recent.ts';
import { type AttachmentRow, cardIdsOf, type SessionRow, summaryAmong } from './store.ts';

export interface GatherDeps {
  readonly database: Database;
  readonly codebase: Pick<CodebaseService, 'pack'>;
  readonly cards: Pick<Cards, 'contentFor'>;
  readonly recent: Recent;
}

export interface GatherRequest {
  readonly session: SessionRow;
  readonly project: Project;
  readonly question: string;
  /** The last message before the question. */
  readonly headId: Id<'message'> | null;
  readonly attachments: readonly AttachmentRow[];
}

/** Everything that a turn is given besides the question, and what people are shown of it. */
export interface Gathered {
  readonly blocks: ContextBlock[];
  readonly history: Pick<HistoryMessage, 'role' | 'text'>[];
  readonly context: TurnContext;
  /** Tokens of older messages that did not fit; worth summing up. */
  readonly forgottenTokens: number;
}

export type Gather = (ctx: Context, request: GatherRequest) => Promise<Gathered>;

/** Tokens (o200k_base). Together they leave room in the smallest window of today's models, 128,000 tokens. */
export const budgets = { map: 1500, code: 12_000, cards: 24_000, attachments: 24_000, memories: 4000, history: 24_000 };
/** Maps of repositories that are kept in memory, some 6 KB each. */
const mostMaps = 50;
/** Messages that are looked at for history. */
const mostMessages = 400;

type LeftOut = TurnContext['leftOut'][number];

interface Said {
  readonly rows: readonly MessageRow[];
  readonly summary: Awaited<ReturnType<typeof summaryAmong>>;
  readonly cardIds: readonly Id<'card'>[];
  readonly memories: readonly MemoryRow[];
}

/** Chooses what a turn is given: attachments and cards first, because the person chose them, then the code that fits the question, then what was said. */
export function createGather(deps: GatherDeps): Gather {
  const { database } = deps;
  const maps = new Map<string, ContextPack>();
  return async (ctx, request) => {
    const { session, project } = request;
    const leftOut: LeftOut[] = [];
    const given: { item: ContextItem; block: ContextBlock }[] = [];
    const take = (items: readonly { item: ContextItem; block: ContextBlock }[], budget: number) => {
      let tokens = 0;
      for (const it of items) {
        if (tokens + it.item.tokens > budget) leftOut.push({ ...it.item, reason: 'budget' });
        else {
          tokens += it.item.tokens;
          given.push(it);
        }
      }
    };
    take(request.attachments.map(ofAttachment), budgets.attachments);
    const said = await readSaid(ctx, session.id, request.headId);
    take(ofMemories(said.memories), budgets.memories);
    const cards = await deps.cards.contentFor(ctx, project.id, said.cardIds);
    take(cards.map(ofCard), budgets.cards);
    const before = chooseSaid(said);
    const [code, recent] = await Promise.all([packCode(ctx, request, said.rows), deps.recent(ctx, project)]);
    const items = [...given.map(({ item }) => item), ...code.items, ...recent.items, ...before.items];
    return {
      blocks: [...given.map(({ block }) => block), ...code.blocks, ...recent.blocks],
      history: before.history,
      context: {
        items,
        leftOut: [...leftOut, ...code.leftOut, ...recent.leftOut, ...before.leftOut],
        tokens: items.reduce((sum, { tokens }) => sum + tokens, 0),
        budget: Object.values(budgets).reduce((sum, part) => sum + part, 0),
        commit: code.commit,
      },
      forgottenTokens: before.leftOut.reduce((sum, { tokens }) => sum + tokens, 0),
    };
  };

  /** The map changes with the index only, and is the same for everybody who may read the project. */
  async function mapOf(ctx: Context, project: Project, without: readonly string[]): Promise<ContextPack> {
    const key = JSON.stringify([project.id, project.indexedAt, project.updatedAt, without]);
    const known = maps.get(key);
    if (known !== undefined) return known;
    const asked = { projectId: project.id, query: '', budget: budgets.map, format: 'markdown' as const, paths: [] };
    const map = await deps.codebase.pack(ctx, { ...asked, without });
    maps.set(key, map);
    const [oldest] = maps.keys();
    if (maps.size > mostMaps && oldest !== undefined) maps.delete(oldest);
    return map;
  }

  /** What was said on the branch, the last summary of it, the cards that were chosen, and what is kept in mind. */
  function readSaid(ctx: Context, sessionId: Id<'session'>, headId: Id<'message'> | null): Promise<Said> {
    return database.asUser(ctx.actor.userId, async (db) => {
      const rows = headId === null ? [] : (await branchFrom(db, headId, mostMessages)).toReversed();
      const ids = rows.map(({ id }) => id);
      return {
        rows,
        summary: await summaryAmong(db, sessionId, ids),
        cardIds: await cardIdsOf(db, sessionId),
        memories: await memoriesOf(db, sessionId),
      };
    });
  }

  /** The newest of what was said that fits, and the summary of what came before. */
  function chooseSaid({ rows, summary }: Said) {
    const after = summary === undefined ? 0 : rows.findIndex(({ id }) => id === summary.messageId) + 1;
    const messages = rows.slice(after).map(toHistory);
    const chosen = chooseHistory(messages, budgets.history);
    const told =
      summary === undefined
        ? []
        : [{ role: 'user' as const, text: `What was said before, summed up:\n${summary.body}` }];
    const items: ContextItem[] = [
      ...(summary === undefined ? [] : [ofHistory('Summary of what was said before', summary.tokens)]),
      ...(chosen.messages.length === 0
        ? []
        : [ofHistory(`The last ${chosen.messages.length} messages`, chosen.tokens)]),
    ];
    const forgotten = messages.slice(0, chosen.leftOut);
    const leftOut: LeftOut[] =
      forgotten.length === 0
        ? []
        : [{ ...ofHistory(`${forgotten.length} older messages`, sumOf(forgotten)), reason: 'budget' }];
    return { history: [...told, ...chosen.messages.map(({ role, text }) => ({ role, text }))], items, leftOut };
  }

  /** The code that fits the question and what was asked right before it. Without an index there is none, and the turn says so. */
  async function packCode(ctx: Context, { project, question, session }: GatherRequest, before: readonly MessageRow[]) {
    const earlier = before.findLast(({ role }) => role === 'user')?.body ?? '';
    const query = `${question}\n\n${earlier.slice(0, 1000)}`.slice(0, 20_000);
    const asked = { projectId: project.id, format: 'markdown' as const, without: session.dropped };
    try {
      const map = await mapOf(ctx, project, session.dropped);
      const pack = await deps.codebase.pack(ctx, { ...asked, query, budget: budgets.code, paths: pathsIn(question) });
      const title = `Map of ${project.name}`;
      return {
        blocks: [
          { title, text: map.text },
          ...(pack.items.length === 0
            ? []
            : [{ title: `Code of ${project.name} that fits the question`, text: pack.text }]),
        ],
        items: [
          { kind: 'map' as const, title, cite: null, tokens: map.tokens },
          ...pack.items.map(({ path, cite, tokens }): ContextItem => ({ kind: 'file', title: path, cite, tokens })),
        ],
        leftOut: [
          ...pack.leftOut
            .slice(0, 10)
            .map(({ path, tokens }): LeftOut => ({ ...ofFile(path, tokens), reason: 'budget' })),
          ...session.dropped.map((path): LeftOut => ({ ...ofFile(path, 0), reason: 'dropped' })),
        ],
        commit: pack.commit,
      };
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'conflict') throw error;
      const leftOut: LeftOut[] = [
        { kind: 'map', title: 'The code: it is not indexed yet', cite: null, tokens: 0, reason: 'unavailable' },
      ];
      return { blocks: [], items: [], leftOut, commit: null };
    }
  }
}

/** Files that a question names with `@path`, as the composer writes them. */
function pathsIn(question: string): string[] {
  return [...question.matchAll(/(?:^|\s)@([\w./-]+[\w/])/g)].flatMap(([, path]) => path ?? []).slice(0, 20);
}

function toHistory({ role, body, tokens, parts }: MessageRow): HistoryMessage {
  const files = parts.flatMap((part) => (part.type === 'attachment' ? [part.name] : []));
  const attached = files.length === 0 ? '' : `\n\n(attached: ${files.join(', ')})`;
  return { role, text: body + attached, tokens: tokens + 8 };
}

function ofAttachment({ name, content, tokens }: AttachmentRow) {
  return {
    item: { kind: 'attachment' as const, title: name, cite: null, tokens },
    block: { title: `File that the person attached: ${name}`, text: content },
  };
}

/** All that is kept in mind is one block: it is many short sentences. The newest of it that fits, because the oldest is known the longest. */
function ofMemories(rows: readonly MemoryRow[]) {
  let tokens = 0;
  const kept = rows
    .toReversed()
    .filter((row) => (tokens += row.tokens + 8) <= budgets.memories)
    .toReversed();
  if (kept.length === 0) return [];
  const title = 'What is kept in mind of this conversation';
  const text = kept.map(({ kind, body }) => `- (${kind}) ${body.replaceAll(/\s+/g, ' ')}`).join('\n');
  const sum = kept.reduce((total, row) => total + row.tokens + 8, 0);
  return [{ item: { kind: 'memory' as const, title, cite: null, tokens: sum }, block: { title, text } }];
}

function ofCard({ title, cite, content, tokens, source }: CardContent) {
  return {
    item: { kind: 'card' as const, title, cite, tokens },
    block: { title: `Card of the person (${source}): ${title}${cite === null ? '' : ` ${cite}`}`, text: content },
  };
}

function ofFile(path: string, tokens: number): ContextItem {
  return { kind: 'file', title: path, cite: null, tokens };
}

function ofHistory(title: string, tokens: number): ContextItem {
  return { kind: 'history', title, cite: null, tokens };
}

function sumOf(messages: readonly HistoryMessage[]): number {
  return messages.reduce((sum, { tokens }) => sum + tokens, 0);
}
