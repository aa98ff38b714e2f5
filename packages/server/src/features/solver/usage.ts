import type { ModelCall } from '@yudai/contract';

/** What a call of a model used, and the stage that made it. */
interface Used {
  readonly key: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly costMicros: number | null;
}

export type Usage = ReturnType<typeof createUsage>;

/** Counts tokens and money by stage. What the journal has kept is counted when its step comes by again. */
export function createUsage(running: (prefix: string) => string | undefined) {
  const counted: Used[] = [];
  let fresh: Used[] = [];
  return {
    /** Of a model that only stages with this prefix ask. */
    add(prefix: string, { inputTokens, outputTokens, costMicros }: ModelCall): void {
      const used = { key: running(prefix) ?? prefix, inputTokens, outputTokens, costMicros };
      fresh.push(used);
    },
    /** What was used since the last time, for a step to keep. */
    take(): Used[] {
      const taken = fresh;
      fresh = [];
      return taken;
    },
    restore: (used: readonly Used[]): void => void counted.push(...used),
    of(key: string): { inputTokens: number; outputTokens: number; costMicros: number | null } {
      const own = [...counted, ...fresh].filter((used) => used.key === key);
      const sum = (count: (used: Used) => number) => own.reduce((total, used) => total + count(used), 0);
      return {
        inputTokens: sum((used) => used.inputTokens),
        outputTokens: sum((used) => used.outputTokens),
        costMicros: own.some((used) => used.costMicros === null) ? null : sum((used) => used.costMicros ?? 0),
      };
    },
  };
}
