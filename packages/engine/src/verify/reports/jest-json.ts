import { z } from 'zod';
import type { ReadResult, ReportContent, TestOutcome } from '#verify/test-run.ts';

const assertion = z.object({
  ancestorTitles: z.array(z.string()).default([]),
  title: z.string(),
  status: z.string(),
  duration: z.number().nullish(),
  failureMessages: z.array(z.string()).nullish(),
});

const report = z.object({
  success: z.boolean(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string().nullish(),
      assertionResults: z.array(assertion).default([]),
    }),
  ),
});

type FileReport = z.infer<typeof report>['testResults'][number];

/** What jest and vitest write with `--json` and `--reporter=json`. */
export function readJestJson(text: string): ReportContent {
  const { success, testResults } = report.parse(JSON.parse(text));
  const results = testResults.flatMap(resultsOf);
  const hasFailure = results.some(({ outcome }) => outcome !== 'passed' && outcome !== 'skipped');
  // An error outside of every test, such as a rejection that nobody awaits, or a threshold of coverage.
  const problems =
    success || hasFailure || results.length === 0 ? [] : ['The runner says that the run failed, and names no test.'];
  return { results, problems };
}

function resultsOf(file: FileReport): ReadResult[] {
  const results = file.assertionResults.map((test): ReadResult => {
    const messages = test.failureMessages ?? [];
    return {
      file: file.name,
      name: [...test.ancestorTitles.filter((title) => title !== ''), test.title].join(' > '),
      outcome: outcomeOf(test.status),
      durationMs: test.duration ?? null,
      message: messages.join('\n'),
    };
  });
  const isExplained = results.some(({ outcome }) => outcome === 'failed' || outcome === 'error');
  if (file.status !== 'failed' || isExplained) return results;
  return [
    ...results,
    { file: file.name, name: '(the file)', isWhole: true, outcome: 'error', message: file.message ?? null },
  ];
}

function outcomeOf(status: string): TestOutcome {
  if (status === 'passed' || status === 'failed') return status;
  // Whatever else a runner says is not a verdict.
  return ['pending', 'skipped', 'todo', 'disabled'].includes(status) ? 'skipped' : 'error';
}
