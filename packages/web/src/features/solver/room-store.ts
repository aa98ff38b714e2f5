import type { Job, LiveEvent, Solve } from '@yudai/contract';
import { applyEvent, isOvertaken, readAgain, roomOf, withSolve } from '#features/solver/room.ts';
import type { ReadRoom, Room } from '#features/solver/room.ts';

export interface RoomDeps {
  readonly read: () => Promise<ReadRoom>;
  /** Runs the function soon; several calls before it ran are one. Animation frames outside tests. */
  readonly soon: (run: () => void) => void;
  /** Waits before what is missing is read again: the server keeps texts once a second. */
  readonly later: (run: () => void) => void;
}

/** So many of the last events are kept, for when the solve is read again while more arrive. */
const mostRecent = 5000;

export type RoomView =
  | { readonly state: 'loading' }
  | { readonly state: 'failed'; readonly error: unknown }
  | { readonly state: 'ready'; readonly room: Room };

/** Holds one solve for a screen: reads it, takes its events in, and tells watchers at most once a frame. */
export class RoomStore {
  readonly #deps: RoomDeps;
  readonly #watchers = new Set<() => void>();
  #view: RoomView = { state: 'loading' };
  /** The last events, oldest first. */
  #recent: LiveEvent[] = [];
  #isReading = false;
  #isAskedAgain = false;
  #isTelling = false;
  #isWaiting = false;

  constructor(deps: RoomDeps) {
    this.#deps = deps;
  }

  readonly view = (): RoomView => this.#view;

  readonly watch = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher);
    return () => void this.#watchers.delete(watcher);
  };

  /** Reads the solve, or what was missed of it. */
  async read(): Promise<void> {
    // What is being read may be from before the reason to ask again.
    this.#isAskedAgain = this.#isReading;
    if (this.#isReading) return;
    this.#isReading = true;
    try {
      const read = await this.#deps.read();
      const before = this.#view;
      const room = before.state === 'ready' ? readAgain(before.room, read) : roomOf(read);
      this.#show(this.#recent.reduce(applyEvent, room));
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
    this.#recent.push(event);
    if (this.#recent.length > 2 * mostRecent) this.#recent = this.#recent.slice(-mostRecent);
    if (this.#view.state !== 'ready') return;
    const next = applyEvent(this.#view.room, event);
    if (next !== this.#view.room) this.#show(next);
  }

  /** News of a job, which the solve's own feed does not tell. */
  takeJob(job: Job): void {
    if (this.#view.state === 'ready' && isOvertaken(this.#view.room.solve, job)) void this.read();
  }

  /** The solve as an answer of the API tells it, before its event has come. */
  takeSolve(solve: Solve): void {
    if (this.#view.state === 'ready') this.#show(withSolve(this.#view.room, solve));
  }

  #show(room: Room): void {
    this.#set({ state: 'ready', room });
    if (!room.isBehind || this.#isWaiting) return;
    this.#isWaiting = true;
    this.#deps.later(() => {
      this.#isWaiting = false;
      void this.read();
    });
  }

  #set(view: RoomView): void {
    this.#view = view;
    this.#tell();
  }

  #tell(): void {
    if (this.#isTelling) return;
    this.#isTelling = true;
    this.#deps.soon(() => {
      this.#isTelling = false;
      for (const watcher of this.#watchers) watcher();
    });
  }
}
