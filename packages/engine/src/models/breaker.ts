export interface BreakerOptions {
  /** Outages in a row after which the model rests. */
  readonly failures: number;
  readonly restMs: number;
  /** Calls that are let through after the rest, and have to succeed before all are again. */
  readonly probes: number;
}

export const standardBreaker: BreakerOptions = { failures: 5, restMs: 60_000, probes: 2 };

export interface BreakerState {
  readonly state: 'ready' | 'resting' | 'probing';
  /** When the rest ends, in milliseconds since 1970; null when it does not rest. */
  readonly restsUntil: number | null;
}

/** What the one who was let through says in the end; only the first word counts. */
export interface Pass {
  succeeded(): void;
  /** The other side is not there or does not answer as it should. */
  failed(): void;
  /** Nothing was learnt of the other side: the caller went away, or the request itself was at fault. */
  dropped(): void;
}

/**
 * Keeps calls away from what has failed again and again. Who is not let through knows at once and goes on to the next candidate;
 * nobody waits for another's probe.
 */
export interface Breaker {
  /** Null when the model rests or enough probes are on their way. */
  enter(): Pass | null;
  state(): BreakerState;
}

export function createBreaker(now: () => number, options: BreakerOptions = standardBreaker): Breaker {
  let failuresInRow = 0;
  let restsUntil: number | null = null;
  let probing = 0;
  let probesSucceeded = 0;
  // A call that began before a rest or a recovery says nothing about what is after it.
  let era = 0;

  function rest(): void {
    era += 1;
    restsUntil = now() + options.restMs;
    probing = 0;
    probesSucceeded = 0;
  }

  function recover(): void {
    era += 1;
    restsUntil = null;
    failuresInRow = 0;
  }

  function passOf(isProbe: boolean): Pass {
    const mine = era;
    let open = true;
    const settle = (then: () => void) => () => {
      if (!open || mine !== era) return;
      open = false;
      if (isProbe) probing -= 1;
      then();
    };
    return {
      succeeded: settle(() => {
        failuresInRow = 0;
        if (!isProbe) return;
        probesSucceeded += 1;
        if (probesSucceeded >= options.probes) recover();
      }),
      failed: settle(() => {
        failuresInRow += 1;
        if (isProbe || failuresInRow >= options.failures) rest();
      }),
      dropped: settle(() => undefined),
    };
  }

  return {
    enter() {
      if (restsUntil === null) return passOf(false);
      if (now() < restsUntil || probing + probesSucceeded >= options.probes) return null;
      probing += 1;
      return passOf(true);
    },
    state() {
      if (restsUntil === null) return { state: 'ready', restsUntil: null };
      return now() < restsUntil ? { state: 'resting', restsUntil } : { state: 'probing', restsUntil: null };
    },
  };
}
