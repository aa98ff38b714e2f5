import type { LiveEvent, Topic } from '@yudai/contract';
import { AppError } from '#kernel/app-error.ts';
import type { Hub, Watcher } from './hub.ts';
import type { SizedEvent, TopicState } from './store.ts';

/** How much may wait for a reader that is up to date but does not read. */
export interface BufferLimit {
  readonly events: number;
  readonly bytes: number;
}

/** The reader did not keep up and was let go. It may resume after `cursors`, the last number it was given of each topic. */
export class SlowReaderError extends Error {
  override readonly name = 'SlowReaderError';
  readonly cursors: ReadonlyMap<Topic, number>;

  constructor(cursors: ReadonlyMap<Topic, number>) {
    super('The reader is too slow for its live feed.');
    this.cursors = cursors;
  }
}

export interface SubscriptionDeps {
  readonly hub: Hub;
  /** The states of all topics; throws when one of them may not be seen. */
  readonly states: (topics: readonly Topic[]) => Promise<Map<Topic, TopicState>>;
  readonly page: (topic: Topic, after: number) => Promise<LiveEvent[]>;
}

interface Position {
  /** The last number that was given to the reader. */
  sent: number;
  /** The last number that is in the queue, or `sent`. */
  queued: number;
  /** True while the rest is read from the table: nothing is queued then, the table is the buffer. */
  behind: boolean;
}

/**
 * One reader of some topics. It first reads what it has missed from the table, a page at a time and only as fast as it is asked;
 * once it has caught up, events wait for it in a bounded queue.
 */
export class Subscription implements Watcher {
  readonly #deps: SubscriptionDeps;
  readonly #signal: AbortSignal;
  readonly #limit: BufferLimit;
  readonly #positions = new Map<Topic, Position>();
  #queue: SizedEvent[] = [];
  #queuedBytes = 0;
  #slow = false;
  #ended = false;
  #wake: () => void = () => undefined;

  constructor(deps: SubscriptionDeps, signal: AbortSignal, limit: BufferLimit) {
    this.#deps = deps;
    this.#signal = signal;
    this.#limit = limit;
  }

  offer(sized: SizedEvent): void {
    const { topic, seq } = sized.event;
    const position = this.#positions.get(topic);
    if (position === undefined || position.behind || seq <= position.queued || this.#slow) return;
    if (seq !== position.queued + 1) {
      // Not from here on: the table knows what is between.
      this.#fallBehind(position, topic);
      return;
    }
    if (this.#queue.length >= this.#limit.events || this.#queuedBytes + sized.bytes > this.#limit.bytes) {
      this.#slow = true;
      this.#queue = [];
    } else {
      position.queued = seq;
      this.#queue.push(sized);
      this.#queuedBytes += sized.bytes;
    }
    this.#wake();
  }

  /** Ends the reading, as if the feed had no more. */
  end(): void {
    this.#ended = true;
    this.#wake();
  }

  async *read(cursors: ReadonlyMap<Topic, number | undefined>): AsyncGenerator<LiveEvent, void, undefined> {
    const wakeUp = (): void => this.#wake();
    this.#signal.addEventListener('abort', wakeUp);
    try {
      await this.#start(cursors);
      while (!this.#signal.aborted && !this.#ended) {
        if (this.#slow) throw new SlowReaderError(this.#cursors());
        const next = this.#queue.shift();
        if (next !== undefined) {
          this.#queuedBytes -= next.bytes;
          this.#positionOf(next.event.topic).sent = next.event.seq;
          yield next.event;
          continue;
        }
        const behind = this.#firstBehind();
        if (behind === undefined) await this.#sleep();
        else yield* this.#catchUp(...behind);
      }
    } finally {
      this.#signal.removeEventListener('abort', wakeUp);
      for (const topic of cursors.keys()) this.#deps.hub.leave(topic, this);
    }
  }

  async #start(cursors: ReadonlyMap<Topic, number | undefined>): Promise<void> {
    const { hub, states } = this.#deps;
    await hub.ready();
    // Joined before the database is asked, so that no event falls between the answer and the first notice.
    for (const topic of cursors.keys()) hub.join(topic, this);
    for (const [topic, state] of await states([...cursors.keys()])) {
      const sent = startOf(topic, cursors.get(topic), state);
      this.#positions.set(topic, { sent, queued: sent, behind: hub.headOf(topic, state.lastSeq) > sent });
    }
  }

  #fallBehind(position: Position, topic: Topic): void {
    position.behind = true;
    position.queued = position.sent;
    this.#queue = this.#queue.filter(({ event }) => event.topic !== topic);
    this.#queuedBytes = this.#queue.reduce((sum, { bytes }) => sum + bytes, 0);
    this.#wake();
  }

  #firstBehind(): [Topic, Position] | undefined {
    for (const entry of this.#positions) if (entry[1].behind) return entry;
    return undefined;
  }

  async *#catchUp(topic: Topic, position: Position): AsyncGenerator<LiveEvent, void, undefined> {
    const events = await this.#deps.page(topic, position.sent);
    if (events.length === 0) this.#settle(topic, position);
    for (const [index, event] of events.entries()) {
      if (this.#signal.aborted || this.#ended) return;
      if (event.seq !== position.sent + 1) throw gone(topic);
      position.sent = event.seq;
      position.queued = event.seq;
      // Before the last one is given: from then on the hub's events wait in the queue.
      if (index === events.length - 1 && event.seq >= this.#deps.hub.headOf(topic, event.seq)) position.behind = false;
      yield event;
    }
  }

  /** The table has no more: what the hub has seen beyond was deleted. */
  #settle(topic: Topic, position: Position): void {
    if (position.sent < this.#deps.hub.headOf(topic, position.sent)) throw gone(topic);
    position.behind = false;
  }

  #positionOf(topic: Topic): Position {
    const position = this.#positions.get(topic);
    if (position === undefined) throw new Error(`Not subscribed to ${topic}.`);
    return position;
  }

  #cursors(): Map<Topic, number> {
    return new Map([...this.#positions].map(([topic, { sent }]) => [topic, sent]));
  }

  async #sleep(): Promise<void> {
    if (this.#signal.aborted || this.#ended || this.#slow || this.#queue.length > 0) return;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
  }
}

/** The number to go on after. `undefined` is now, 0 the first event that is kept. Throws `gone` for what is no longer kept. */
export function startOf(topic: Topic, after: number | undefined, state: TopicState): number {
  if (after === undefined) return state.lastSeq;
  if (after === 0) return state.prunedSeq;
  if (after < state.prunedSeq || after > state.lastSeq) throw gone(topic);
  return after;
}

function gone(topic: Topic): AppError {
  return new AppError(
    'gone',
    'Some of these events are no longer kept. Load the current state, then follow from now.',
    {
      details: { topic },
    },
  );
}
