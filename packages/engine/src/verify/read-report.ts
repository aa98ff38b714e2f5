import { readCargoTest } from '#verify/reports/cargo-test.ts';
import { readGoTest } from '#verify/reports/go-test.ts';
import { readJestJson } from '#verify/reports/jest-json.ts';
import { readJunit } from '#verify/reports/junit.ts';
import { readMochaJson } from '#verify/reports/mocha-json.ts';
import { readPytestText } from '#verify/reports/pytest-text.ts';
import { readRspecJson } from '#verify/reports/rspec-json.ts';
import { readTap } from '#verify/reports/tap.ts';
import { readUnittest } from '#verify/reports/unittest.ts';
import { type ReportContent, type TestRun, toTestRun, unreadRun } from '#verify/test-run.ts';

/** What a runner reports in. `jest-json` is also what vitest writes, `junit` what most others can, `pytest-text` what `pytest -rA` prints. */
export type ReportFormat =
  | 'jest-json'
  | 'junit'
  | 'tap'
  | 'go-test'
  | 'cargo-test'
  | 'mocha-json'
  | 'rspec-json'
  | 'pytest-text'
  | 'unittest';

/** May throw on what it cannot read. */
type Reader = (text: string) => ReportContent;

const readers: Record<ReportFormat, Reader> = {
  'jest-json': readJestJson,
  junit: readJunit,
  tap: readTap,
  'go-test': readGoTest,
  'cargo-test': readCargoTest,
  'mocha-json': readMochaJson,
  'rspec-json': readRspecJson,
  'pytest-text': readPytestText,
  unittest: readUnittest,
};

/**
 * Reads what a runner reported, one text for each file of it. What cannot be read, or contradicts itself, becomes a problem of the run and never
 * a pass; nothing throws. `root` is where the work tree lay while the tests ran.
 */
export function readReport(format: ReportFormat, texts: readonly string[], options: { root?: string } = {}): TestRun {
  const written = texts.filter((text) => text.trim() !== '');
  if (written.length === 0) return unreadRun('The runner left no report.');
  const contents = written.map((text) => readOne(readers[format], format, text));
  const all = {
    results: contents.flatMap((content) => content.results),
    problems: contents.flatMap((content) => content.problems),
  };
  return toTestRun(all, options.root ?? '');
}

function readOne(read: Reader, format: ReportFormat, text: string): ReportContent {
  try {
    return read(text);
  } catch (error) {
    const why = error instanceof Error ? (error.message.split('\n')[0] ?? '') : '';
    return { results: [], problems: [`The report cannot be read as ${format}: ${why.slice(0, 200)}`] };
  }
}
