import type { z } from 'zod';
import type { Context } from '#kernel/context.ts';
import { decodeCursor, encodeCursor } from '#kernel/cursor.ts';
import type { GitHubAnswer, GitHubClient } from './client.ts';
import type { Connections } from './connections.ts';

/** Asks GitHub as the person who asks Yudai. Throws AppError in words. */
export type Ask = <T>(
  ctx: Context,
  route: string,
  parameters: Readonly<Record<string, unknown>>,
  answer: z.ZodType<T>,
) => Promise<GitHubAnswer<T>>;

export function createAsk(deps: { readonly client: GitHubClient; readonly connections: Connections }): Ask {
  return (ctx, route, parameters, answer) =>
    deps.connections.withToken(ctx, (token) =>
      deps.client.request({ key: ctx.actor.userId, token }, { route, parameters, answer, signal: ctx.signal }),
    );
}

export interface PageRequest {
  readonly cursor?: string | undefined;
  readonly limit: number;
}

/** GitHub counts pages, so the cursor is a page and the size that it was counted with. */
export function pageParameters({ cursor, limit }: PageRequest): { page: number; per_page: number } {
  if (cursor === undefined) return { page: 1, per_page: limit };
  const [page, size] = decodeCursor(cursor, 2);
  return {
    page: Math.max(1, Math.trunc(Number(page)) || 1),
    per_page: Math.min(100, Math.max(1, Math.trunc(Number(size)) || 1)),
  };
}

export function cursorOf(nextPage: number | null, perPage: number): string | null {
  return nextPage === null ? null : encodeCursor([nextPage, perPage]);
}
