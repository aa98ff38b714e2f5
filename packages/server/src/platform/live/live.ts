import { type Id, type LiveEvent, type LiveMessage, maximumTopics, type Topic } from '@yudai/contract';
import type { SQL } from 'drizzle-orm';
import { AppError, notFound } from '#kernel/app-error.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Context } from '#kernel/context.ts';
import { invariant } from '#kernel/invariant.ts';
import type { Database, DatabaseLog, Db } from '#platform/db/index.ts';
import { Hub } from './hub.ts';
import {
  deleteEventsBefore,
  deleteTopics,
  type EventRow,
  eventsAfter,
  insertEvent,
  insertEvents,
  insertTopic,
  type SizedEvent,
  type NewEvent,
  shareTopic,
  statesOf,
  type FeedOf,
  type TopicState,
} from './store.ts';
import { type BufferLimit, startOf, Subscription } from './subscription.ts';

const standardLimit: BufferLimit = { events: 1_000, bytes: 1_000_000 };
const pageSize = 100;

export interface SubscribeOptions {
  /** Ends the subscription without an error. */
  readonly signal: AbortSignal;
  /** What may wait for a reader that does not read: 1,000 events and 1 MB unless told. */
  readonly bufferLimit?: Partial<BufferLimit>;
}

/** The one feed of events that everybody watches: numbered per topic, stored, told to all nodes. */
export interface Live {
  /**
   * Appends to a topic in the caller's transaction and returns the event's number. It is told when the transaction commits and never
   * if it does not. A topic comes into being with its first event, and stays its first owner's or its project's. Besides their own, people
   * append to the feeds of projects in which they may write, and to the `user:` feeds of those who share one with them.
   */
  append(db: Db, of: FeedOf, topic: Topic, message: LiveMessage): Promise<number>;
  /**
   * Appends many events in a transaction of the system, in this order, and tells who watches in this process without reading them back.
   * Returns their numbers, undefined for a topic that is somebody else's.
   */
  appendMany(events: readonly NewEvent[]): Promise<(number | undefined)[]>;
  /**
   * For who appends to topics in a statement of its own: what `store` resolves with is told to who watches in this process without being
   * read back.
   */
  handOver<T extends { readonly told: readonly SizedEvent[] } | undefined>(
    topic: Topic,
    store: () => Promise<T>,
  ): Promise<T>;
  /** Makes a topic before its first event, so that its owner can watch it. */
  open(db: Db, of: FeedOf, topic: Topic): Promise<void>;
  /** Makes the members of a project watch a topic as well, or with null its owner alone. Who watches is asked again by the caller. */
  share(db: Db, topic: Topic, projectId: Id<'project'> | null): Promise<void>;
  /** Deletes topics and their events, with the thing they are about. */
  remove(db: Db, topics: readonly Topic[]): Promise<void>;
  /** The number of the last event of each topic. Throws `not_found` for one that is missing or that this person may not watch. */
  cursors(ctx: Context, topics: readonly Topic[]): Promise<Map<Topic, number>>;
  /**
   * Up to `limit` events after this number, in order; 0 is from the first that is kept. Throws `not_found`, or `gone` when events after
   * this number have been pruned.
   */
  read(ctx: Context, topic: Topic, after: number, limit: number): Promise<LiveEvent[]>;
  /**
   * Follows topics, each from after its number; `undefined` is from now on. Every event comes once and in the order of its topic. Ends when the
   * signal aborts or `close` is called. Throws `not_found`, `gone`, or `SlowReaderError` with where to resume.
   */
  subscribe(
    ctx: Context,
    cursors: ReadonlyMap<Topic, number | undefined>,
    options: SubscribeOptions,
  ): AsyncIterable<LiveEvent>;
  /** Deletes events older than this; returns how many. */
  prune(before: Date): Promise<number>;
  /** Ends every subscription of this process. */
  close(): void;
}

export interface LiveDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: DatabaseLog;
}

export function createLive(deps: LiveDeps): Live {
  const { database, clock } = deps;
  const hub = new Hub(database, deps.log);
  const subscriptions = new Set<Subscription>();

  async function states(ctx: Context, topics: readonly Topic[]): Promise<Map<Topic, TopicState>> {
    const { userId } = ctx.actor;
    const known = await database.asUser(userId, (db) => statesOf(db, topics));
    for (const topic of topics) {
      if (known.has(topic)) continue;
      // A person's own feed is theirs before anything has happened.
      if (topic !== `user:${userId}`) throw notFound('live feed');
      known.set(topic, { lastSeq: 0, prunedSeq: 0 });
    }
    return known;
  }

  async function page(ctx: Context, topic: Topic, after: number, limit: number): Promise<LiveEvent[]> {
    const ask = (statement: SQL) => database.askAsUser<EventRow>(ctx.actor.userId, statement);
    const events = await eventsAfter(ask, new Map([[topic, after]]), limit);
    return events.map(({ event }) => event);
  }

  async function* follow(ctx: Context, cursors: ReadonlyMap<Topic, number | undefined>, options: SubscribeOptions) {
    if (cursors.size > maximumTopics) {
      throw new AppError('invalid_input', `At most ${maximumTopics} topics can be watched on one connection.`);
    }
    const access = {
      hub,
      states: (topics: readonly Topic[]) => states(ctx, topics),
      page: (topic: Topic, after: number) => page(ctx, topic, after, pageSize),
    };
    const subscription = new Subscription(access, options.signal, { ...standardLimit, ...options.bufferLimit });
    subscriptions.add(subscription);
    try {
      yield* subscription.read(cursors);
    } finally {
      subscriptions.delete(subscription);
    }
  }

  return {
    append: async (db, of, topic, message) => {
      const seq = await insertEvent(db, { ...of, topic, message, at: clock.now() });
      invariant(seq !== undefined, `the topic ${topic} belongs to its owner alone`);
      return seq;
    },
    appendMany: async (events) => {
      const topics = new Set(events.map(({ topic }) => topic));
      const store = () => insertEvents(database, events, clock.now());
      return (await hub.handOver(topics, store)).numbers;
    },
    handOver: (topic, store) => hub.handOver(new Set([topic]), store),
    open: insertTopic,
    share: shareTopic,
    remove: deleteTopics,
    cursors: async (ctx, topics) => {
      const known = await states(ctx, topics);
      return new Map([...known].map(([topic, { lastSeq }]) => [topic, lastSeq]));
    },
    read: async (ctx, topic, after, limit) => {
      const state = (await states(ctx, [topic])).get(topic);
      invariant(state !== undefined, 'states answers for every topic');
      return page(ctx, topic, startOf(topic, after, state), limit);
    },
    subscribe: follow,
    prune: async (before) => {
      let total = 0;
      for (let deleted = -1; deleted !== 0; total += deleted) {
        deleted = await database.asSystem((db) => deleteEventsBefore(db, before));
      }
      return total;
    },
    close: () => {
      for (const subscription of subscriptions) subscription.end();
      hub.close();
    },
  };
}
