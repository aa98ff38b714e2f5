import type { MessagePart, Solve, SolveEvidence, StageTranscript } from '@yudai/contract';

/** Everything that is known of a solve. */
export interface Export {
  readonly solve: Solve;
  readonly transcripts: readonly StageTranscript[];
  readonly evidence: readonly SolveEvidence[];
  readonly patch: string;
}

export function asJson({ solve, transcripts, evidence, patch }: Export): string {
  return `${JSON.stringify({ format: 'yudai-solve', version: 1, solve, transcripts, evidence, patch }, null, 2)}\n`;
}

/** What viewers of SWE-agent read (its `.traj` files): a step for each call of a tool, with what was thought before it. */
export function asTrajectory({ solve, transcripts, patch }: Export): string {
  const trajectory = transcripts.flatMap(({ key, parts }) => stepsOf(key, parts));
  const sum = (of: (stage: Solve['stages'][number]) => number) =>
    solve.stages.reduce((total, stage) => total + of(stage), 0);
  const info = {
    exit_status: solve.outcome ?? solve.status,
    submission: patch,
    model_stats: {
      instance_cost: solve.costMicros / 1_000_000,
      tokens_sent: sum(({ inputTokens }) => inputTokens),
      tokens_received: sum(({ outputTokens }) => outputTokens),
      api_calls: solve.steps,
    },
  };
  const history = trajectory.flatMap(({ response, observation }) => [
    { role: 'assistant', content: response },
    { role: 'user', content: observation },
  ]);
  return `${JSON.stringify({ environment: 'yudai', trajectory, history, info }, null, 2)}\n`;
}

function stepsOf(key: string, parts: readonly MessagePart[]) {
  let thought = '';
  const made: { action: string; observation: string; response: string; thought: string; state: { stage: string } }[] =
    [];
  for (const part of parts) {
    if (part.type === 'text' || part.type === 'reasoning') thought += part.text;
    if (part.type !== 'tool') continue;
    const action = `${part.tool} ${JSON.stringify(part.input)}`;
    made.push({
      action,
      observation: part.output,
      response: `${thought}\n\n${action}`.trim(),
      thought,
      state: { stage: key },
    });
    thought = '';
  }
  if (thought !== '') made.push({ action: '', observation: '', response: thought, thought, state: { stage: key } });
  return made;
}
