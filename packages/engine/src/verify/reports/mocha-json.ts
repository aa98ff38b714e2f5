import { z } from 'zod';
import type { ReadResult, ReportContent, TestOutcome } from '#verify/test-run.ts';

const test = z.object({
  title: z.string(),
  fullTitle: z.string(),
  file: z.string().nullish(),
  duration: z.number().nullish(),
  err: z.object({ message: z.string().nullish(), stack: z.string().nullish() }).nullish(),
});

const report = z.object({
  stats: z.object({ passes: z.number(), pending: z.number(), failures: z.number() }),
  passes: z.array(test),
  pending: z.array(test),
  failures: z.array(test),
});

type MochaTest = z.infer<typeof test>;

/** What mocha writes with `--reporter json --reporter-option output=…`. */
export function readMochaJson(text: string): ReportContent {
  const { stats, passes, pending, failures } = report.parse(JSON.parse(text));
  const results = [
    ...passes.map((it) => resultOf(it, 'passed')),
    ...pending.map((it) => resultOf(it, 'skipped')),
    ...failures.map((it) => resultOf(it, /^"(before|after)( each| all)?" hook\b/.test(it.title) ? 'error' : 'failed')),
  ];
  const counted = stats.passes + stats.pending + stats.failures;
  return {
    results,
    problems: counted === results.length ? [] : [`The report counts ${counted} tests and names ${results.length}.`],
  };
}

function resultOf(it: MochaTest, outcome: TestOutcome): ReadResult {
  const groups = it.fullTitle.endsWith(` ${it.title}`) ? it.fullTitle.slice(0, -it.title.length - 1) : '';
  return {
    file: it.file ?? null,
    name: groups === '' ? it.title : `${groups} > ${it.title}`,
    outcome,
    durationMs: it.duration ?? null,
    message: it.err?.stack ?? it.err?.message ?? null,
  };
}
