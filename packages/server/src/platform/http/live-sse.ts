import { Readable } from 'node:stream';
import {
  heartbeatSeconds,
  type Job,
  type LiveEvent,
  liveRoutes,
  type Topic,
  topic as topicSchema,
} from '@yudai/contract';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Context } from '#kernel/context.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Config } from '#platform/config/index.ts';
import { invalidInput } from '#platform/http/error-answer.ts';
import { requireOwnOrigin } from '#platform/http/guards.ts';
import { heartbeat, withHeartbeats } from '#platform/http/heartbeats.ts';
import type { AccessWatch } from '#platform/http/access-watch.ts';
import { contextOf, type Identify, requirePerson } from '#platform/http/identity.ts';
import { watchRights } from '#platform/http/watch-rights.ts';
import type { LiveConnections } from '#platform/http/live-connections.ts';
import { type Cursors, decodeCursors, encodeCursors } from '#platform/http/live-cursor.ts';
import type { Log } from '#platform/log/index.ts';
import { type Live, SlowReaderError } from '#platform/live/index.ts';

export interface LiveDoorOptions {
  readonly config: Config['http'];
  readonly live: Live;
  readonly clock: Clock;
  readonly identify: Identify;
  readonly access: AccessWatch;
  readonly connections: LiveConnections;
  readonly log: Log;
  readonly heartbeatMs?: number;
  /** How long one stream may last (E13); the client comes back with the last id it saw and misses nothing. */
  readonly lifetimeMs?: number;
}

const hourMs = 3_600_000;

const { stream, jobStream } = liveRoutes;

/** `liveRoutes.stream` and `.jobStream`: the live feed as server-sent events that resume by Last-Event-ID. */
export function addLiveStreams(app: FastifyInstance, options: LiveDoorOptions): void {
  app.get(stream.path, { exposeHeadRoute: false }, async (request, reply) => {
    request.operation = 'live.stream';
    requireOwnOrigin(request, options.config);
    const ctx = await contextOf(request, reply, options.identify);
    requirePerson(ctx);
    const { topics, after } = parseQuery(stream.query, request.query);
    const cursors = await startOf(ctx, options.live, topics, resumePoint(request, after));
    return sendStream(request, reply, options, ctx, cursors, {});
  });

  app.get(jobStream.path.replace('{id}', ':id'), { exposeHeadRoute: false }, async (request, reply) => {
    request.operation = 'jobs.stream';
    requireOwnOrigin(request, options.config);
    const ctx = await contextOf(request, reply, options.identify);
    requirePerson(ctx);
    const { id } = parseQuery(jobStream.params, request.params);
    const { after } = parseQuery(jobStream.query, request.query);
    const topic = topicSchema.parse(`job:${id}`);
    const head = (await options.live.cursors(ctx, [topic])).get(topic) ?? 0;
    const seq = resumePoint(request, after).get(topic) ?? 0;
    const [last] = head === 0 ? [] : await options.live.read(ctx, topic, head - 1, 1);
    // 204 is how a server tells EventSource that there is nothing to come back for.
    if (last !== undefined && endsJob(last) && seq >= head) return reply.status(204).send();
    return sendStream(request, reply, options, ctx, new Map([[topic, seq]]), { only: jobEvents, isLast: endsJob });
  });
}

/** The documented five; `heartbeat` is the fifth. */
const jobEvents: readonly LiveEvent['type'][] = ['status', 'progress', 'result', 'error'];

function parseQuery<T>(schema: z.ZodType<T>, query: unknown): T {
  const parsed = schema.safeParse(query);
  if (parsed.success) return parsed.data;
  throw invalidInput(parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message })));
}

/** Where the reader stopped: the header that EventSource sends by itself, or `after` for clients that cannot set headers. */
function resumePoint(request: FastifyRequest, after: string | undefined): Cursors {
  const header = request.headers['last-event-id'];
  return decodeCursors(typeof header === 'string' ? header : (after ?? ''), 'after');
}

/**
 * Where each topic starts. Topics without a resume point start now, and "now" is written down, so that a break before their first
 * event loses nothing. Throws `not_found` for a topic of somebody else, `gone` when a resume point is no longer kept.
 */
async function startOf(ctx: Context, live: Live, topics: readonly Topic[], seen: Cursors): Promise<Cursors> {
  const heads = await live.cursors(ctx, topics);
  for (const topic of topics) {
    const after = seen.get(topic);
    if (after !== undefined && after !== heads.get(topic)) await live.read(ctx, topic, after, 1);
  }
  return new Map(topics.map((topic) => [topic, seen.get(topic) ?? heads.get(topic) ?? 0]));
}

interface StreamShape {
  /** Only these types are sent; the others still move the cursor. */
  readonly only?: readonly LiveEvent['type'][];
  readonly isLast?: (event: LiveEvent) => boolean;
}

function sendStream(
  request: FastifyRequest,
  reply: FastifyReply,
  options: LiveDoorOptions,
  ctx: Context,
  cursors: Cursors,
  shape: StreamShape,
): FastifyReply {
  const release = options.connections.open(ctx, 'stream');
  const ended = new AbortController();
  const heartbeatMs = options.heartbeatMs ?? heartbeatSeconds * 1000;
  const lifetime = AbortSignal.timeout(options.lifetimeMs ?? hourMs);
  const signal = AbortSignal.any([ctx.signal, ended.signal, options.connections.draining, lifetime]);
  // A stream that is cut off comes back and is answered 401 or 404, which is what there is to say.
  const watched = watchRights(request, ctx, options, () => [...cursors.keys()], {
    onSignedOut: () => ended.abort(),
    onUnseen: () => ended.abort(),
  });
  const stalled = watchForStall(reply, heartbeatMs * 3);
  reply.raw.once('close', () => {
    ended.abort();
    stalled.stop();
    watched();
    release();
  });

  const frames = streamFrames({ ...options, heartbeatMs }, { ...ctx, signal }, cursors, shape, stalled, request);
  return reply
    .headers({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      // Proxies such as nginx hold answers back unless told otherwise.
      'x-accel-buffering': 'no',
    })
    .send(Readable.from(frames, { objectMode: false, highWaterMark: 64 * 1024 }));
}

async function* streamFrames(
  { live, clock, heartbeatMs }: LiveDoorOptions & { readonly heartbeatMs: number },
  ctx: Context,
  cursors: Cursors,
  { only, isLast }: StreamShape,
  stalled: StallWatch,
  request: FastifyRequest,
): AsyncGenerator<string> {
  const beat = () => frame('heartbeat', encodeCursors(cursors), { at: clock.now().toISOString() });
  yield `retry: 1000\n${beat()}`;
  try {
    const events = live.subscribe(ctx, new Map(cursors), { signal: ctx.signal });
    for await (const event of withHeartbeats(events, heartbeatMs)) {
      stalled.waiting(true);
      if (event === heartbeat) {
        yield beat();
      } else {
        cursors.set(event.topic, event.seq);
        if (only === undefined || only.includes(event.type)) yield frame(event.type, encodeCursors(cursors), event);
        if (isLast?.(event) === true) return;
      }
      stalled.waiting(false);
    }
  } catch (error) {
    // The end of a stream is always resumable; a reader that is too slow comes back when it has caught up.
    if (error instanceof SlowReaderError)
      request.log.info({ topics: cursors.size }, 'live stream ended: reader too slow');
    else if (!ctx.signal.aborted) request.log.error({ err: error }, 'live stream failed');
  }
}

function frame(event: string, id: string, data: unknown): string {
  return `event: ${event}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`;
}

interface StallWatch {
  waiting(isWaiting: boolean): void;
  stop(): void;
}

/** Cuts the connection of a reader that has taken nothing for this long: its socket is dead or its program hangs. */
function watchForStall(reply: FastifyReply, limitMs: number): StallWatch {
  let since: number | null = null;
  const timer = setInterval(() => {
    if (since !== null && performance.now() - since > limitMs) reply.raw.destroy();
  }, limitMs / 3);
  timer.unref();
  return {
    waiting: (isWaiting) => (since = isWaiting ? performance.now() : null),
    stop: () => clearInterval(timer),
  };
}

function hasEnded(job: Job): boolean {
  return job.status === 'completed' || job.status === 'failed' || job.status === 'cancelled';
}

/** A job tells its `result` or `error` first; the status that ends it is the last event of its feed. */
function endsJob(event: LiveEvent): boolean {
  return event.type === 'status' && hasEnded(event.data);
}
