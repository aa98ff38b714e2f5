import { type ReadResult, type ReportContent, type TestOutcome, withoutColours } from '#verify/test-run.ts';

const header = /^=+ short test summary info =+$/;
const last = /^(?:=+ )?((?:\d+ [a-z]+(?:, )?)+) in [\d.]+s(?: \([\d:]+\))?(?: =+)?$/;
const verdict = /^(PASSED|FAILED|ERROR|XFAIL|XPASS) (.+)$/;
const skipped = /^SKIPPED \[(\d+)\] (.+)$/;

const outcomes: Record<string, TestOutcome> = {
  PASSED: 'passed',
  FAILED: 'failed',
  ERROR: 'error',
  XFAIL: 'skipped',
  XPASS: 'passed',
};

/** The words with which the last line of pytest counts, and what they count. */
const counters: Record<string, TestOutcome> = {
  passed: 'passed',
  failed: 'failed',
  error: 'error',
  errors: 'error',
  skipped: 'skipped',
  xfailed: 'skipped',
  xpassed: 'passed',
};

/** What `pytest -rA` prints, for where it cannot write JUnit's XML: the summary after everything that tests printed, held against the last line. */
export function readPytestText(text: string): ReportContent {
  const lines = withoutColours(text).split(/\r?\n/);
  const end = lines.findLastIndex((line) => last.test(line));
  if (end === -1) return { results: [], problems: lines.some(isEmptyRun) ? [] : ['pytest did not come to its end.'] };
  const counted = countsOf(last.exec(lines[end] ?? '')?.[1] ?? '');
  const start = lines.slice(0, end).findLastIndex((line) => header.test(line));
  const results = start === -1 ? [] : lines.slice(start + 1, end).flatMap(resultsOf);
  const problems = (['passed', 'failed', 'skipped', 'error'] as const).flatMap((outcome) => {
    const named = results.filter((result) => result.outcome === outcome).length;
    const count = counted.get(outcome) ?? 0;
    return named === count ? [] : [`pytest counts ${count} ${outcome} and names ${named}.`];
  });
  return { results, problems };
}

function isEmptyRun(line: string): boolean {
  return /^(?:=+ )?no tests ran in [\d.]+s(?: =+)?$/.test(line);
}

function countsOf(text: string): Map<TestOutcome, number> {
  const counts = new Map<TestOutcome, number>();
  for (const part of text.split(', ')) {
    const [count = '0', word = ''] = part.split(' ');
    const outcome = counters[word];
    if (outcome !== undefined) counts.set(outcome, (counts.get(outcome) ?? 0) + Number(count));
  }
  return counts;
}

function resultsOf(line: string): ReadResult[] {
  const [, count, where = ''] = skipped.exec(line) ?? [];
  if (count !== undefined) {
    // Skipped tests are told of by place, together.
    const [, file = '', at = '', reason = ''] = /^(.*?):(\d+): ?(.*)$/.exec(where) ?? [null, where];
    const result = { file, name: `line ${at}`, outcome: 'skipped' as const, message: reason };
    return Array.from({ length: Number(count) }, () => result);
  }
  const [, word = '', rest = ''] = verdict.exec(line) ?? [];
  const outcome = outcomes[word];
  if (outcome === undefined) return [];
  const [test, message] = withoutReason(rest);
  const [, path = test, parameters = ''] = /^([^[]*)(\[.*)?$/.exec(test) ?? [];
  const [file = '', ...names] = path.split('::');
  if (names.length === 0) return [{ file, name: '(the file)', isWhole: true, outcome, message }];
  return [{ file, name: `${names.join(' > ')}${parameters}`, outcome, message }];
}

/** Parameters stand in brackets and may hold what else parts a name from the reason: `test_text[a - b] - assert …`. */
function withoutReason(text: string): [name: string, reason: string] {
  const part = text.indexOf(' - ');
  if (part === -1) return [text, ''];
  const bracket = text.indexOf('[');
  const hasParameters = bracket !== -1 && bracket < part;
  const closed = hasParameters ? text.indexOf('] - ', bracket) + 1 : 0;
  if (hasParameters && closed === 0 && text.endsWith(']')) return [text, ''];
  const end = closed > 0 ? closed : part;
  return [text.slice(0, end), text.slice(end + ' - '.length)];
}
