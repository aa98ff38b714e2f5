import type { ContextItem, Project, TurnContext } from '@yudai/contract';
import type { ContextBlock } from '@yudai/engine/chat-turn';
import { type IssueEntry, type RepositoryReader, ToolError } from '@yudai/engine/tools';
import type { Clock } from '#kernel/clock.ts';
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
const mostIssues = 8;
/** A turn does not wait longer for GitHub; what Yudai keeps of it is asked in the same way. */
const patienceMs = 3000;
/** Turns that follow each other do not ask GitHub again; the tools of the model do. */
const issuesFreshMs = 60_000;
/** Lists that are kept in memory, some hundred bytes each. */
const mostKept = 400;

/** The last commits, and the titles of the issues and pull requests that changed last. */
export function createRecent(clock: Clock, readerOf: (ctx: Context, project: Project) => RepositoryReader): Recent {
  const kept = new Map<string, { readonly until: number; readonly lines: string[] }>();

  async function keep(key: string, freshMs: number, read: () => Promise<string[]>): Promise<string[]> {
    const now = clock.now().getTime();
    const known = kept.get(key);
    if (known !== undefined && now < known.until) return known.lines;
    const lines = await read();
    kept.delete(key);
    kept.set(key, { until: now + freshMs, lines });
    const [oldest] = kept.keys();
    if (kept.size > mostKept && oldest !== undefined) kept.delete(oldest);
    return lines;
  }

  return async (ctx, project) => {
    const signal = AbortSignal.any([ctx.signal, AbortSignal.timeout(patienceMs)]);
    const reader = readerOf(ctx, project);
    const parts = await Promise.all([
      partOf(ctx, 'commit', 'Recent commits', () =>
        // The history of a commit never changes, and asking git for it costs processes.
        keep(JSON.stringify([project.id, project.commit]), Number.POSITIVE_INFINITY, async () => {
          const commits = await reader.history({ limit: mostCommits }, signal);
          return commits.map(({ sha, message }) => `${sha.slice(0, 12)} ${firstLine(message)}`);
        }),
      ),
      partOf(ctx, 'issue', 'Issues and pull requests that changed last', () =>
        // What GitHub shows is somebody's own: not everybody in a project sees the same.
        keep(JSON.stringify([project.id, ctx.actor.userId]), issuesFreshMs, async () => {
          const found = await reader.issues({ limit: mostIssues }, signal);
          return (found ?? []).map(lineOf);
        }),
      ),
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
