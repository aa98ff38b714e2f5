import type { Id } from '@yudai/contract';
import { sumUp } from '@yudai/engine/chat-turn';
import { z } from 'zod';
import type { Models } from '#features/models/index.ts';
import type { Projects } from '#features/projects/index.ts';
import { notFound } from '#kernel/app-error.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Database } from '#platform/db/index.ts';
import type { JobDefinition, JobRun } from '#platform/jobs/index.ts';
import { endTurn } from './end-turn.ts';
import { branchFrom, type MessageRow } from './message-store.ts';
import type { TurnDeps } from './start-turn.ts';
import { saveSummary, sessionOf, summaryAmong } from './store.ts';
import { countTokens } from './tokens.ts';

const payload = z.strictObject({
  sessionId: z.string().transform((id) => id as Id<'session'>),
  /** The last message of the branch that is summed up. */
  messageId: z.string().transform((id) => id as Id<'message'>),
});
type Payload = z.infer<typeof payload>;

export interface CompactDeps extends TurnDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly projects: Pick<Projects, 'require'>;
  readonly models: Pick<Models, 'forJob'>;
}

/** The last messages stay as they were said. */
const keptMessages = 4;
/** Messages that are looked at; a summary stands for those before it. */
const mostMessages = 2000;

/** `chat.compact`: the older part of a conversation becomes a summary, which the turns that follow are given in its place. */
export function createCompactJob(deps: CompactDeps): JobDefinition<Payload> {
  return {
    kind: 'chat.compact',
    payload,
    mode: 'direct',
    concurrency: 20,
    deadlineMs: 10 * 60_000,
    attempts: 1,
    run: (run) => run.step('sum-up', ({ signal }) => compact(deps, run, signal)),
    // Messages that were sent meanwhile are answered now.
    onEnd: (db, job) => endTurn(deps, db, job),
  };
}

async function compact(
  { database, projects, models, clock }: CompactDeps,
  run: JobRun<Payload>,
  signal: AbortSignal,
): Promise<{ messages: number; tokensBefore: number; tokensAfter: number }> {
  const { ctx } = run;
  const { sessionId, messageId } = run.payload;
  const { session, rows, summary } = await database.asUser(ctx.actor.userId, async (db) => {
    const branch = (await branchFrom(db, messageId, mostMessages)).toReversed();
    const ids = branch.map(({ id }) => id);
    return { session: await sessionOf(db, sessionId), rows: branch, summary: await summaryAmong(db, sessionId, ids) };
  });
  if (session === undefined) throw notFound('conversation');
  const project = await projects.require(ctx, session.projectId, 'chat.write');
  const after = summary === undefined ? 0 : rows.findIndex(({ id }) => id === summary.messageId) + 1;
  const older = rows.slice(after, -keptMessages);
  const last = older.at(-1);
  if (last === undefined) return { messages: 0, tokensBefore: 0, tokensAfter: 0 };
  run.progress(10, `Summing up ${older.length} messages`);
  const model = models.forJob(run, { role: 'writer', projectId: project.id, sessionId });
  const messages = older.map(({ role, body }) => ({ role, text: body }));
  const body = await sumUp(model, { project: project.name, earlier: summary?.body ?? null, messages }, signal);
  const tokens = await countTokens(body);
  await database.asUser(ctx.actor.userId, (db) =>
    saveSummary(db, { sessionId, messageId: last.id, body, tokens, createdAt: clock.now() }),
  );
  return { messages: older.length, tokensBefore: sumOf(older) + (summary?.tokens ?? 0), tokensAfter: tokens };
}

function sumOf(rows: readonly MessageRow[]): number {
  return rows.reduce((sum, { tokens }) => sum + tokens, 0);
}
