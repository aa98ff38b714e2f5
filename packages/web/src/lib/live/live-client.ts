import { heartbeatSeconds, liveEvent, socketCloseCodes, socketNotice } from '@yudai/contract';
import type { LiveEvent, SocketRequest, Topic } from '@yudai/contract';

/** connecting: no socket yet, or it was lost and is being opened again; revoked: the server ended the session for good. */
export type LiveState = 'connecting' | 'open' | 'offline' | 'revoked';

/** What the client needs of a WebSocket. */
export interface LiveSocket {
  send(data: string): void;
  close(code?: number): void;
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number }) => void) | null;
}

export interface LiveDeps {
  readonly connect: () => LiveSocket;
  readonly onEvent: (event: LiveEvent) => void;
  /** What was fetched about a topic may have missed events: fetch it again. */
  readonly onResync: (topic: Topic) => void;
  readonly onState: (state: LiveState) => void;
  /** Waits before the next attempt; `Math.random` outside tests. */
  readonly random: () => number;
}

interface Subscription {
  watchers: number;
  /** The last `seq` seen; undefined until the server confirmed the first subscription. */
  seq: number | undefined;
}

const firstDelayMs = 500;
const longestDelayMs = 30_000;
/** So many missed heartbeats mean that the connection is dead although nobody closed it. */
const silenceMs = heartbeatSeconds * 2500;
/** More failures in a row than this show the offline banner. */
const quietFailures = 1;

/**
 * One socket for all topics of a tab. Events arrive once and in order per topic: after a lost connection every topic resumes
 * behind the last `seq` seen, repeated events are dropped, and a gap asks the app to fetch again.
 */
export class LiveClient {
  readonly #deps: LiveDeps;
  readonly #topics = new Map<Topic, Subscription>();
  #socket: LiveSocket | null = null;
  #isOpen = false;
  #isStopped = true;
  #failures = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #beat: ReturnType<typeof setInterval> | undefined;
  #silence: ReturnType<typeof setTimeout> | undefined;

  constructor(deps: LiveDeps) {
    this.#deps = deps;
  }

  start(): void {
    if (!this.#isStopped) return;
    this.#isStopped = false;
    this.#open();
  }

  stop(): void {
    this.#isStopped = true;
    this.#clearTimers();
    this.#isOpen = false;
    const socket = this.#socket;
    this.#socket = null;
    socket?.close(1000);
  }

  /**
   * Watches a topic until the returned function is called; several watchers of one topic share one subscription. The first of them may
   * say after which event it begins; otherwise it begins now.
   */
  watch(topic: Topic, after?: number): () => void {
    const known = this.#topics.get(topic);
    if (known === undefined) {
      this.#topics.set(topic, { watchers: 1, seq: after });
      this.#subscribe([topic]);
    } else known.watchers += 1;
    let isWatching = true;
    return () => {
      if (!isWatching) return;
      isWatching = false;
      this.#unwatch(topic);
    };
  }

  /** Whether something that is shown watches it. */
  isWatched(topic: Topic): boolean {
    return this.#topics.has(topic);
  }

  /** Tries again now, for when the browser says that the network is back. */
  reconnect(): void {
    if (this.#isStopped || this.#socket !== null) return;
    clearTimeout(this.#retry);
    this.#open();
  }

  #unwatch(topic: Topic): void {
    const subscription = this.#topics.get(topic);
    if (subscription === undefined) return;
    subscription.watchers -= 1;
    if (subscription.watchers > 0) return;
    this.#topics.delete(topic);
    this.#send({ type: 'unsubscribe', topics: [topic] });
  }

  #open(): void {
    if (this.#failures === 0) this.#deps.onState('connecting');
    const socket = this.#deps.connect();
    this.#socket = socket;
    socket.onopen = () => {
      if (this.#socket === socket) this.#opened();
    };
    socket.onmessage = (event) => {
      if (this.#socket === socket) this.#received(event.data);
    };
    socket.onclose = (event) => {
      if (this.#socket === socket) this.#lost(event.code);
    };
  }

  #opened(): void {
    this.#isOpen = true;
    this.#failures = 0;
    this.#deps.onState('open');
    this.#subscribe([...this.#topics.keys()]);
    this.#beat = setInterval(() => this.#send({ type: 'heartbeat' }), heartbeatSeconds * 1000);
    this.#heard();
  }

  #subscribe(topics: readonly Topic[]): void {
    // The server takes at most 50 topics in one message.
    for (let start = 0; start < topics.length; start += 50) {
      this.#send({
        type: 'subscribe',
        topics: topics.slice(start, start + 50).map((topic) => {
          const after = this.#topics.get(topic)?.seq;
          return after === undefined ? { topic } : { topic, after };
        }),
      });
    }
  }

  #send(message: SocketRequest): void {
    if (this.#isOpen) this.#socket?.send(JSON.stringify(message));
  }

  #received(data: unknown): void {
    this.#heard();
    const message = parseJson(data);
    const event = liveEvent.safeParse(message);
    if (event.success) return this.#take(event.data);
    const notice = socketNotice.safeParse(message);
    if (!notice.success) return;
    if (notice.data.type === 'subscribed') return this.#confirm(notice.data.topic, notice.data.seq);
    if (notice.data.type === 'refused') this.#refused(notice.data.topic);
  }

  #take(event: LiveEvent): void {
    const subscription = this.#topics.get(event.topic);
    if (subscription === undefined) return;
    const last = subscription.seq;
    if (last !== undefined && event.seq <= last) return;
    subscription.seq = event.seq;
    this.#deps.onEvent(event);
    if (last !== undefined && event.seq > last + 1) this.#deps.onResync(event.topic);
  }

  #confirm(topic: Topic, seq: number): void {
    const subscription = this.#topics.get(topic);
    if (subscription === undefined || subscription.seq !== undefined) return;
    subscription.seq = seq;
    this.#deps.onResync(topic);
  }

  /** The server no longer has the events behind our `seq` (or never had the topic): start afresh when we had a place. */
  #refused(name: string | null): void {
    for (const [topic, subscription] of this.#topics) {
      if (topic !== name || subscription.seq === undefined) continue;
      subscription.seq = undefined;
      this.#subscribe([topic]);
    }
  }

  #heard(): void {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.#socket?.close(4000), silenceMs);
  }

  #lost(code: number): void {
    this.#clearTimers();
    this.#socket = null;
    this.#isOpen = false;
    if (this.#isStopped) return;
    if (code === socketCloseCodes.revoked) return this.#deps.onState('revoked');
    this.#failures += 1;
    this.#deps.onState(this.#failures > quietFailures ? 'offline' : 'connecting');
    const delay = Math.min(longestDelayMs, firstDelayMs * 2 ** (this.#failures - 1));
    // Half of it is random, so that the tabs of a restarted server do not all return at once.
    this.#retry = setTimeout(() => this.#open(), delay / 2 + (delay / 2) * this.#deps.random());
  }

  #clearTimers(): void {
    clearTimeout(this.#retry);
    clearInterval(this.#beat);
    clearTimeout(this.#silence);
  }
}

function parseJson(data: unknown): unknown {
  if (typeof data !== 'string') return null;
  try {
    return JSON.parse(data);
  } catch {
    return null; // Not ours: a proxy's greeting, for example.
  }
}
