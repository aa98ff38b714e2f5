import { type SolvePlan, solvePlan } from '@yudai/contract';
import { z } from 'zod';
import type { Submit } from '#agent/run-agent.ts';
import { workingTools } from '#tools/index.ts';
import { headOf, runAgentStage } from '#workflows/solving/agent-stage.ts';
import { architectBoundary } from '#workflows/solving/boundary.ts';
import { architectOpening } from '#workflows/solving/openings.ts';
import type { Before } from '#workflows/solving/prepare.ts';
import type { Solving } from '#workflows/solving/solving-context.ts';
import { createStageBench } from '#workflows/solving/stage-bench.ts';
import { asStage, beginStage, keyOf } from '#workflows/solving/stage-run.ts';
import type { WorkTree } from '#workflows/solving/work-tree.ts';
import { amount } from '#workflows/solving/amount.ts';

/** What came of planning. */
export type Planned =
  | { readonly kind: 'plan'; readonly key: string; readonly plan: SolvePlan }
  | { readonly kind: 'questions'; readonly key: string; readonly questions: readonly string[] }
  | { readonly kind: 'none'; readonly why: string };

const submitted = z.object({
  ...solvePlan.shape,
  testPaths: solvePlan.shape.testPaths.default([]),
  questions: z.array(z.string().min(1).max(1000)).max(3).default([]).describe('What only a person can say; else empty'),
});

/** Looks at the repository and plans. Changes nothing; what it changes is put back. */
export async function planSolution(
  solving: Solving,
  workTree: WorkTree,
  before: Before,
  said: readonly string[],
): Promise<Planned> {
  const { task, ports } = solving;
  const go = await beginStage(solving, 'architect');
  const key = keyOf('architect', null, go);
  const { architect } = ports.models;
  return asStage(solving, headOf(solving, key, 'architect', 1, go, architect), async (row) => {
    const bench = createStageBench(solving, {
      stage: 'architect',
      attempt: 1,
      row,
      workTree,
      start: task.base.tree,
      boundary: () => architectBoundary,
      network: false,
      onTree: async () => {},
    });
    const opening = await architectOpening(solving, before, said);
    const tools = workingTools.filter(({ name }) => !['edit', 'patch', 'write'].includes(name));
    const submit = submitPlan(task.issue.criteria.map(({ id }) => id));
    const end = await runAgentStage(solving, { coder: architect, opening, tools, submit, bench, row });
    if (end.result === null) return { kind: 'none', why: end.words };
    const { questions, ...plan } = end.result;
    if (questions.length > 0) {
      row.tell({ summary: `It asks: ${questions.join(' ')}` });
      return { kind: 'questions', key, questions };
    }
    row.tell({
      summary: `${amount(plan.steps.length, 'step')}, ${amount(plan.criteria.length, 'criterion', 'criteria')}.`,
    });
    return { kind: 'plan', key, plan };
  });
}

function submitPlan(ids: readonly string[]): Submit<z.infer<typeof submitted>, z.infer<typeof submitted>> {
  return {
    name: 'submit_plan',
    description: 'Hand over the plan, or questions that only a person can answer.',
    input: submitted,
    async accept(plan) {
      if (plan.questions.length > 0) return { kind: 'accepted', result: plan };
      const known = new Set(plan.criteria.map(({ id }) => id));
      const missing = ids.filter((id) => !known.has(id));
      if (missing.length > 0) {
        return { kind: 'refused', words: `The plan leaves out these criteria of the issue: ${missing.join(', ')}.` };
      }
      if (known.size < plan.criteria.length) return { kind: 'refused', words: 'Two criteria have the same id.' };
      if (plan.criteria.length === 0) {
        return { kind: 'refused', words: 'Name at least one criterion: what is true once the issue is solved.' };
      }
      return { kind: 'accepted', result: plan };
    },
  };
}
