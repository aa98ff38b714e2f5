import type { AgentStage, StageRun } from '@yudai/contract';
import type { AgentEnd, Submit } from '#agent/run-agent.ts';
import { runAgent } from '#agent/run-agent.ts';
import { contextWindowOf } from '#models/index.ts';
import type { Tool, Workbench } from '#tools/index.ts';
import type { Opening } from '#workflows/solving/openings.ts';
import type { Solving } from '#workflows/solving/solving-context.ts';
import type { Coder } from '#workflows/solving/solving.ts';
import type { StageBench } from '#workflows/solving/stage-bench.ts';
import type { StageRow } from '#workflows/solving/stage-run.ts';

/** When nobody knows how much a model reads at once. */
const standardContext = 128_000;

export interface AgentStageRun<Input, Result> {
  readonly coder: Coder;
  readonly opening: Opening;
  readonly tools: readonly Tool<Workbench>[];
  readonly submit: Submit<Input, Result>;
  readonly bench: StageBench;
  readonly row: StageRow;
}

/** Lets the model of a stage work, with its steps under the stage's key. */
export async function runAgentStage<Input, Result>(
  { task, ports }: Solving,
  { coder, opening, tools, submit, bench, row }: AgentStageRun<Input, Result>,
): Promise<AgentEnd<Result>> {
  const { key } = row;
  const contextTokens = coder.contextTokens ?? (await contextWindowOf(coder.name)) ?? standardContext;
  const end = await runAgent(
    { ...opening, model: coder.model, contextTokens, tools, submit, mostSteps: task.mostSteps },
    {
      bench,
      step: (name, work) => ports.step(`${key}:${name}`, work),
      heard: (number) => ports.heard(key, number),
      interrupted: () => ports.interrupted(key),
      tell: (change) => ports.tell({ what: 'transcript', key, change }),
      stepped: (steps) => row.tell({ steps }),
    },
  );
  row.tell({ stop: end.stop, summary: end.words.slice(0, 1000) });
  return end;
}

/** What names a stage of an agent in its row. */
export function headOf(
  { task }: Solving,
  key: string,
  stage: AgentStage,
  attempt: number,
  go: number,
  { name }: Pick<Coder, 'name'>,
): Pick<StageRun, 'key' | 'stage' | 'attempt' | 'go' | 'model' | 'mostSteps'> {
  return { key, stage, attempt, go, model: name, mostSteps: task.mostSteps };
}
