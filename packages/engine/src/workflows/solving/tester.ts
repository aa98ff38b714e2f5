import { type SolvePlan, type SolveTests, solveTests } from '@yudai/contract';
import { z } from 'zod';
import type { Submit } from '#agent/run-agent.ts';
import { treeFile } from '#checkout/index.ts';
import type { Box } from '#sandbox/index.ts';
import { workingTools } from '#tools/index.ts';
import { headOf, runAgentStage } from '#workflows/solving/agent-stage.ts';
import { testerBoundary } from '#workflows/solving/boundary.ts';
import { hashesBetween, pathsOf } from '#workflows/solving/file-hashes.ts';
import { judgeTests } from '#workflows/solving/judge-tests.ts';
import { testerOpening } from '#workflows/solving/openings.ts';
import type { Before } from '#workflows/solving/prepare.ts';
import { checksOfTree } from '#workflows/solving/project-checks.ts';
import { toCommandEvidence } from '#workflows/solving/records.ts';
import { inWords, isTestRecord, joinRuns, runChecks, signatureOf, testChecks } from '#workflows/solving/run-checks.ts';
import { createRunTestsTool } from '#workflows/solving/run-tests-tool.ts';
import type { Solving } from '#workflows/solving/solving-context.ts';
import { createStageBench, type StageBench } from '#workflows/solving/stage-bench.ts';
import { asStage, beginStage, keyOf } from '#workflows/solving/stage-run.ts';
import type { WorkTree } from '#workflows/solving/work-tree.ts';
import { amount } from '#workflows/solving/amount.ts';

export type Tested =
  | { readonly kind: 'tests'; readonly key: string; readonly tests: SolveTests; readonly tree: string }
  | { readonly kind: 'none'; readonly why: string };

const commandTimeoutMs = 120_000;

interface TesterParts {
  readonly solving: Solving;
  readonly workTree: WorkTree;
  readonly before: Before;
  readonly plan: SolvePlan;
  readonly bench: StageBench;
}

/** Writes tests that fail until the issue is solved. They are run before they are taken. */
export async function writeTests(
  solving: Solving,
  workTree: WorkTree,
  before: Before,
  plan: SolvePlan,
  said: readonly string[],
): Promise<Tested> {
  const { task, ports } = solving;
  const go = await beginStage(solving, 'tester');
  const key = keyOf('tester', null, go);
  const { tester } = ports.models;
  return asStage(solving, headOf(solving, key, 'tester', 1, go, tester), async (row) => {
    const bench = createStageBench(solving, {
      stage: 'tester',
      attempt: 1,
      row,
      workTree,
      start: task.base.tree,
      boundary: (taken) => testerBoundary(plan, taken),
      network: false,
      onTree: (draftTree) => solving.story.change(() => ({ draftTree })),
    });
    const parts = { solving, workTree, before, plan, bench };
    const runTests = createRunTestsTool(
      async (box, onOutput, signal) => run(parts, box, await bench.look(signal), onOutput, signal),
      testChecks(before.checks),
    );
    const opening = testerOpening(solving, plan, before, said);
    const tools = [...workingTools, runTests];
    const end = await runAgentStage(solving, { coder: tester, opening, tools, submit: submitTests(parts), bench, row });
    if (end.result === null) return { kind: 'none', why: end.words };
    const shown = end.result.claims.filter(({ claim }) => claim.kind === 'test' || claim.kind === 'command').length;
    row.tell({
      summary: `${amount(shown, 'test or command', 'tests and commands')} that fail${shown === 1 ? 's' : ''} until the issue is solved.`,
    });
    return { kind: 'tests', key, tests: end.result, tree: bench.tree };
  });
}

const input = z.object(solveTests.shape);

function submitTests(parts: TesterParts): Submit<SolveTests, SolveTests> {
  return {
    name: 'submit_tests',
    description: 'Hand over the tests. They are run: every one that is named has to exist and to fail.',
    input,
    async accept(tests, signal) {
      const { solving, workTree, bench, before, plan } = parts;
      const { gitDir } = solving.task.base;
      const tree = await bench.look(signal);
      const box = await workTree.ready(tree, signal);
      const records = await run(parts, box, tree, () => undefined, signal);
      const commands = await runCommands(parts, box, tests, signal);
      const { files } = await hashesBetween(gitDir, solving.task.base.tree, tree, signal);
      const texts = await Promise.all(
        pathsOf(files).map(async (path) => ({
          path,
          text: (await treeFile({ gitDir, tree, path, signal }))?.toString('utf8') ?? null,
        })),
      );
      const problems = await judgeTests({
        plan,
        tests,
        files: texts,
        before: joinRuns(before.records.filter(isTestRecord)),
        now: joinRuns(records.filter(isTestRecord)),
        commands,
        checkSyntax: solving.checkSyntax,
      });
      if (problems.length === 0) return { kind: 'accepted', result: tests };
      const words = ['Not accepted yet.', ...problems.map((problem) => `- ${problem}`), '', inWords(records)].join(
        '\n',
      );
      return { kind: 'refused', words, verdict: signatureOf(records) };
    },
  };
}

/** The tests of the tree as it is now: the tester may have written the first ones of the project. */
async function run(
  { solving, bench }: TesterParts,
  box: Box,
  tree: string,
  onOutput: (text: string) => void,
  signal: AbortSignal,
) {
  const { checks } = await checksOfTree(solving.task.base.gitDir, tree, signal);
  const headOf = (order: number) => bench.recordHead(`tests-${order + 1}`);
  const records = await runChecks(box, testChecks(checks), { when: 'during', signal, headOf, onOutput });
  for (const record of records) bench.record(record);
  return records;
}

async function runCommands(
  { bench }: TesterParts,
  box: Box,
  tests: SolveTests,
  signal: AbortSignal,
): Promise<Map<string, number | null>> {
  const ended = new Map<string, number | null>();
  for (const { claim } of tests.claims) {
    if (claim.kind !== 'command' || ended.has(claim.command)) continue;
    const result = await box.run({ shell: claim.command, timeoutMs: commandTimeoutMs }, { signal });
    bench.record(toCommandEvidence(bench.recordHead('claim'), claim.command, null, result));
    ended.set(claim.command, result.exitCode);
  }
  return ended;
}
