import type { SyntaxCheck } from '#edit/index.ts';
import type { SolvePorts, SolveState, SolveTask } from '#workflows/solving/solving.ts';

/** What all parts of one solve share. */
export interface Solving {
  readonly task: SolveTask;
  readonly ports: SolvePorts;
  readonly checkSyntax: SyntaxCheck;
  readonly story: Story;
}

/** What has been made so far, kept with every change. */
export interface Story {
  readonly state: SolveState;
  /** Several coders change it at once, so it is changed from what it is, and kept in that order. */
  change(how: (state: SolveState) => Partial<SolveState>): Promise<void>;
}

export function createStory(start: SolveState, keep: SolvePorts['keep']): Story {
  let state = start;
  let kept: Promise<void> = Promise.resolve();
  return {
    get state() {
      return state;
    },
    async change(how) {
      const next = { ...state, ...how(state) };
      state = next;
      const before = kept;
      kept = (async () => {
        // One that failed fails its own change; the ones after it hold all of it anyway.
        await before.catch(() => undefined);
        await keep(next);
      })();
      await kept;
    },
  };
}
