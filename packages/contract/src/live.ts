import { z } from 'zod';
import { failure } from '#errors.ts';
import { idSchema } from '#ids.ts';
import { job, jobStep } from '#jobs.ts';

/**
 * A topic names one feed: `job:<id>` (one job), `project:<id>` (a project, its index and its jobs) or `user:<id>`
 * (a person's projects and jobs).
 */
export const topic = z.string().regex(/^(job:job|project:prj|user:usr)_[0-9a-z]{26}$/, 'not a topic');
export type Topic = z.infer<typeof topic>;

/** What an event says. The names of a job's events are the documented five; `heartbeat` is made by the stream itself. */
export const liveMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('status'), data: job }),
  z.object({
    type: z.literal('progress'),
    data: z.object({ jobId: idSchema('job'), progress: z.number().int(), message: z.string().nullable() }),
  }),
  z.object({ type: z.literal('step'), data: jobStep.extend({ jobId: idSchema('job') }) }),
  z.object({ type: z.literal('result'), data: job }),
  z.object({ type: z.literal('error'), data: failure.extend({ jobId: idSchema('job') }) }),
  /** On `project:` and `user:` topics: a job of it was made or changed its status. */
  z.object({ type: z.literal('job_update'), data: job }),
  z.object({
    type: z.literal('project_update'),
    data: z.object({
      projectId: idSchema('project'),
      change: z.enum(['created', 'updated', 'deleted', 'indexed']),
    }),
  }),
]);
export type LiveMessage = z.infer<typeof liveMessage>;

/** One numbered event of a topic: `seq` counts from 1 without gaps, so a reader can resume after the last one it saw. */
export const liveEvent = z.intersection(
  z.object({ topic, seq: z.number().int().positive(), at: z.iso.datetime() }),
  liveMessage,
);
export type LiveEvent = z.infer<typeof liveEvent>;

/** What a client may say on the socket. */
export const socketRequest = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('subscribe'),
    topics: z
      .array(z.strictObject({ topic, after: z.number().int().min(0).optional() }))
      .min(1)
      .max(50),
  }),
  z.strictObject({ type: z.literal('unsubscribe'), topics: z.array(topic).min(1).max(50) }),
  z.strictObject({ type: z.literal('heartbeat') }),
]);
export type SocketRequest = z.infer<typeof socketRequest>;

/** What the server says on the socket besides events. */
export const socketNotice = z.discriminatedUnion('type', [
  z.object({ type: z.literal('subscribed'), topic, seq: z.number().int() }),
  z.object({ type: z.literal('unsubscribed'), topic }),
  z.object({ type: z.literal('heartbeat'), at: z.iso.datetime() }),
  z.object({ type: z.literal('refused'), topic: z.string().nullable(), error: failure }),
]);
export type SocketNotice = z.infer<typeof socketNotice>;

/** Close codes of the socket: `slow` and `goingAway` may be resumed from the last `seq` seen. */
export const socketCloseCodes = {
  goingAway: 1001,
  badMessage: 1007,
  tooLarge: 1009,
  revoked: 4401,
  slow: 4408,
} as const;

/** Seconds between heartbeats of a stream or socket. */
export const heartbeatSeconds = 15;
