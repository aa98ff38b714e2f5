import { z } from 'zod';
import { agentStatus, chatSession, chatStatistics, messageEvent } from '#chat.ts';
import { person } from '#accounts.ts';
import { cardHead } from '#cards.ts';
import { failure } from '#errors.ts';
import { idSchema } from '#ids.ts';
import { issueEvent } from '#issues.ts';
import { job, jobStep } from '#jobs.ts';
import { solveEvent, solveHead } from '#solver.ts';

/**
 * A topic names one feed: `job:<id>` (one job), `project:<id>` (a project, its index and its jobs), `user:<id>`
 * (a person's projects and jobs), `session:<id>` (one conversation) or `solve:<id>` (one solve).
 */
export const topic = z
  .string()
  .regex(/^(job:job|project:prj|user:usr|session:ses|solve:slv)_[0-9a-z]{26}$/, 'not a topic');
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
      change: z.enum(['created', 'updated', 'deleted', 'indexed', 'corrected', 'members']),
    }),
  }),
  /** On `project:` topics: GitHub told of the project's repository. */
  z.object({
    type: z.literal('github_update'),
    data: z.object({
      projectId: idSchema('project'),
      repository: z.string(),
      what: z.enum(['push', 'issue', 'pull_request', 'checks']),
      /** Of the issue or pull request. */
      number: z.number().int().nullable(),
    }),
  }),
  /** On `session:` topics: the conversation itself, as it is now, with who is here. */
  z.object({
    type: z.literal('session_update'),
    data: z.object({ session: chatSession, present: z.array(person), dropped: z.array(z.string()) }),
  }),
  /** On `session:` topics: a message, or the next piece of one. */
  z.object({ type: z.literal('message'), data: messageEvent }),
  /** On `session:` topics: what the agents are doing. */
  z.object({ type: z.literal('agent_status'), data: agentStatus }),
  /** On `session:` topics: what the conversation has used, after each turn. */
  z.object({ type: z.literal('statistics'), data: chatStatistics.extend({ sessionId: idSchema('session') }) }),
  /**
   * On `project:` topics for what all members see, on `user:` topics for what is one's own. `remove` also says that a card is nobody
   * else's any more.
   */
  z.object({
    type: z.literal('context_card'),
    data: z.object({ action: z.enum(['add', 'update', 'remove']), card: cardHead }),
  }),
  /** On `project:` topics: an issue or an idea was made, changed, published, or changed on GitHub. */
  z.object({ type: z.literal('issue_update'), data: issueEvent }),
  /** On `project:` topics: a solve was started, got on, or was removed. */
  z.object({
    type: z.literal('solve_update'),
    data: z.object({ action: z.enum(['added', 'updated', 'removed']), solve: solveHead }),
  }),
  /** On `solve:` topics: what happens in it. */
  z.object({ type: z.literal('solve'), data: solveEvent }),
]);
export type LiveMessage = z.infer<typeof liveMessage>;

/** One numbered event of a topic: `seq` counts from 1 without gaps, so a reader can resume after the last one it saw. */
export const liveEvent = z.intersection(
  z.object({ topic, seq: z.number().int().positive(), at: z.iso.datetime() }),
  liveMessage,
);
export type LiveEvent = z.infer<typeof liveEvent>;

/** How many topics one stream or socket carries. */
export const maximumTopics = 50;

/** What a client may say on the socket. */
export const socketRequest = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('subscribe'),
    topics: z
      .array(z.strictObject({ topic, after: z.number().int().min(0).optional() }))
      .min(1)
      .max(maximumTopics),
  }),
  z.strictObject({ type: z.literal('unsubscribe'), topics: z.array(topic).min(1).max(maximumTopics) }),
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

const after = z.string().max(4000).meta({
  description:
    'The id of the last event seen, for a client that cannot send Last-Event-ID. Without both, see the route.',
});

/**
 * The doors of the live feed. They are no procedures, because what they answer does not end; the server opens them, clients find
 * them and the description of the API lists them from here. Paths stand under `/api`, the method is GET.
 */
export const liveRoutes = {
  stream: {
    path: '/v1/live',
    summary: 'Events of several topics, as server-sent events',
    description:
      'Starts now, or after the event that `Last-Event-ID` or `after` names. A heartbeat comes when nothing else has for ' +
      `${heartbeatSeconds} seconds. Ends after an hour, when the server stops and when the reader is too slow; each may be resumed.`,
    query: z.strictObject({
      topics: z
        .string()
        .transform((text) => [...new Set(text.split(','))])
        .pipe(z.array(topic).min(1).max(maximumTopics))
        .meta({
          description: `Up to ${maximumTopics} topics with commas between: job:<id>, project:<id>, user:<id>, session:<id>, solve:<id>.`,
        }),
      after: after.optional(),
    }),
  },
  jobStream: {
    path: '/v1/jobs/{id}/stream',
    summary: 'Events of one job from its first, as server-sent events',
    description:
      'Sends `status`, `progress`, `result`, `error` and `heartbeat`, and ends after the status that ends the job. Asked again ' +
      'after that it answers 204, which tells EventSource to stay away.',
    params: z.strictObject({ id: idSchema('job') }),
    query: z.strictObject({ after: after.optional() }),
  },
  socket: {
    path: '/v1/live/socket',
    summary: 'Events of any number of topics, on a WebSocket',
    description:
      'Frames are JSON texts. Who asks is settled before the upgrade. Close codes: ' +
      `${socketCloseCodes.goingAway} the server stops and ${socketCloseCodes.slow} too slow (both may be resumed from the last ` +
      `\`seq\` seen), ${socketCloseCodes.badMessage} not a message of this protocol, ${socketCloseCodes.tooLarge} over 64 KB.`,
    examples: {
      client: [
        { type: 'subscribe', topics: [{ topic: `job:job_${'0'.repeat(26)}`, after: 7 }] },
        { type: 'unsubscribe', topics: [`job:job_${'0'.repeat(26)}`] },
        { type: 'heartbeat' },
      ],
      server: [
        { type: 'subscribed', topic: `job:job_${'0'.repeat(26)}`, seq: 7 },
        {
          topic: `job:job_${'0'.repeat(26)}`,
          seq: 8,
          at: '2026-11-21T12:00:00.000Z',
          type: 'progress',
          data: { jobId: `job_${'0'.repeat(26)}`, progress: 40, message: 'reading files' },
        },
        { type: 'unsubscribed', topic: `job:job_${'0'.repeat(26)}` },
        { type: 'refused', topic: 'job:x', error: { code: 'not_found', message: 'There is no such topic.' } },
        { type: 'heartbeat', at: '2026-11-21T12:00:15.000Z' },
      ],
    },
  },
} as const;

/** The path of a live route below the server's address: `/api/v1/jobs/job_…/stream`. */
export function livePath(route: { readonly path: string }, params: Readonly<Record<string, string>> = {}): string {
  return `/api${route.path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''))}`;
}
