import { z } from 'zod';
import type { ReadResult, ReportContent } from '#verify/test-run.ts';

const report = z.object({
  examples: z.array(
    z.object({
      full_description: z.string(),
      file_path: z.string(),
      status: z.string(),
      run_time: z.number().nullish(),
      pending_message: z.string().nullish(),
      exception: z.object({ class: z.string().nullish(), message: z.string().nullish() }).nullish(),
    }),
  ),
  summary: z.object({ example_count: z.number(), errors_outside_of_examples_count: z.number().default(0) }),
  messages: z.array(z.string()).default([]),
});

/** What RSpec writes with `--format json --out …`. */
export function readRspecJson(text: string): ReportContent {
  const { examples, summary, messages } = report.parse(JSON.parse(text));
  const results = examples.map((example): ReadResult => {
    const { status, exception } = example;
    return {
      file: example.file_path,
      name: example.full_description,
      outcome:
        status === 'passed' ? 'passed' : status === 'failed' ? 'failed' : status === 'pending' ? 'skipped' : 'error',
      durationMs: typeof example.run_time === 'number' ? example.run_time * 1000 : null,
      message: exception ? `${exception.class ?? ''}: ${exception.message}` : (example.pending_message ?? null),
    };
  });
  const outside = summary.errors_outside_of_examples_count;
  if (outside > 0)
    results.push({ name: '(outside of examples)', isWhole: true, outcome: 'error', message: messages.join('\n') });
  const problem = `The report counts ${summary.example_count} examples and names ${examples.length}.`;
  return { results, problems: summary.example_count === examples.length ? [] : [problem] };
}
