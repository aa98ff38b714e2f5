// `npm run check`: everything that can be judged without a server, in a few minutes. All of it runs; the end lists what failed.
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root, runCommand, runScript } from './run-command.mjs';
import { setUp } from './setup.mjs';
import { countVitest, reportFolder } from './test-counts.mjs';

/** Runs every check. Returns the counts of its tests and the names of the steps that failed. */
export async function check() {
  await setUp();
  const report = join(reportFolder, 'check.json');
  rmSync(report, { force: true });
  mkdirSync(reportFolder, { recursive: true });
  const packages = readdirSync(join(root, 'packages'));
  const steps = [
    {
      name: 'tests: architecture, unit',
      command: ['vitest', 'run', '--project', 'architecture', '--project', 'unit', ...reporters(report)],
    },
    { name: 'lint', command: ['oxlint', '--type-aware', '--quiet'] },
    { name: 'types: root', command: ['tsc', '-p', '.'] },
    { name: 'types: web build', command: ['tsc', '-p', 'packages/web/tsconfig.build.json'] },
    ...packages.map((name) => ({ name: `types: ${name}`, command: ['tsc', '-p', join('packages', name)] })),
    { name: 'format', command: ['oxfmt', '--check', '.'] },
    { name: 'dead code', command: ['knip', '--no-progress'] },
  ];
  const failed = [];
  await Promise.all([drain(steps, failed), drain(steps, failed)]);
  const tests = countVitest(report);
  if (failed.length > 0) console.log(`\nFailed: ${failed.join(', ')}`);
  return { ...tests, failedSteps: failed.filter((name) => !name.startsWith('tests:') || tests.failed === 0) };
}

const reporters = (report) => ['--reporter=dot', '--reporter=json', `--outputFile.json=${report}`];

/** One of two lanes: takes the next step until none is left. */
async function drain(steps, failed) {
  for (let step = steps.shift(); step !== undefined; step = steps.shift()) {
    const started = performance.now();
    const { code, text } = await runCommand(step.command[0], step.command.slice(1));
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${step.name} (${seconds} s)`);
    if (code === 0) continue;
    failed.push(step.name);
    console.log(text.trimEnd().replace(/^/gm, '    '));
  }
}

if (import.meta.main ?? process.argv[1] === import.meta.filename) {
  await runScript(async () => {
    const started = performance.now();
    const { passed, failed, failedSteps } = await check();
    console.log(
      `\n${passed} passed, ${failed + failedSteps.length} failed in ${Math.round((performance.now() - started) / 1000)} s`,
    );
    return failed + failedSteps.length === 0 ? 0 : 1;
  });
}
