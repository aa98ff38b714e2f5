import type { Citation, Id, LiveMessage, MessagePart, ModelCall } from '@yudai/contract';
import { createTranscript, textOf, type Transcript, type TranscriptChange } from '@yudai/engine/chat-turn';
import { notFound } from '#kernel/app-error.ts';
import { newId } from '#kernel/ids.ts';
import type { Database, Db } from '#platform/db/index.ts';
import type { JobRun } from '#platform/jobs/index.ts';
import type { Relay } from '#platform/live/index.ts';
import { feedOf, tellMessage, tellSession } from './announce.ts';
import { changeMessage, insertMessage, waitingMessages } from './message-store.ts';
import type { TurnDeps, TurnPayload } from './start-turn.ts';
import { changeSession, lockSession, type SessionRow } from './store.ts';
import { countTokens } from './tokens.ts';

export interface AnswerDeps extends TurnDeps {
  readonly database: Database;
  readonly relay: Relay;
}

/** How often the text of an answer is kept in its row while it is written. */
const keepEveryMs = 1000;

/** The message that is being written: its parts go to the feed at once, to its row every second. */
export function createAnswer(
  deps: AnswerDeps,
  run: JobRun<TurnPayload>,
  session: SessionRow,
  firstId: Id<'message'>,
  usage: ModelCall[],
) {
  const { database, relay } = deps;
  const userId = run.ctx.actor.userId;
  const topic = `session:${session.id}`;
  let startedAt = deps.clock.now().getTime();
  let id = firstId;
  let transcript = createTranscript([], onChange);
  let lastKept = performance.now();
  let isChanged = false;
  let keeping: Promise<void> = Promise.resolve();

  function onChange(change: TranscriptChange): void {
    relay.write(feedOf(session), topic, toEvent(id, change));
    isChanged = true;
    if (performance.now() - lastKept < keepEveryMs) return;
    lastKept = performance.now();
    keeping = keeping.then(keep).catch((error: unknown) => run.log.warn({ err: error }, 'an answer was not kept'));
  }

  /** The words so far, and how far the feed is that tells them. */
  async function keep(): Promise<void> {
    if (!isChanged) return;
    isChanged = false;
    const streamSeq = await relay.drained(topic);
    const own = id;
    const change = { parts: [...transcript.parts], body: textOf(transcript.parts), ...used() };
    // As the system, like the feed that has told them: who asked may have lost the right to write meanwhile.
    await database.asSystem((db) =>
      changeMessage(db, own, { ...change, ...(streamSeq === undefined ? {} : { streamSeq }) }),
    );
  }

  const used = () => measured(usage, deps.clock.now().getTime() - startedAt);

  /** Ends the message: all that is known of it, in one transaction with the news. */
  async function finish(citations: Citation[]): Promise<void> {
    await keeping;
    await relay.drained(topic);
    await database.asUser(userId, async (db) => {
      const locked = await lockSession(db, session.id);
      if (locked === undefined) throw notFound('conversation');
      const row = await changeMessage(db, id, {
        parts: [...transcript.parts],
        body: textOf(transcript.parts),
        tokens: await countTokens(textOf(transcript.parts)),
        citations,
        status: 'complete',
        ...used(),
      });
      if (row !== undefined) await tellMessage(deps, db, locked, row, 'updated');
    });
  }

  /**
   * Takes the messages that want to be read now: what was said so far becomes a message of its own, then comes what the person says, and the
   * answer goes on in another. Kept as a step, so that a later life of the job goes on with the same message.
   */
  async function steer(number: number): Promise<{ texts: string[]; transcript: Transcript } | null> {
    const taken = await run.step(`steer:${number}`, async () => {
      await keeping.then(keep);
      const own = id;
      return database.asUser(userId, (db) => takeSteering(deps, db, session.id, own, run.id, transcript.parts));
    });
    if (taken === null) return null;
    id = taken.answerId;
    startedAt = deps.clock.now().getTime();
    usage.length = 0;
    transcript = createTranscript([], onChange);
    return { texts: taken.texts, transcript };
  }

  return { transcript, id: () => id, keep: () => keeping.then(keep), finish, steer };
}

/** In one transaction, so that nobody sees half of it. */
async function takeSteering(
  deps: AnswerDeps,
  db: Db,
  sessionId: Id<'session'>,
  answerId: Id<'message'>,
  jobId: Id<'job'>,
  said: readonly MessagePart[],
): Promise<{ texts: string[]; answerId: Id<'message'> } | null> {
  const session = await lockSession(db, sessionId);
  if (session === undefined) throw notFound('conversation');
  const waiting = (await waitingMessages(db, sessionId)).filter(({ mode }) => mode === 'steer');
  if (waiting.length === 0) return null;
  const body = textOf(said);
  const before = await changeMessage(db, answerId, {
    status: 'complete',
    parts: [...said],
    body,
    tokens: await countTokens(body),
  });
  if (before !== undefined) await tellMessage(deps, db, session, before, 'updated');
  let parentId = answerId;
  for (const row of waiting) {
    const told = await changeMessage(db, row.id, { status: 'complete', mode: null, model: null, parentId });
    if (told === undefined) continue;
    await tellMessage(deps, db, session, told, 'updated');
    parentId = told.id;
  }
  const next = await insertMessage(db, {
    id: newId('message', deps.clock.now()),
    sessionId,
    parentId,
    role: 'assistant',
    status: 'streaming',
    parts: [],
    body: '',
    tokens: 0,
    jobId,
    createdAt: deps.clock.now(),
  });
  const changed = await changeSession(db, sessionId, { headId: next.id, messageCount: session.messageCount + 1 });
  await tellMessage(deps, db, changed, next, 'added');
  await tellSession(deps, db, changed);
  return { texts: waiting.map((row) => row.body), answerId: next.id };
}

function measured(usage: readonly ModelCall[], durationMs: number) {
  if (usage.length === 0) return { durationMs: Math.max(0, Math.round(durationMs)) };
  const sum = (of: (it: ModelCall) => number) => usage.reduce((total, it) => total + of(it), 0);
  return {
    model: usage.at(-1)?.model ?? null,
    inputTokens: sum((it) => it.inputTokens),
    cachedTokens: sum((it) => it.cachedTokens),
    outputTokens: sum((it) => it.outputTokens),
    costMicros: usage.some((it) => it.costMicros === null) ? null : sum((it) => it.costMicros ?? 0),
    durationMs: Math.max(0, Math.round(durationMs)),
  };
}

function toEvent(messageId: Id<'message'>, change: TranscriptChange): LiveMessage {
  switch (change.type) {
    case 'delta': {
      const { part, kind, offset, text } = change;
      return { type: 'message', data: { action: 'delta', messageId, part, kind, offset, text } };
    }
    case 'part':
      return { type: 'message', data: { action: 'part', messageId, part: change.part, value: change.value } };
    case 'reset':
      return { type: 'message', data: { action: 'reset', messageId, parts: change.parts } };
  }
}
