import { Parser, type Result } from 'tap-parser';
import type { ReadResult, ReportContent } from '#verify/test-run.ts';

/** A parser that was told of a subtest, and what it read there. */
interface Level {
  readonly groups: readonly string[];
  readonly results: ReadResult[];
  /** How many results its newest subtest gave: the point that closes the subtest repeats them. */
  inner: { readonly count: number; readonly failing: boolean } | null;
}

/** TAP 12 to 14 with subtests. The plan has to be kept, and every point to be counted once. */
export function readTap(text: string): ReportContent {
  const parser = new Parser({ strict: false });
  const level: Level = { groups: [], results: [], inner: null };
  const problems: string[] = [];
  listen(parser, level, problems);
  parser.end(text);
  const { results } = parser;
  if (results === null) return { results: [], problems: ['The report does not come to its end.'] };
  if (results.bailout !== false) {
    const message = typeof results.bailout === 'string' ? results.bailout : null;
    level.results.push({ name: '(bail out)', isWhole: true, outcome: 'error', message });
  }
  return { results: level.results, problems };
}

function listen(parser: Parser, level: Level, problems: string[]): void {
  let plans = 0;
  parser.on('plan', () => {
    plans += 1;
  });
  // A second plan is no plan to the parser, but what a test printed.
  parser.on('extra', (line: string) => {
    if (/^\s*1\.\.\d+/.test(line)) plans += 1;
  });
  parser.on('child', (child: Parser) => {
    const inside: Level = { groups: [...level.groups, child.name], results: [], inner: null };
    listen(child, inside, problems);
    child.on('complete', () => {
      level.results.push(...inside.results);
      const failing = inside.results.some(({ outcome }) => outcome === 'failed');
      level.inner = { count: inside.results.length, failing };
    });
  });
  parser.on('assert', (result: Result) => {
    const { inner } = level;
    level.inner = null;
    // A subtest is told of by its own points, unless it failed and none of them did.
    if (inner !== null && inner.count > 0 && (result.ok || inner.failing)) return;
    level.results.push(toResult(result, level.groups));
  });
  parser.on('complete', () => {
    if (plans > 1) problems.push('The report has more than one plan.');
    for (const failure of parser.results?.failures ?? []) {
      if (typeof failure.tapError === 'string') problems.push(`The report breaks its own rules: ${failure.tapError}.`);
    }
  });
}

function toResult({ ok, name, skip, todo, diag, time }: Result, groups: readonly string[]): ReadResult {
  const isExcused = skip !== false || todo !== false;
  const reason = typeof skip === 'string' ? skip : typeof todo === 'string' ? todo : null;
  return {
    name: [...groups, name].join(' > '),
    outcome: isExcused ? 'skipped' : ok ? 'passed' : 'failed',
    durationMs: time,
    message: isExcused ? reason : diag === null ? null : JSON.stringify(diag),
  };
}
