import {
  type Failure,
  heartbeatSeconds,
  type LiveEvent,
  maximumTopics,
  socketCloseCodes,
  socketRequest,
  type SocketNotice,
  type SocketRequest,
  type Topic,
} from '@yudai/contract';
import type { RawData, WebSocket } from 'ws';
import type { FastifyRequest } from 'fastify';
import { AppError, notFound } from '#kernel/app-error.ts';
import type { Context } from '#kernel/context.ts';
import { toErrorAnswer } from '#platform/http/error-answer.ts';
import type { LiveDoorOptions } from '#platform/http/live-sse.ts';
import { watchRights } from '#platform/http/watch-rights.ts';
import { SlowReaderError } from '#platform/live/index.ts';

/** Bytes that may wait in the socket before the next event waits for them to leave. */
const highWater = 64 * 1024;
/** Messages that one client may send in ten seconds. */
const messageLimit = 200;
const closeGraceMs = 5000;

/** One client's session on an accepted socket: its topics, its heartbeats, its end. Returns when the socket is set up. */
export function openSocketSession(
  socket: WebSocket,
  ctx: Context,
  request: FastifyRequest,
  options: LiveDoorOptions,
): void {
  const session = new SocketSession(socket, ctx, options);
  const unwatch = watchRights(request, ctx, options, () => session.topics(), {
    onSignedOut: () => session.signOut(),
    onUnseen: (topic) => session.drop(topic),
  });
  socket.on('close', unwatch);
  socket.on('message', (data, isBinary) => session.receive(data, isBinary));
  socket.on('pong', () => session.heard());
  socket.on('close', () => session.end());
  // `ws` closes with the right code by itself (1002, 1007, 1009); without a listener its error would end the process.
  socket.on('error', () => session.end());
}

class SocketSession {
  readonly #socket: WebSocket;
  readonly #ctx: Context;
  readonly #options: LiveDoorOptions;
  readonly #topics = new Map<Topic, AbortController>();
  readonly #heartbeat: NodeJS.Timeout;
  #lastHeard = performance.now();
  #recentMessages = 0;
  #work: Promise<void> = Promise.resolve();

  constructor(socket: WebSocket, ctx: Context, options: LiveDoorOptions) {
    this.#socket = socket;
    this.#ctx = ctx;
    this.#options = options;
    const heartbeatMs = options.heartbeatMs ?? heartbeatSeconds * 1000;
    this.#heartbeat = setInterval(() => this.#beat(heartbeatMs), heartbeatMs);
    this.#heartbeat.unref();
  }

  topics(): Topic[] {
    return [...this.#topics.keys()];
  }

  /** Who opened it is not signed in any more. */
  signOut(): void {
    this.#close(socketCloseCodes.revoked, 'signed out: sign in and connect again');
  }

  /** The topic may not be watched any more; others go on. */
  drop(topic: Topic): void {
    this.#topics.get(topic)?.abort();
    this.#topics.delete(topic);
    void this.#send({ type: 'refused', topic, error: toRefusal(notFound('live feed')) });
  }

  heard(): void {
    this.#lastHeard = performance.now();
  }

  /** Messages are answered one after the other, in the order in which they came. */
  receive(data: RawData, isBinary: boolean): void {
    this.heard();
    this.#recentMessages += 1;
    if (this.#recentMessages > messageLimit) return this.#close(1008, 'too many messages');
    const message = isBinary || !Buffer.isBuffer(data) ? null : parseMessage(data);
    if (message === null) return this.#close(socketCloseCodes.badMessage, 'not a message of this protocol');
    this.#work = this.#work.then(() => this.#answer(message));
  }

  end(): void {
    clearInterval(this.#heartbeat);
    for (const subscription of this.#topics.values()) subscription.abort();
    this.#topics.clear();
  }

  async #answer(message: SocketRequest): Promise<void> {
    switch (message.type) {
      case 'heartbeat':
        return this.#send({ type: 'heartbeat', at: this.#now() });
      case 'unsubscribe':
        for (const topic of message.topics) {
          this.#topics.get(topic)?.abort();
          this.#topics.delete(topic);
          await this.#send({ type: 'unsubscribed', topic });
        }
        return;
      case 'subscribe':
        for (const { topic, after } of message.topics) await this.#subscribe(topic, after);
    }
  }

  async #subscribe(topic: Topic, after: number | undefined): Promise<void> {
    this.#topics.get(topic)?.abort();
    try {
      if (!this.#topics.has(topic) && this.#topics.size >= maximumTopics) {
        const message = `One socket carries at most ${maximumTopics} topics.`;
        return await this.#send({ type: 'refused', topic, error: { code: 'too_many_requests', message } });
      }
      const head = (await this.#options.live.cursors(this.#ctx, [topic])).get(topic) ?? 0;
      const seq = after ?? head;
      if (this.#socket.readyState !== this.#socket.OPEN) return;
      const subscription = new AbortController();
      this.#topics.set(topic, subscription);
      await this.#send({ type: 'subscribed', topic, seq });
      void this.#pump(topic, seq, subscription.signal);
    } catch (error) {
      await this.#send({ type: 'refused', topic, error: toRefusal(error) });
    }
  }

  /** Carries one topic to the socket until it is unsubscribed, the socket ends, or the reader falls too far behind. */
  async #pump(topic: Topic, after: number, signal: AbortSignal): Promise<void> {
    const ctx = { ...this.#ctx, signal };
    try {
      for await (const event of this.#options.live.subscribe(ctx, new Map([[topic, after]]), { signal })) {
        if (signal.aborted) return;
        await this.#send(event);
      }
    } catch (error) {
      if (error instanceof SlowReaderError)
        this.#close(socketCloseCodes.slow, 'too slow: resume from the last seq you saw');
      else if (error instanceof AppError) {
        this.#topics.delete(topic);
        await this.#send({ type: 'refused', topic, error: toRefusal(error) });
      } else if (!signal.aborted) {
        this.#options.log.error({ err: error, requestId: this.#ctx.requestId }, 'live topic failed');
        this.#close(socketCloseCodes.goingAway, 'the feed broke: resume from the last seq you saw');
      }
    }
  }

  /** Resolves at once while the socket keeps up, else when what waits has left it. */
  async #send(message: SocketNotice | LiveEvent): Promise<void> {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    const mustWait = this.#socket.bufferedAmount > highWater;
    const left = new Promise<void>((resolve) => this.#socket.send(JSON.stringify(message), () => resolve()));
    if (mustWait) await left;
  }

  #beat(heartbeatMs: number): void {
    this.#recentMessages = 0;
    // Two heartbeats without an answer: the peer is gone, and the network has not said so.
    if (performance.now() - this.#lastHeard > heartbeatMs * 2.5) return this.#socket.terminate();
    // Browsers answer pings by themselves but do not show them to the page, which therefore gets a message too.
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.ping();
    void this.#send({ type: 'heartbeat', at: this.#now() });
  }

  #close(code: number, reason: string): void {
    this.end();
    this.#socket.close(code, reason);
    // A peer that reads nothing does not see the close either.
    setTimeout(() => this.#socket.terminate(), closeGraceMs).unref();
  }

  #now(): string {
    return this.#options.clock.now().toISOString();
  }
}

function parseMessage(data: Buffer): SocketRequest | null {
  try {
    return socketRequest.safeParse(JSON.parse(data.toString('utf8'))).data ?? null;
  } catch {
    // Not JSON: closed like every other foreign message, by the caller.
    return null;
  }
}

function toRefusal(error: unknown): Failure {
  const { code, message } = toErrorAnswer(error);
  return { code, message };
}
