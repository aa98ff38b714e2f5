import type { Topic } from '@yudai/contract';
import type { SQL } from 'drizzle-orm';
import type { Database, DatabaseLog } from '#platform/db/index.ts';
import { type EventRow, eventsAfter, liveChannel, parseNotice, type SizedEvent } from './store.ts';

/** Who is told. It must return at once and never throw: neighbours wait for it. */
export interface Watcher {
  offer(sized: SizedEvent): void;
}

interface Feed {
  readonly watchers: Set<Watcher>;
  /** The last number that was handed out; undefined until somebody has asked the database. */
  head: number | undefined;
  /** The highest number that was notified. */
  notified: number;
  /** True when notices may have been missed. */
  unsure: boolean;
}

const batch = 200;
const retryMs = 500;

/**
 * Hears of new events and reads each of them once for the whole process, however many watch; those that this process stores in bulk are
 * handed over instead. A watcher that joins learns `head`; every later event is offered to it in order.
 */
export class Hub {
  readonly #database: Database;
  readonly #log: DatabaseLog;
  readonly #feeds = new Map<Topic, Feed>();
  #listening: Promise<unknown> | null = null;
  /** Topics whose next events are about to be handed over, by so many at once: they are not read meanwhile. */
  readonly #expected = new Map<Topic, number>();
  #reading = false;
  #closed = false;

  constructor(database: Database, log: DatabaseLog) {
    this.#database = database;
    this.#log = log;
  }

  /** Resolves when new events are heard. Before that, `join` would miss some. */
  async ready(): Promise<void> {
    this.#listening ??= this.#database.listen(
      liveChannel,
      (payload) => this.#notice(payload),
      // Whatever was notified while the connection was away is found by looking.
      () => this.#lookEverywhere(),
    );
    try {
      await this.#listening;
    } catch (error) {
      this.#listening = null;
      throw error;
    }
  }

  join(topic: Topic, watcher: Watcher): void {
    const feed = this.#feeds.get(topic) ?? { watchers: new Set(), head: undefined, notified: 0, unsure: false };
    feed.watchers.add(watcher);
    this.#feeds.set(topic, feed);
  }

  leave(topic: Topic, watcher: Watcher): void {
    const feed = this.#feeds.get(topic);
    if (feed === undefined) return;
    feed.watchers.delete(watcher);
    if (feed.watchers.size === 0) this.#feeds.delete(topic);
  }

  /** Where the feed stands, for a watcher that has joined it and has just read `lastSeq` from the database. */
  headOf(topic: Topic, lastSeq: number): number {
    const feed = this.#feeds.get(topic);
    if (feed === undefined) return lastSeq;
    feed.head ??= lastSeq;
    if (feed.notified > feed.head) void this.#read();
    return feed.head;
  }

  /** For who stores events in bulk: what `store` resolves with is offered at once, without being read back from the database. */
  async handOver<T extends { readonly told: readonly SizedEvent[] } | undefined>(
    topics: ReadonlySet<Topic>,
    store: () => Promise<T>,
  ): Promise<T> {
    for (const topic of topics) this.#expected.set(topic, (this.#expected.get(topic) ?? 0) + 1);
    try {
      const stored = await store();
      for (const sized of stored?.told ?? []) this.#take(sized);
      return stored;
    } finally {
      for (const topic of topics) {
        const left = (this.#expected.get(topic) ?? 1) - 1;
        if (left === 0) this.#expected.delete(topic);
        else this.#expected.set(topic, left);
      }
      void this.#read();
    }
  }

  #take(sized: SizedEvent): void {
    const { topic, seq } = sized.event;
    const feed = this.#feeds.get(topic);
    if (feed?.head === undefined || seq <= feed.head) return;
    if (seq === feed.head + 1) this.#offer(feed, sized);
    // Somebody else's event came in between: from there on it is read.
    else feed.notified = Math.max(feed.notified, seq);
  }

  #offer(feed: Feed, sized: SizedEvent): void {
    feed.head = sized.event.seq;
    for (const watcher of feed.watchers) watcher.offer(sized);
  }

  close(): void {
    this.#closed = true;
    this.#feeds.clear();
  }

  #notice(payload: string): void {
    const notice = parseNotice(payload);
    const feed = notice === undefined ? undefined : this.#feeds.get(notice.topic);
    if (notice === undefined || feed === undefined) return;
    feed.notified = Math.max(feed.notified, notice.seq);
    void this.#read();
  }

  #lookEverywhere(): void {
    for (const feed of this.#feeds.values()) feed.unsure = true;
    void this.#read();
  }

  /** Reads until nothing is missing; one reading at a time, what comes meanwhile goes into the next one. */
  async #read(): Promise<void> {
    if (this.#reading) return;
    this.#reading = true;
    try {
      for (let behind = this.#behind(); behind.size > 0 && !this.#closed; behind = this.#behind()) {
        await this.#readOnce(behind);
      }
    } catch (error) {
      this.#log.warn(
        { error: error instanceof Error ? error.message : String(error) },
        'live events could not be read',
      );
      setTimeout(() => void this.#read(), retryMs).unref();
    } finally {
      this.#reading = false;
    }
  }

  #behind(): Map<Topic, number> {
    const behind = new Map<Topic, number>();
    for (const [topic, { head, notified, unsure }] of this.#feeds) {
      if (this.#expected.has(topic)) continue;
      if (head !== undefined && (unsure || notified > head)) behind.set(topic, head);
    }
    return behind;
  }

  async #readOnce(behind: ReadonlyMap<Topic, number>): Promise<void> {
    const asked = new Map([...behind.keys()].map((topic) => [topic, this.#feeds.get(topic)?.notified]));
    for (const topic of behind.keys()) this.#setUnsure(topic, false);
    const ask = (statement: SQL) => this.#database.askAsSystem<EventRow>(statement);
    const events = await eventsAfter(ask, behind, batch).catch((error: unknown) => {
      for (const topic of behind.keys()) this.#setUnsure(topic, true);
      throw error;
    });

    const counts = new Map<Topic, number>();
    for (const sized of events) {
      const { topic, seq } = sized.event;
      counts.set(topic, (counts.get(topic) ?? 0) + 1);
      const feed = this.#feeds.get(topic);
      // The feed may have emptied and started anew while the database answered.
      if (feed?.head === undefined || seq <= feed.head) continue;
      this.#offer(feed, sized);
    }
    for (const topic of behind.keys()) {
      const feed = this.#feeds.get(topic);
      if (feed?.head === undefined) continue;
      if (counts.get(topic) === batch) feed.unsure = true;
      // All there was has been read: what was notified and is not there has been deleted.
      else if (feed.notified === asked.get(topic)) feed.notified = Math.min(feed.notified, feed.head);
    }
  }

  #setUnsure(topic: Topic, unsure: boolean): void {
    const feed = this.#feeds.get(topic);
    if (feed !== undefined) feed.unsure = unsure;
  }
}
