/** One limit that a job works under. `null` means no limit. Money is integer micro-dollars, time is milliseconds. */
export interface BudgetLevel {
  readonly name: 'person' | 'project' | 'job';
  readonly limitMicros: number | null;
  readonly spentMicros: number;
  readonly limitMs: number | null;
  readonly spentMs: number;
}

/** What may still be used: the tightest of all levels. */
export interface Remaining {
  readonly micros: number | null;
  readonly ms: number | null;
}

/** The level that is used up, and which of its two limits it is. */
export interface Exceeded<L extends BudgetLevel = BudgetLevel> {
  readonly level: L;
  readonly limit: 'money' | 'time';
}

/** What all levels together still allow; never below zero. */
export function remainingOf(levels: readonly BudgetLevel[]): Remaining {
  const micros = levels.flatMap((level) => (level.limitMicros === null ? [] : [level.limitMicros - level.spentMicros]));
  const ms = levels.flatMap((level) => (level.limitMs === null ? [] : [level.limitMs - level.spentMs]));
  return { micros: smallest(micros), ms: smallest(ms) };
}

/**
 * The first level that has spent more than it may, from the person inwards, because raising an inner limit does not help
 * while an outer one is used up. Spending exactly the limit is allowed.
 */
export function exceededOf<L extends BudgetLevel>(levels: readonly L[]): Exceeded<L> | undefined {
  const order = ['person', 'project', 'job'] as const;
  for (const name of order) {
    for (const level of levels) {
      if (level.name !== name) continue;
      if (level.limitMicros !== null && level.spentMicros > level.limitMicros) return { level, limit: 'money' };
      if (level.limitMs !== null && level.spentMs > level.limitMs) return { level, limit: 'time' };
    }
  }
  return undefined;
}

function smallest(values: readonly number[]): number | null {
  return values.length === 0 ? null : Math.max(0, Math.min(...values));
}
