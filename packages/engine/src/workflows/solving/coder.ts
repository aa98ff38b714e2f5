import type { SolvePlan, SolveTests } from '@yudai/contract';
import { z } from 'zod';
import type { Submit } from '#agent/run-agent.ts';
import type { Box } from '#sandbox/index.ts';
import { workingTools } from '#tools/index.ts';
import { compareRuns, matchTests, type TestRun } from '#verify/index.ts';
import { headOf, runAgentStage } from '#workflows/solving/agent-stage.ts';
import { coderBoundary, protectedOf } from '#workflows/solving/boundary.ts';
import { hashesBetween, pathsOf } from '#workflows/solving/file-hashes.ts';
import { coderOpening } from '#workflows/solving/openings.ts';
import type { Before } from '#workflows/solving/prepare.ts';
import { checksOfTree } from '#workflows/solving/project-checks.ts';
import { inWords, isTestRecord, joinRuns, runChecks, signatureOf, testChecks } from '#workflows/solving/run-checks.ts';
import { createRunTestsTool } from '#workflows/solving/run-tests-tool.ts';
import type { Solving } from '#workflows/solving/solving-context.ts';
import { type ForeignDoor, runForeignStage } from '#workflows/solving/foreign-coder.ts';
import type { AttemptState, Coder, ForeignCoder } from '#workflows/solving/solving.ts';
import { createStageBench, type StageBench } from '#workflows/solving/stage-bench.ts';
import { asStage, beginStage, keyOf } from '#workflows/solving/stage-run.ts';
import type { WorkTree } from '#workflows/solving/work-tree.ts';

/** What all coders are given. */
export interface CodingTask {
  readonly plan: SolvePlan;
  readonly tests: SolveTests;
  readonly testsTree: string;
  readonly before: Before;
  readonly said: readonly string[];
}

/** Who writes the code: a model in our own loop, or an agent of somebody else through its door. */
export type Writer =
  | { readonly coder: Coder; readonly foreign: null }
  | { readonly coder: ForeignCoder; readonly foreign: ForeignDoor };

export interface Coded {
  readonly key: string;
  readonly tree: string;
  /** Why there is no more, for a person; null when the coder handed its change over as done. */
  readonly unfinished: string | null;
}

/** One coder's attempt: changes the program until the tests pass, with a checkpoint after every round of tools. */
export async function writeCode(
  solving: Solving,
  workTree: WorkTree,
  work: CodingTask,
  { coder, foreign }: Writer,
  attempt: number,
): Promise<Coded> {
  const { task, ports, story } = solving;
  const go = await beginStage(solving, `coder.${attempt}`);
  const key = keyOf('coder', attempt, go);
  return asStage(solving, headOf(solving, key, 'coder', attempt, go, coder), async (row) => {
    const { gitDir, tree: base } = task.base;
    const { entries } = await checksOfTree(gitDir, base, ports.signal);
    const { files } = await hashesBetween(gitDir, base, work.testsTree, ports.signal);
    const testFiles = pathsOf(files);
    const guarded = protectedOf(testFiles, (path) => entries.has(path));
    const { checks } = await checksOfTree(gitDir, work.testsTree, ports.signal);
    const bench = createStageBench(solving, {
      stage: 'coder',
      attempt,
      row,
      workTree,
      start: attemptOf(story.state.attempts, attempt)?.tree ?? work.testsTree,
      boundary: (taken) => coderBoundary(guarded, taken),
      network: true,
      onTree: (tree) => keepAttempt(solving, { attempt, tree, result: null }),
    });
    const run = async (box: Box, onOutput: (text: string) => void, signal: AbortSignal) => {
      const headOfRecord = (order: number) => bench.recordHead(`tests-${order + 1}`);
      const options = { when: 'during' as const, signal, headOf: headOfRecord, onOutput };
      const records = await runChecks(box, testChecks(checks), options);
      for (const record of records) bench.record(record);
      return records;
    };
    const prompt = foreign === null ? 'coder' : 'foreign-coder';
    const opening = coderOpening(prompt, solving, work.plan, work.tests, testFiles, work.said);
    const submit = submitChange(solving, workTree, work, bench, run);
    if (foreign !== null) {
      const accept = (signal: AbortSignal) => submit.accept({ summary: coder.name, cannot: null }, signal);
      const unfinished = await runForeignStage(solving, { opening, accept, bench, row, foreign });
      await keepAttempt(solving, { attempt, tree: bench.tree, result: null });
      return { key, tree: bench.tree, unfinished };
    }
    const end = await runAgentStage(solving, {
      coder,
      opening,
      tools: [...workingTools, createRunTestsTool(run, testChecks(checks))],
      submit,
      bench,
      row,
    });
    await keepAttempt(solving, { attempt, tree: bench.tree, result: null });
    if (end.result !== null) row.tell({ summary: end.result.cannot ?? end.result.summary });
    return { key, tree: bench.tree, unfinished: end.result === null ? end.words : end.result.cannot };
  });
}

export function attemptOf(attempts: readonly AttemptState[], attempt: number): AttemptState | undefined {
  return attempts.find((one) => one.attempt === attempt);
}

/** Puts how an attempt stands in the place of how it stood. */
export async function keepAttempt({ story }: Solving, next: AttemptState): Promise<void> {
  await story.change(({ attempts }) => ({ attempts: withAttempt(attempts, next) }));
}

export function withAttempt(attempts: readonly AttemptState[], next: AttemptState): AttemptState[] {
  const others = attempts.filter(({ attempt }) => attempt !== next.attempt);
  return [...others, next].toSorted((a, b) => a.attempt - b.attempt);
}

const submitted = z.object({
  summary: z.string().min(1).max(5000).describe('What was changed and why, for who reviews it'),
  cannot: z.string().max(5000).nullable().default(null).describe('Why the issue is not solved; null when it is'),
});

function submitChange(
  { task }: Solving,
  workTree: WorkTree,
  { tests, before, testsTree }: CodingTask,
  bench: StageBench,
  run: (box: Box, onOutput: (text: string) => void, signal: AbortSignal) => ReturnType<typeof runChecks>,
): Submit<z.infer<typeof submitted>, z.infer<typeof submitted>> {
  return {
    name: 'submit_change',
    description:
      'Hand over the change. The tests are run: those written for the issue have to pass, and no other may fail newly.',
    input: submitted,
    async accept(change, signal) {
      if (change.cannot !== null && change.cannot.trim() !== '') return { kind: 'accepted', result: change };
      const result = { ...change, cannot: null };
      const tree = await bench.look(signal);
      if (tree === testsTree || tree === task.base.tree) {
        return { kind: 'refused', words: 'Nothing was changed yet. If nothing can be, say why in `cannot`.' };
      }
      const box = await workTree.ready(tree, signal);
      const records = await run(box, () => undefined, signal);
      const problems = judgeChange(
        tests,
        joinRuns(before.records.filter(isTestRecord)),
        joinRuns(records.filter(isTestRecord)),
      );
      if (problems.length === 0) return { kind: 'accepted', result };
      const words = ['Not accepted yet.', ...problems.map((problem) => `- ${problem}`), '', inWords(records)].join(
        '\n',
      );
      return { kind: 'refused', words, verdict: signatureOf(records) };
    },
  };
}

/** What the tests hold against a change, in sentences. Where none can be read, nothing: the verdict comes from the fresh box. */
function judgeChange({ claims }: SolveTests, before: TestRun | null, now: TestRun | null): string[] {
  if (now === null) return [];
  const failing = claims.flatMap(({ claim }) => {
    if (claim.kind !== 'test') return [];
    const found = matchTests(now.results, claim.test);
    if (found.length === 0) return [`'${claim.test}' did not run.`];
    return found.some(({ outcome }) => outcome !== 'passed') ? [`'${claim.test}' does not pass.`] : [];
  });
  const { newFailures, silenced, vanished } = compareRuns(before, now);
  return [
    ...failing,
    ...newFailures.map(({ id }) => `'${id}' fails, and did not before.`),
    ...silenced.map(({ id }) => `'${id}' is skipped, and was not before.`),
    ...vanished.map(({ id }) => `'${id}' is not run any more.`),
  ].slice(0, 40);
}
