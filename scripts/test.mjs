// `npm test`: everything, on this machine, from a fresh clone. `npm test -- cards` runs only the test files whose path has that word.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { check } from './check.mjs';
import { runCommand, runScript, ScriptError, toolEnvironment } from './run-command.mjs';
import { setUp } from './setup.mjs';
import { countPlaywright, countVitest, reportFolder } from './test-counts.mjs';
import { prepareMachine } from './test-machine.mjs';
import { startPostgres } from './test-postgres.mjs';

const filters = process.argv.slice(2);

await runScript(async () => {
  const started = performance.now();
  await setUp();
  const missing = await prepareMachine();
  if (missing.length > 0 && process.env.CI !== undefined) {
    throw new ScriptError(`Under CI nothing is skipped, and this is missing: ${missing.join(', ')}.`);
  }
  const results = await withDatabase(missing, (url) =>
    filters.length > 0 ? chosenTests(url) : allTests(url, missing),
  );
  const passed = sum(results.map((result) => result.passed));
  const failed = sum(results.map((result) => result.failed));
  const minutes = ((performance.now() - started) / 60_000).toFixed(1);
  const names = results.flatMap((result) => result.names);
  if (names.length > 0) console.log(`\nFailed:\n  ${names.join('\n  ')}`);
  const unsteady = results.flatMap((result) => result.unsteady);
  if (unsteady.length > 0) console.log(`\nPassed only when tried again:\n  ${unsteady.join('\n  ')}`);
  if (missing.length > 0) console.log(`\nNot tested, because it is missing here: ${missing.join(', ')}`);
  console.log(`\nTook ${minutes} minutes`);
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
});

async function allTests(url, missing) {
  const results = [];
  heading('check');
  const checked = await check();
  results.push({
    passed: checked.passed,
    failed: checked.failed + checked.failedSteps.length,
    names: [...checked.names, ...checked.failedSteps],
    unsteady: checked.unsteady,
  });
  // With a server, suites that need only one database are left to it.
  const onServer = url === undefined ? {} : { TEST_DATABASE_URL: url };
  // Side by side: each of them waits for other processes a third of its time.
  heading(
    url === undefined
      ? 'server and web'
      : 'server and web; beside them the server on PostgreSQL, shown when it has ended',
  );
  const beside =
    url === undefined ? undefined : vitest('server-postgres', ['server-postgres'], onServer, [], { show: false });
  results.push(await vitest('server', ['server', 'web'], onServer));
  if (beside !== undefined) {
    const { text, ...counts } = await beside;
    heading('server on PostgreSQL');
    console.log(text);
    results.push(counts);
  }
  if (!missing.includes('chromium')) {
    heading('journeys in a browser');
    results.push(await journeys());
  }
  return results;
}

async function chosenTests(url) {
  const projects = ['architecture', 'unit', 'server', 'web', ...(url === undefined ? [] : ['server-postgres'])];
  return [await vitest('chosen', projects, url === undefined ? {} : { TEST_DATABASE_URL: url }, filters)];
}

/** Gives the work a PostgreSQL: the one that TEST_DATABASE_URL names, or a throw-away cluster. */
async function withDatabase(missing, work) {
  if (process.env.TEST_DATABASE_URL) return work(process.env.TEST_DATABASE_URL);
  if (missing.includes('postgres') || missing.includes('pgvector')) return work(undefined);
  const postgres = await startPostgres();
  try {
    return await work(postgres.url);
  } finally {
    await postgres.stop();
  }
}

/** Runs these projects. With `show: false` what they say is returned as `text`. */
async function vitest(name, projects, environment, args = [], { show = true } = {}) {
  const report = join(reportFolder, `${name}.json`);
  rmSync(report, { force: true });
  const chosen = projects.flatMap((project) => ['--project', project]);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const env = toolEnvironment(environment);
  const { code, text } = await runCommand('vitest', ['run', ...chosen, ...reporters, ...args], { show, env });
  return { ...atLeastOneFailure(code, countVitest(report)), text };
}

/** In two lanes, each with servers of its own: a browser waits for its page as often as a page for its browser. */
async function journeys() {
  await setUp({ web: true });
  const report = join(reportFolder, 'e2e.json');
  rmSync(report, { force: true });
  const env = toolEnvironment({ E2E_LANES: '2', E2E_PORT: '4719' });
  const { code } = await runCommand('playwright', ['test'], { show: true, env });
  return atLeastOneFailure(code, countPlaywright(report));
}

/** A runner that failed without saying which test did (an unhandled error, a crash) still counts. */
function atLeastOneFailure(code, counts) {
  if (code === 0 || counts.failed > 0) return counts;
  return { ...counts, failed: 1, names: [`a runner ended with ${code} though no test failed; see above`] };
}

function heading(text) {
  console.log(`\n── ${text} ${'─'.repeat(Math.max(0, 76 - text.length))}`);
}

function sum(numbers) {
  return numbers.reduce((total, number) => total + number, 0);
}
