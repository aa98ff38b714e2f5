import type { LiveEvent } from '@yudai/contract';

/** What a screen shows of a feed: read once, and changed by every event since. */
interface Followed {
  /** Something of it is missing, and has to be read. */
  readonly isBehind: boolean;
}

export interface FeedStoreOptions<Shown extends Followed, Read> {
  readonly read: () => Promise<Read>;
  /** What is shown of the first reading. */
  readonly begin: (read: Read) => Shown;
  /** What is shown after reading once more. Events since are applied by the store. */
  readonly again: (shown: Shown, read: Read) => Shown;
  /** An event that is known already changes nothing. */
  readonly apply: (shown: Shown, event: LiveEvent) => Shown;
  /** So many of the last events are kept, for when it is read again while more arrive. */
  readonly mostRecent: number;
  /** Runs the function soon; several calls before it ran are one. Animation frames outside tests. */
  readonly soon: (run: () => void) => void;
  /** Waits before what is missing is read again: the server keeps texts once a second. */
  readonly later: (run: () => void) => void;
}

export type FeedView<Shown> =
  | { readonly state: 'loading' }
  | { readonly state: 'failed'; readonly error: unknown }
  | { readonly state: 'ready'; readonly shown: Shown };

/** Holds what a feed is about for a screen: reads it, takes its events in, and tells watchers at most once a frame. */
export class FeedStore<Shown extends Followed, Read> {
  readonly #options: FeedStoreOptions<Shown, Read>;
  readonly #watchers = new Set<() => void>();
  #view: FeedView<Shown> = { state: 'loading' };
  /** The last events, oldest first. */
  #recent: LiveEvent[] = [];
  #isReading = false;
  #isAskedAgain = false;
  #isTelling = false;
  #isWaiting = false;

  constructor(options: FeedStoreOptions<Shown, Read>) {
    this.#options = options;
  }

  readonly view = (): FeedView<Shown> => this.#view;

  readonly watch = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher);
    return () => void this.#watchers.delete(watcher);
  };

  /** Reads all of it, or what was missed. */
  async read(): Promise<void> {
    // What is being read may be from before the reason to ask again.
    this.#isAskedAgain = this.#isReading;
    if (this.#isReading) return;
    this.#isReading = true;
    const { begin, again, apply } = this.#options;
    try {
      const read = await this.#options.read();
      const before = this.#view;
      const shown = before.state === 'ready' ? again(before.shown, read) : begin(read);
      this.#show(this.#recent.reduce(apply, shown));
    } catch (error) {
      // What is shown already stays: the connection may be back soon.
      if (this.#view.state !== 'ready') this.#set({ state: 'failed', error });
    } finally {
      this.#isReading = false;
    }
    if (this.#isAskedAgain) await this.read();
  }

  retry(): void {
    this.#set({ state: 'loading' });
    void this.read();
  }

  take(event: LiveEvent): void {
    const { mostRecent, apply } = this.#options;
    this.#recent.push(event);
    if (this.#recent.length > 2 * mostRecent) this.#recent = this.#recent.slice(-mostRecent);
    this.change((shown) => apply(shown, event));
  }

  /** Changes what is shown, if anything is. */
  change(change: (shown: Shown) => Shown): void {
    if (this.#view.state !== 'ready') return;
    const next = change(this.#view.shown);
    if (next !== this.#view.shown) this.#show(next);
  }

  #show(shown: Shown): void {
    this.#set({ state: 'ready', shown });
    if (!shown.isBehind || this.#isWaiting) return;
    this.#isWaiting = true;
    this.#options.later(() => {
      this.#isWaiting = false;
      void this.read();
    });
  }

  #set(view: FeedView<Shown>): void {
    this.#view = view;
    this.#tell();
  }

  #tell(): void {
    if (this.#isTelling) return;
    this.#isTelling = true;
    this.#options.soon(() => {
      this.#isTelling = false;
      for (const watcher of this.#watchers) watcher();
    });
  }
}
