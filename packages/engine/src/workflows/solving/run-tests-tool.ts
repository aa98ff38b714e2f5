import { z } from 'zod';
import { defineTool, type Tool, type Workbench } from '#tools/index.ts';
import type { Check, CommandEvidence, TestEvidence } from '#verify/index.ts';
import { verdictOf } from '#verify/index.ts';
import { inWords, resultsOf, signatureOf } from '#workflows/solving/run-checks.ts';

/** Runs the tests of the project the way they will be judged. */
export function createRunTestsTool(
  run: (
    box: Workbench['box'],
    onOutput: (text: string) => void,
    signal: AbortSignal,
  ) => Promise<(CommandEvidence | TestEvidence)[]>,
  checks: readonly Check[],
): Tool<Workbench> {
  return defineTool<Record<string, never>, Workbench>({
    name: 'run_tests',
    description: `Run all tests of the project, as they will be run to judge the change: ${checks.map(({ runner }) => runner).join(', ')}. Says for each that fails why.`,
    input: z.strictObject({}),
    changes: true,
    async run(_input, workbench, signal) {
      const records = await run(workbench.box, (text) => workbench.onOutput(text), signal);
      const results = resultsOf(records);
      const count = (outcome: string) => results.filter((result) => result.outcome === outcome).length;
      const failed = count('failed') + count('error');
      const unread = results.length === 0 ? records.map((record) => verdictOf(record).reason).join(' ') : null;
      return {
        output: inWords(records),
        summary: unread ?? `${count('passed')} passed, ${failed} failed`,
        verdict: signatureOf(records),
      };
    },
  });
}
