import { type Id, mostMemories } from '@yudai/contract';
import { pickMemories, sumUp } from '@yudai/engine/chat-turn';
import { ModelError } from '@yudai/engine/models';
import { z } from 'zod';
import type { Models } from '#features/models/index.ts';
import type { Projects } from '#features/projects/index.ts';
import { notFound } from '#kernel/app-error.ts';
import type { Clock } from '#kernel/clock.ts';
import { newId } from '#kernel/ids.ts';
import type { Database } from '#platform/db/index.ts';
import type { JobDefinition, JobRun } from '#platform/jobs/index.ts';
import { endTurn } from './end-turn.ts';
import { insertMemories, memoriesOf } from './memory-store.ts';
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
/** How much one summing up adds to what is kept in mind. */
const mostPicked = 8;

/** `chat.compact`: the older part of a conversation becomes a summary, which the turns that follow are given in its place. */
export function createCompactJob(deps: CompactDeps): JobDefinition<Payload> {
  return {
    kind: 'chat.compact',
    payload,
    mode: 'direct',
    concurrency: 20,
    deadlineMs: 10 * 60_000,
    attempts: 1,
    run: async (run) => {
      const { summary, ...counts } = await run.step('sum-up', ({ signal }) => compact(deps, run, signal));
      if (summary === null) return { ...counts, memories: 0 };
      const memories = await run.step('memories', ({ signal }) => keepInMind(deps, run, summary, signal));
      return { ...counts, memories };
    },
    // As for an answer: who asked may have lost the right to write meanwhile.
    endsAsSystem: true,
    // Messages that were sent meanwhile are answered now.
    onEnd: (db, job) => endTurn(deps, db, job),
  };
}

async function compact(
  { database, projects, models, clock }: CompactDeps,
  run: JobRun<Payload>,
  signal: AbortSignal,
): Promise<{ messages: number; tokensBefore: number; tokensAfter: number; summary: string | null }> {
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
  if (last === undefined) return { messages: 0, tokensBefore: 0, tokensAfter: 0, summary: null };
  run.progress(10, `Summing up ${older.length} messages`);
  const model = models.forJob(run, { role: 'writer', projectId: project.id, sessionId });
  const messages = older.map(({ role, body }) => ({ role, text: body }));
  const body = await sumUp(model, { project: project.name, earlier: summary?.body ?? null, messages }, signal);
  const tokens = await countTokens(body);
  await database.asUser(ctx.actor.userId, (db) =>
    saveSummary(db, { sessionId, messageId: last.id, body, tokens, createdAt: clock.now() }),
  );
  const tokensBefore = sumOf(older) + (summary?.tokens ?? 0);
  return { messages: older.length, tokensBefore, tokensAfter: tokens, summary: body };
}

/** What of the summary every later turn is given, even when the summary is itself summed up. People see it and take away what is wrong. */
async function keepInMind(
  { database, projects, models, clock }: CompactDeps,
  run: JobRun<Payload>,
  summary: string,
  signal: AbortSignal,
): Promise<number> {
  const { ctx, payload } = run;
  const { sessionId, messageId } = payload;
  const { session, known } = await database.asUser(ctx.actor.userId, async (db) => ({
    session: await sessionOf(db, sessionId),
    known: await memoriesOf(db, sessionId),
  }));
  if (session === undefined) throw notFound('conversation');
  const count = Math.min(mostPicked, mostMemories - known.length);
  if (count <= 0) return 0;
  const project = await projects.require(ctx, session.projectId, 'chat.write');
  const model = models.forJob(run, { role: 'writer', projectId: project.id, sessionId });
  run.progress(80, 'Looking for what must not be lost');
  const asked = { project: project.name, summary, known: known.map(({ body }) => body), count };
  const picked = await pickMemories(model, asked, signal).catch((error: unknown) => {
    // The summary is there; what is worth more than that is found the next time, or written down by hand.
    if (!(error instanceof ModelError)) throw error;
    run.log.warn({ err: error }, 'nothing was kept in mind');
    return [];
  });
  const rows = await Promise.all(
    picked.map(async ({ kind, text }) => ({
      id: newId('memory', clock.now()),
      sessionId,
      messageId,
      origin: 'daifu' as const,
      kind,
      body: text,
      tokens: await countTokens(text),
      createdAt: clock.now(),
    })),
  );
  await database.asUser(ctx.actor.userId, (db) => insertMemories(db, rows));
  return rows.length;
}

function sumOf(rows: readonly MessageRow[]): number {
  return rows.reduce((sum, { tokens }) => sum + tokens, 0);
}
