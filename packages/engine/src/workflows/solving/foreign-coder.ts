import type { MessagePart } from '@yudai/contract';
import { createAgentDoor } from '#agent/acp/agent-door.ts';
import { runAcpAgent, wordsOfPeople } from '#agent/acp/run-acp-agent.ts';
import type { Submit } from '#agent/run-agent.ts';
import { createTranscript, textOf } from '#agent/transcript.ts';
import type { Opening } from '#workflows/solving/openings.ts';
import type { Solving } from '#workflows/solving/solving-context.ts';
import type { ForeignCoder } from '#workflows/solving/solving.ts';
import type { BenchKept, StageBench } from '#workflows/solving/stage-bench.ts';
import type { StageRow } from '#workflows/solving/stage-run.ts';
import type { WorkTreeOptions } from '#workflows/solving/work-tree.ts';

/** How often it is told what is still wrong with its change. */
const mostRounds = 3;
/** Of one round; the solve itself ends earlier. */
const roundMs = 30 * 60_000;

/** The two ways in and out of the box of an agent of somebody else, and what its box needs for it. */
export interface ForeignDoor {
  readonly boxes: NonNullable<WorkTreeOptions['boxes']>;
  /** Calls of the model so far. */
  readonly steps: () => number;
  /** Whom to tell of the next calls. */
  watch(onStep: (steps: number) => void): void;
  readonly run: Pick<Parameters<typeof runAcpAgent>[0], 'agent' | 'door' | 'relay'>;
}

/** Opens the way to the model, for as many calls as a stage may take. */
export function openForeignDoor({ task, ports }: Solving, coder: ForeignCoder): ForeignDoor {
  let steps = 0;
  let onStep: (steps: number) => void = () => undefined;
  const relay = coder.openRelay(() => {
    if (steps >= task.mostSteps) return `The limit of ${task.mostSteps} steps is reached. Stop now.`;
    steps += 1;
    onStep(steps);
    return null;
  });
  const door = createAgentDoor(relay);
  const { agent } = coder;
  // What all boxes of the solve have, Node above all, is within their reach already.
  const there = new Set(ports.boxes?.mounts?.map(({ at }) => at));
  const mounts = agent.mounts.filter(({ at }) => !there.has(at));
  return {
    boxes: { mounts, path: agent.path, services: door.services },
    steps: () => steps,
    watch(next) {
      onStep = next;
    },
    run: { agent, door, relay },
  };
}

interface ForeignStage<Result> {
  readonly opening: Opening;
  /** Judges what it has made, as it judges what our own coder hands over. */
  readonly accept: (signal: AbortSignal) => ReturnType<Submit<unknown, Result>['accept']>;
  readonly bench: StageBench;
  readonly row: StageRow;
  readonly foreign: ForeignDoor;
}

interface Round {
  readonly kept: BenchKept;
  /** What the agent said last. */
  readonly said: string;
  /** What people said while it worked. */
  readonly heard: readonly string[];
  /** How many parts of the transcript it made. */
  readonly parts: number;
  /** Null when its change was accepted. */
  readonly problem: string | null;
  readonly stop: 'submitted' | 'steps' | 'silent';
}

/**
 * Lets an agent of somebody else write the code, in the box and within the limits and the boundary of a stage. A round is one step: one that a
 * crash has cut short begins again from the tree before it. Returns why it is not done, or null.
 */
export async function runForeignStage<Result>(
  { task, ports }: Solving,
  stage: ForeignStage<Result>,
): Promise<string | null> {
  const { row, bench, foreign } = stage;
  foreign.watch((steps) => row.tell({ steps }));
  const transcript = createTranscript([], (change) => ports.tell({ what: 'transcript', key: row.key, change }));
  let prompt = `${stage.opening.instructions}\n\n${stage.opening.opening}`;
  for (let number = 1; number <= mostRounds; number += 1) {
    const place = transcript.parts.length;
    const round = await ports.step(`${row.key}:agent:${number}`, async ({ signal, attempt }): Promise<Round> => {
      if (attempt > 1) transcript.cut(place);
      const { box } = (await bench.open(number, true))(`agent-${number}`, 0);
      const heard: string[] = [];
      // The same number tells all of the round again, so a round that a crash has cut short begins with what was said in it.
      const hear = async () => {
        const fresh = (await ports.heard(row.key, number)).slice(heard.length);
        heard.push(...fresh);
        return fresh;
      };
      const before = await hear();
      for (const text of before) transcript.add({ type: 'notice', text: `A person says: ${text}` });
      const end = await runAcpAgent({
        ...foreign.run,
        box,
        prompt: withWords(prompt, before),
        heard: hear,
        interrupted: () => ports.interrupted(row.key),
        transcript,
        timeoutMs: roundMs,
        signal: AbortSignal.any([signal, ports.signal]),
      });
      const said = textOf(transcript.parts.slice(place)).slice(-2000);
      const problem = await problemOf(stage, end, foreign.steps() >= task.mostSteps, signal);
      if (problem !== null) transcript.add({ type: 'notice', text: problem });
      const { kept } = await bench.settle(number, true);
      const stop = problem === null ? 'submitted' : foreign.steps() >= task.mostSteps ? 'steps' : 'silent';
      return { kept, said, heard, parts: transcript.parts.length - place, problem, stop };
    });
    // Of a round that was done before a crash whoever watches has the parts; the next ones only have to come after them.
    transcript.restore(
      place,
      Array.from({ length: round.parts }, (): MessagePart => ({ type: 'notice', text: '' })),
    );
    await bench.took(round.kept);
    row.tell({ stop: round.stop, summary: (round.problem ?? round.said).slice(0, 1000) });
    if (round.problem === null) return null;
    if (round.stop === 'steps' || number === mostRounds) return round.problem;
    prompt = `${withWords(prompt, round.heard)}\n\nYou have worked on this before; your change is in the work tree.\n\n${round.problem}`;
  }
  return null;
}

function withWords(prompt: string, said: readonly string[]): string {
  return said.length === 0 ? prompt : `${prompt}\n\n${wordsOfPeople(said)}`;
}

async function problemOf<Result>(
  stage: ForeignStage<Result>,
  end: Awaited<ReturnType<typeof runAcpAgent>>,
  isOutOfSteps: boolean,
  signal: AbortSignal,
): Promise<string | null> {
  const verdict = await stage.accept(signal);
  if (verdict.kind === 'accepted') return null;
  if (isOutOfSteps) return `It has used all its steps. ${verdict.words}`;
  return end.stop === 'died' ? `It did not come to its end: ${end.words} ${verdict.words}` : verdict.words;
}
