import type { ContextItem, Project, TurnContext } from '@yudai/contract';
import type { ContextBlock } from '@yudai/engine/chat-turn';
import { type IssueEntry, type RepositoryReader, ToolError } from '@yudai/engine/tools';
import type { Context } from '#kernel/context.ts';
import { countTokens } from './tokens.ts';

export interface RecentContext {
  readonly blocks: ContextBlock[];
  readonly items: ContextItem[];
  readonly leftOut: TurnContext['leftOut'];
}

/** What has happened in the repository lately. */
export type Recent = (ctx: Context, project: Project) => Promise<RecentContext>;

const mostCommits = 5;
/** Commits whose history is kept in memory. */
const mostKnown = 200;
const mostIssues = 8;
/** A turn does not wait longer for GitHub; what Yudai keeps of it is asked in the same way. */
const patienceMs = 3000;

/** The last commits, and the titles of the issues and pull requests that changed last. */
export function createRecent(readerOf: (ctx: Context, project: Project) => RepositoryReader): Recent {
  // The history of a commit never changes, and asking git for it costs processes.
  const known = new Map<string, string[]>();
  return async (ctx, project) => {
    const signal = AbortSignal.any([ctx.signal, AbortSignal.timeout(patienceMs)]);
    const reader = readerOf(ctx, project);
    const parts = await Promise.all([
      partOf(ctx, 'commit', 'Recent commits', async () => {
        const key = `${project.id}:${project.commit}`;
        const kept = known.get(key);
        if (kept !== undefined) return kept;
        const commits = await reader.history({ limit: mostCommits }, signal);
        const lines = commits.map(({ sha, message }) => `${sha.slice(0, 12)} ${firstLine(message)}`);
        known.set(key, lines);
        const [oldest] = known.keys();
        if (known.size > mostKnown && oldest !== undefined) known.delete(oldest);
        return lines;
      }),
      partOf(ctx, 'issue', 'Issues and pull requests that changed last', async () => {
        const found = await reader.issues({ limit: mostIssues }, signal);
        return (found ?? []).map(lineOf);
      }),
    ]);
    return {
      blocks: parts.flatMap(({ block }) => block ?? []),
      items: parts.flatMap(({ item }) => item ?? []),
      leftOut: parts.flatMap(({ missing }) => missing ?? []),
    };
  };
}

interface Part {
  block?: ContextBlock;
  item?: ContextItem;
  missing?: TurnContext['leftOut'][number];
}

async function partOf(
  ctx: Context,
  kind: 'commit' | 'issue',
  title: string,
  read: () => Promise<string[]>,
): Promise<Part> {
  try {
    const lines = await read();
    if (lines.length === 0) return {};
    const text = lines.join('\n');
    return { block: { title, text }, item: { kind, title, cite: null, tokens: await countTokens(text) } };
  } catch (error) {
    ctx.signal.throwIfAborted();
    const isAway = error instanceof ToolError || (error instanceof Error && /Abort|Timeout|cancel/i.test(error.name));
    if (!isAway) throw error;
    return { missing: { kind, title, cite: null, tokens: 0, reason: 'unavailable' } };
  }
}

function lineOf({ kind, number, title, state }: IssueEntry): string {
  return `#${number} ${kind === 'issue' ? 'issue' : 'pull request'} (${state}): ${firstLine(title)}`;
}

function firstLine(text: string): string {
  return (text.split('\n')[0] ?? '').slice(0, 160);
}
