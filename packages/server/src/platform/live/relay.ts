import type { LiveMessage, Topic } from '@yudai/contract';
import type { DatabaseLog } from '#platform/db/index.ts';
import type { Live } from './live.ts';
import type { FeedOf } from './store.ts';

/** An event that follows another at once and may be told together with it, as one. */
export type Join = (earlier: LiveMessage, later: LiveMessage) => LiveMessage | undefined;

/**
 * Writes fast streams, such as the text of a model, to the feed. All streams of a process share one transaction at a time, and while that is
 * committed the next pieces gather and are joined: the busier the database, the larger the pieces. One commit for each token of each stream
 * would cap all of them.
 */
export interface Relay {
  /** Adds an event to the end of a topic. Told once `drained` of this topic has answered, at the latest. */
  write(of: FeedOf, topic: Topic, message: LiveMessage): void;
  /** Waits until everything that was written to the topic is stored; returns the number of its last event, undefined when there was none. */
  drained(topic: Topic): Promise<number | undefined>;
}

interface Stream {
  readonly of: FeedOf;
  waiting: LiveMessage[];
  isStoring: boolean;
  lastSeq: number | undefined;
  /** Told to the next who waits for the stream, because `write` cannot throw it. */
  failure: unknown;
}

export function createRelay(deps: {
  readonly live: Pick<Live, 'appendMany'>;
  readonly log: DatabaseLog;
  readonly join: Join;
}): Relay {
  const streams = new Map<Topic, Stream>();
  /** The transaction under way, or about to be. */
  let storing: Promise<void> | null = null;

  async function storeWaiting(): Promise<void> {
    const batch = takeWaiting();
    try {
      await store(batch);
    } catch (error) {
      deps.log.warn({ err: error }, 'pieces of a stream were not stored');
      for (const { stream } of batch) stream.failure = error;
    }
    for (const { stream } of batch) stream.isStoring = false;
    storing = [...streams.values()].some(({ waiting }) => waiting.length > 0) ? storeWaiting() : null;
  }

  /** Always in the order of the topics, so that two nodes never wait for each other. */
  function takeWaiting() {
    const batch = [...streams]
      .filter(([, stream]) => stream.waiting.length > 0)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([topic, stream]) => ({ topic, stream, messages: stream.waiting }));
    for (const { stream } of batch) {
      stream.waiting = [];
      stream.isStoring = true;
    }
    return batch;
  }

  async function store(batch: ReturnType<typeof takeWaiting>): Promise<void> {
    const events = batch.flatMap(({ topic, stream, messages }) =>
      messages.map((message) => ({ ...stream.of, topic, message, stream })),
    );
    const numbers = await deps.live.appendMany(events);
    for (const [place, { stream }] of events.entries()) stream.lastSeq = numbers[place] ?? stream.lastSeq;
  }

  return {
    write(of, topic, message) {
      const stream = streams.get(topic) ?? {
        of,
        waiting: [],
        isStoring: false,
        lastSeq: undefined,
        failure: undefined,
      };
      streams.set(topic, stream);
      const earlier = stream.waiting.at(-1);
      const joined = earlier === undefined ? undefined : deps.join(earlier, message);
      if (joined === undefined) stream.waiting.push(message);
      else stream.waiting[stream.waiting.length - 1] = joined;
      // The next turn of the loop, so that what comes in one piece from the network is one piece here.
      storing ??= new Promise((resolve) => {
        setImmediate(() => resolve(storeWaiting()));
      });
    },
    async drained(topic) {
      const stream = streams.get(topic);
      if (stream === undefined) return undefined;
      while (storing !== null && (stream.isStoring || stream.waiting.length > 0)) await storing;
      const { lastSeq, failure } = stream;
      stream.failure = undefined;
      streams.delete(topic);
      if (failure !== undefined) throw failure;
      return lastSeq;
    },
  };
}
