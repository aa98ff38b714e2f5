import type { ModelCall } from '@yudai/contract';

/** What the calls of models have used. */
export interface Spent {
  readonly calls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Of the calls whose price is known. */
  readonly costMicros: number;
  /** Calls whose price nobody knows, which no budget limits. */
  readonly unpricedCalls: number;
}

export interface SpendingLimit {
  /** Micro-dollars; null for as much as it takes. */
  readonly budgetMicros: number | null;
  /** Asked when more than the budget is spent: what the budget is from then on, or null, which ends the work. */
  readonly overspent: (spent: Spent) => Promise<number | null>;
}

/** Counts what models use, one call after the other; `end` is called when nobody wants to spend more. */
export function createSpending({ budgetMicros, overspent }: SpendingLimit, end: () => void) {
  let budget = budgetMicros;
  let spent: Spent = { calls: 0, inputTokens: 0, outputTokens: 0, costMicros: 0, unpricedCalls: 0 };
  return {
    spent: (): Spent => spent,
    /** The call has ended; the work goes on when this is done. */
    async add({ inputTokens, outputTokens, costMicros }: ModelCall): Promise<void> {
      spent = {
        calls: spent.calls + 1,
        inputTokens: spent.inputTokens + inputTokens,
        outputTokens: spent.outputTokens + outputTokens,
        costMicros: spent.costMicros + (costMicros ?? 0),
        unpricedCalls: spent.unpricedCalls + (costMicros === null ? 1 : 0),
      };
      if (budget === null || spent.costMicros <= budget) return;
      const raised = await overspent(spent);
      if (raised === null) return end();
      budget = raised;
    },
  };
}
