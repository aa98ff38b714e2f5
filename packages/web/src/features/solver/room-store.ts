import type { Job, Solve } from '@yudai/contract';
import { applyEvent, isOvertaken, readAgain, roomOf, withSolve } from '#features/solver/room.ts';
import type { ReadRoom, Room } from '#features/solver/room.ts';
import { FeedStore, type FeedStoreOptions } from '#lib/live/feed-store.ts';

/** Holds one solve for a screen. */
export class RoomStore extends FeedStore<Room, ReadRoom> {
  constructor(deps: Pick<FeedStoreOptions<Room, ReadRoom>, 'read' | 'soon' | 'later'>) {
    super({ ...deps, begin: roomOf, again: readAgain, apply: applyEvent, mostRecent: 5000 });
  }

  /** News of a job, which the solve's own feed does not tell. */
  takeJob(job: Job): void {
    const view = this.view();
    if (view.state === 'ready' && isOvertaken(view.shown.solve, job)) void this.read();
  }

  /** The solve as an answer of the API tells it, before its event has come. */
  takeSolve(solve: Solve): void {
    this.change((room) => withSolve(room, solve));
  }
}
