// `node scripts/mutation.mjs [part]`: breaks the code that decides who may do what, one small change at a time, and says which changes no test
// noticed. It works on a copy of the last commit, takes the better part of an hour on two processors, and is no part of `npm test`.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root, runCommand, runScript, ScriptError } from './run-command.mjs';

const stryker = '10.1.1';
const server = 'packages/server/src';
const limits = { pool: 'forks', isolate: false, maxWorkers: 1, testTimeout: 120_000, hookTimeout: 240_000 };

/** What is broken, and the suites that promise it. Of several suites, Stryker runs for each change those that come by it. */
const parts = {
  roles: {
    mutate: ['packages/contract/src/roles.ts'],
    tests: ['packages/contract/src/roles.test.ts'],
    constants: true,
  },
  door: { mutate: [`${server}/platform/http/access.ts`], tests: [`${server}/platform/http/access.test.ts`] },
  identity: {
    mutate: [`${server}/features/accounts/identify.ts`],
    tests: [`${server}/features/accounts/sessions.test.ts`, `${server}/features/accounts/admission.test.ts`],
  },
  members: {
    mutate: [`${server}/features/projects/members.ts`, `${server}/features/projects/permission.ts`],
    tests: [`${server}/features/projects/members.test.ts`],
  },
};

await runScript(async () => {
  const chosen = process.argv.slice(2);
  const unknown = chosen.find((name) => parts[name] === undefined);
  if (unknown !== undefined) throw new ScriptError(`There is no part ${unknown}: ${Object.keys(parts).join(', ')}.`);
  const copy = mkdtempSync(join(tmpdir(), 'yudai-mutation-'));
  try {
    await prepare(copy);
    for (const name of chosen.length === 0 ? Object.keys(parts) : chosen) await mutate(copy, name, parts[name]);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
  return 0;
});

/** Stryker is brought for this run only: 150 packages that nobody else needs would cost every installation. */
async function prepare(copy) {
  await must('git', ['clone', '--quiet', root, copy], root);
  cpSync(join(root, 'node_modules'), join(copy, 'node_modules'), { recursive: true, verbatimSymlinks: true });
  const packages = ['core', 'vitest-runner'].map((name) => `@stryker-mutator/${name}@${stryker}`);
  await must('npm', ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', ...packages], copy);
}

async function mutate(copy, name, { mutate, tests, constants = false }) {
  const vitest = { ...limits, include: tests, env: { TEST_DATABASE_URL: '' } };
  writeFileSync(join(copy, 'vitest.mutation.config.mjs'), `export default { test: ${JSON.stringify(vitest)} };\n`);
  const settings = {
    testRunner: 'vitest',
    plugins: ['@stryker-mutator/vitest-runner'],
    vitest: { configFile: 'vitest.mutation.config.mjs', related: false },
    mutate,
    // Words for people decide nothing; where words are the decision, they are broken too.
    mutator: { excludedMutations: constants ? [] : ['StringLiteral'] },
    coverageAnalysis: constants ? 'off' : 'perTest',
    ignoreStatic: !constants,
    concurrency: 1,
    inPlace: true,
    timeoutMS: 60_000,
    reporters: ['clear-text', 'json'],
    jsonReporter: { fileName: 'mutation.json' },
    clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  };
  writeFileSync(join(copy, 'stryker.mutation.json'), JSON.stringify(settings));
  console.log(`\n── ${name}: ${mutate.join(', ')}`);
  const started = performance.now();
  await runCommand('stryker', ['run', 'stryker.mutation.json'], { show: true, cwd: copy, env: environmentOf(copy) });
  const { files } = JSON.parse(readFileSync(join(copy, 'mutation.json'), 'utf8'));
  const mutants = Object.values(files).flatMap((file) => file.mutants);
  const count = (...states) => mutants.filter(({ status }) => states.includes(status)).length;
  const minutes = ((performance.now() - started) / 60_000).toFixed(1);
  const [killed, survived] = [count('Killed', 'Timeout'), count('Survived', 'NoCoverage')];
  console.log(`${name}: ${killed} killed, ${survived} survived, ${count('Ignored')} ignored, in ${minutes} minutes`);
}

function environmentOf(copy) {
  return { ...process.env, PATH: `${join(copy, 'node_modules', '.bin')}:${process.env.PATH ?? ''}` };
}

async function must(program, args, cwd) {
  const { code, text } = await runCommand(program, args, { cwd });
  if (code !== 0) throw new ScriptError(`${program} ${args[0]} failed:\n${text}`);
}
