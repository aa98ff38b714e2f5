// Reads what the test runners wrote about themselves.
import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { root } from './run-command.mjs';

export const reportFolder = join(root, 'test-results');

/**
 * Passed and failed tests of a Vitest run, what failed by name, and what passed only when it was tried again. A file that could not be
 * loaded counts as one failure; so does a run without a report.
 */
export function countVitest(path) {
  if (!existsSync(path)) return noReport(path);
  const report = JSON.parse(readFileSync(path, 'utf8'));
  const names = report.testResults.flatMap((file) => {
    const failures = file.assertionResults.filter((it) => it.status === 'failed');
    const name = relative(root, file.name);
    if (failures.length === 0) return file.status === 'failed' ? [`${name}: ${firstLine(file.message)}`] : [];
    return failures.map((it) => `${name} › ${it.fullName}: ${firstLine(it.failureMessages[0])}`);
  });
  const unsteady = report.testResults.flatMap((file) =>
    file.assertionResults
      .filter((it) => it.status === 'passed' && it.failureMessages.length > 0)
      .map((it) => `${relative(root, file.name)} › ${it.fullName}: ${firstLine(it.failureMessages[0])}`),
  );
  return { passed: report.numPassedTests, failed: names.length, names, unsteady };
}

/** The same of a Playwright run. */
export function countPlaywright(path) {
  if (!existsSync(path)) return noReport(path);
  const { stats, errors, suites } = JSON.parse(readFileSync(path, 'utf8'));
  const names = [...specsOf(suites, 'unexpected'), ...errors.map(({ message }) => firstLine(message))];
  return {
    passed: stats.expected + stats.flaky,
    failed: stats.unexpected + errors.length,
    names,
    unsteady: specsOf(suites, 'flaky'),
  };
}

function noReport(path) {
  return { passed: 0, failed: 1, names: [`no report at ${relative(root, path)}`], unsteady: [] };
}

/** The names of the journeys that ended like this. */
function specsOf(suites, status) {
  return suites.flatMap(({ file, specs = [], suites: inner = [] }) => [
    ...specs.filter(({ tests }) => tests.some((it) => it.status === status)).map(({ title }) => `${file} › ${title}`),
    ...specsOf(inner, status),
  ]);
}

const firstLine = (text = '') => stripVTControlCharacters(text).split('\n')[0].slice(0, 200);
