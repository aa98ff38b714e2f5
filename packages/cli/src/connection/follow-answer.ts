import { setTimeout as wait } from 'node:timers/promises';
import {
  type ChatMessage,
  type Id,
  type Job,
  liveEvent,
  type LiveEvent,
  livePath,
  liveRoutes,
  type MessageEvent,
  type MessagePart,
} from '@yudai/contract';
import { ApiError } from '@yudai/contract/client';
import type { Connection } from '#connection/connection.ts';
import { readEvents } from '#connection/server-sent-events.ts';
import { CliError } from '#exit-codes.ts';

/** A question that was sent, and where the feed of its session stood before. */
export interface Asked {
  readonly sessionId: Id<'session'>;
  readonly questionId: Id<'message'>;
  /** Null while the question waits for an answer that is under way. */
  readonly answer: ChatMessage | null;
  readonly cursor: number;
}

export interface AnswerWatch {
  readonly signal: AbortSignal;
  /** Told what the answer says so far, whenever that changes. */
  readonly onParts: (parts: readonly MessagePart[]) => void;
  /** The turn waits for a person. What it waits for has been answered when this resolves; what it throws ends the watching. */
  readonly onWaiting: (job: Job) => Promise<void>;
}

const pollMs = 300;
/** Messages that are looked at for the answer when the feed was cut. */
const mostRecent = 20;

/**
 * Follows the feed of a session until the question has its answer, whole, stopped or failed. Where the feed breaks it is taken up after the
 * last event seen, with what the rows say in between. Rejects when `signal` is aborted.
 */
export async function followAnswer(connection: Connection, asked: Asked, watch: AnswerWatch): Promise<ChatMessage> {
  const following = new Following(asked, watch);
  for (;;) {
    await followFeed(connection, following);
    const ended = following.answer;
    if (ended !== null && isEnded(ended)) return ended;
    await wait(pollMs, undefined, { signal: watch.signal });
    const { id, limit } = { id: asked.sessionId, limit: mostRecent };
    const { messages, cursor } = await connection.client.chat.get({ id, limit }, { signal: watch.signal });
    for (const message of messages) following.see(message);
    following.skipTo(cursor);
  }
}

/** What is known of one answer, and how far the feeds have been read. */
class Following {
  answer: ChatMessage | null;
  readonly watch: AnswerWatch;
  readonly #asked: Asked;
  readonly #seen = new Map<string, number>();

  constructor(asked: Asked, watch: AnswerWatch) {
    this.#asked = asked;
    this.watch = watch;
    this.answer = asked.answer;
    this.#seen.set(`session:${asked.sessionId}`, asked.cursor);
  }

  /** The topics to follow, and the last event seen of each. The turn's own tells when it waits for a person. */
  places(): ReadonlyMap<string, number> {
    const job = this.answer?.jobId ?? null;
    if (job !== null && !this.#seen.has(`job:${job}`)) this.#seen.set(`job:${job}`, 0);
    return this.#seen;
  }

  /** The rows were read: what the feed said up to here is in them. */
  skipTo(cursor: number): void {
    this.#seen.set(`session:${this.#asked.sessionId}`, cursor);
  }

  /** Takes an event in; true when the feed has to be opened anew, because there is nothing more to read or a topic more to follow. */
  async take(event: LiveEvent): Promise<boolean> {
    this.#seen.set(event.topic, event.seq);
    if (event.type === 'status' && event.data.status === 'waiting_for_input') await this.watch.onWaiting(event.data);
    if (event.type !== 'message') return false;
    const before = this.answer;
    if (event.data.action === 'added' || event.data.action === 'updated') this.see(event.data.message);
    else this.#change(event.data);
    return this.answer !== null && (isEnded(this.answer) || before?.jobId !== this.answer.jobId);
  }

  /** Takes a message in, if it is the answer. */
  see(message: ChatMessage): void {
    const isAnswer = message.role === 'assistant' && message.parentId === this.#asked.questionId;
    if (this.answer === null ? !isAnswer : message.id !== this.answer.id) return;
    this.#become(message);
  }

  #change(event: Exclude<MessageEvent, { action: 'added' | 'updated' }>): void {
    if (event.action === 'removed' || this.answer?.id !== event.messageId) return;
    this.#become({ ...this.answer, parts: partsAfter(this.answer.parts, event) });
  }

  #become(answer: ChatMessage): void {
    this.answer = answer;
    this.watch.onParts(answer.parts);
  }
}

function isEnded({ status }: ChatMessage): boolean {
  return status === 'complete' || status === 'stopped' || status === 'failed';
}

type PartEvent = Extract<MessageEvent, { action: 'delta' | 'part' | 'reset' }>;

/** The same parts for an event that is in them already, or whose beginning is missing: the last message says it all. */
function partsAfter(parts: MessagePart[], event: PartEvent): MessagePart[] {
  if (event.action === 'reset') return parts.slice(0, event.parts);
  if (event.part > parts.length) return parts;
  if (event.action === 'part') return parts.toSpliced(event.part, 1, event.value);
  const known = parts[event.part];
  const text = known?.type === event.kind ? known.text : '';
  if (event.offset > text.length || event.offset + event.text.length <= text.length) return parts;
  return parts.toSpliced(event.part, 1, { type: event.kind, text: text.slice(0, event.offset) + event.text });
}

/** Reads the feed until it ends or breaks, or has to be opened anew. A feed that breaks is no failure here. */
async function followFeed(connection: Connection, following: Following): Promise<void> {
  const done = new AbortController();
  const { signal } = following.watch;
  try {
    const places = [...following.places()];
    const url = new URL(livePath(liveRoutes.stream), connection.url);
    url.searchParams.set('topics', places.map(([topic]) => topic).join(','));
    const headers = {
      accept: 'text/event-stream',
      'last-event-id': places.map(([topic, seq]) => `${topic}=${seq}`).join(';'),
    };
    const response = await connection.fetch(
      new Request(url, { headers, signal: AbortSignal.any([signal, done.signal]) }),
    );
    if (!response.ok || response.body === null) return;
    for await (const { data } of readEvents(response.body)) {
      const event = liveEvent.safeParse(jsonOf(data));
      if (event.success && (await following.take(event.data))) return;
    }
  } catch (error) {
    if (signal.aborted || !isCut(error)) throw error;
  } finally {
    done.abort();
  }
}

/** A connection that broke, in whichever way it says so; what was said in words is no such thing. */
function isCut(error: unknown): boolean {
  return error instanceof CliError ? error.code === 'unavailable' : !(error instanceof ApiError);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Half an event at the end of a feed that was cut: it comes again.
    return null;
  }
}
