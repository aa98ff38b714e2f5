import type { ReportFormat } from '#verify/read-report.ts';
import { reportFile } from '#verify/check.ts';

/** How a test runner of JavaScript is told to report. */
export interface NodeRunner {
  readonly name: string;
  readonly format: ReportFormat;
  /** Matches the command at its place in a script, with its first words. */
  readonly command: RegExp;
  /** What is put directly after those words. */
  readonly report: string;
  /** Instead, when the report is what it prints: added at the end. */
  readonly redirect?: boolean;
  /** Environment it needs for it. */
  readonly env?: string;
  /** What takes away the question whether to watch. */
  readonly once?: string;
}

const junit = `--reporter=junit --reporter-outfile=${reportFile}`;

/** Without a wish of their own, all of these run once and end. */
export const nodeRunners: readonly NodeRunner[] = [
  {
    name: 'vitest',
    format: 'jest-json',
    command: /vitest(?: run)?(?= |$)/,
    report: `--reporter=default --reporter=json --outputFile.json=${reportFile}`,
    once: '--run',
  },
  {
    name: 'jest',
    format: 'jest-json',
    command:
      /(?:(?:node (?:--\S+ )*)?(?:\.\/)?node_modules\/jest\/bin\/jest\.js|(?:node (?:--\S+ )*)(?:\.\/)?node_modules\/\.bin\/jest|jest|(?:react-scripts|react-app-rewired|craco) test)(?= |$)/,
    report: `--json --outputFile=${reportFile}`,
    once: '--watchAll=false',
  },
  {
    name: 'node:test',
    format: 'junit',
    command: /node(?= (?:[^&|;]* )?--test(?: |$))/,
    report: `--test-reporter=spec --test-reporter-destination=stdout --test-reporter=junit --test-reporter-destination=${reportFile}`,
  },
  {
    name: 'node:test',
    format: 'junit',
    command: /tsx(?= (?:[^&|;]* )?--test(?: |$))/,
    report: `--test-reporter=junit --test-reporter-destination=${reportFile}`,
  },
  {
    name: 'mocha',
    format: 'mocha-json',
    command: /_?mocha(?= |$)/,
    report: `--reporter json --reporter-option output=${reportFile}`,
  },
  {
    name: 'playwright',
    format: 'junit',
    command: /playwright test(?= |$)/,
    report: '--reporter=junit',
    env: `PLAYWRIGHT_JUNIT_OUTPUT_NAME=${reportFile} PLAYWRIGHT_JUNIT_OUTPUT_FILE=${reportFile}`,
  },
  { name: 'bun', format: 'junit', command: /bun test(?= |$)/, report: junit },
  { name: 'ava', format: 'tap', command: /ava(?= |$)/, report: '--tap', redirect: true },
  { name: 'tape', format: 'tap', command: /tape(?= |$)/, report: '', redirect: true },
  { name: 'tap', format: 'tap', command: /tap(?: run)?(?= |$)/, report: '--reporter=tap', redirect: true },
];
