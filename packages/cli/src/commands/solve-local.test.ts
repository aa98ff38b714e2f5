// One database is enough: none of this opens one.
import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { type ScriptedModel, type ScriptedTurn, startScriptedModel } from '@yudai/server/testing';
import { expect, onTestFinished, test, type TestContext } from 'vitest';
import { toIssue } from '#commands/solve-local.ts';
import { runCli } from '#program.ts';
import { createCli } from '#run-command.ts';

const git = promisify(execFile);

/** A folder with a mistake, a data directory that boxes can be in, and a model. */
async function openWorld() {
  const home = await mkdtemp(join(tmpdir(), 'yudai-local-'));
  await chmod(home, 0o755);
  onTestFinished(() => rm(home, { recursive: true, force: true, maxRetries: 5 }));
  const folder = join(home, 'project');
  await mkdir(folder);
  const files = {
    'package.json':
      '{ "name": "sums", "type": "module", "scripts": { "test": "node --test --test-isolation=none" } }\n',
    'sum.js': 'export const sum = (numbers) => numbers.reduce((a, b) => a + b, 1);\n',
    'sum.test.js':
      "import assert from 'node:assert/strict';\nimport { test } from 'node:test';\nimport { sum } from './sum.js';\ntest('a number', () => assert.equal(typeof sum([1]), 'number'));\n",
  };
  for (const [path, content] of Object.entries(files)) await writeFile(join(folder, path), content);
  const model = await startScriptedModel();
  onTestFinished(() => model.close());
  return { folder, data: join(home, 'data'), model };
}

/** Skips a test where this machine can make no box, as the command itself says. */
function needBoxes(context: TestContext, { code, stderr }: { readonly code: number; readonly stderr: string }): void {
  if (code === 4) context.skip(stderr);
}

async function run(
  { folder, data, model }: Awaited<ReturnType<typeof openWorld>>,
  args: readonly string[],
  options: {
    readonly signal?: AbortSignal;
    readonly onStderr?: (text: string) => void;
    readonly env?: Readonly<Record<string, string>>;
  } = {},
) {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  stdin.end('');
  let said = '';
  stderr.on('data', (part) => {
    said += String(part);
    options.onStderr?.(said);
  });
  const env = { ...model.env, YUDAI_DATA: data, YUDAI_SANDBOX_FOLDER: data, ...options.env };
  const { signal = new AbortController().signal } = options;
  const written = text(stdout);
  const code = await runCli(createCli({ stdin, stdout, stderr, env, cwd: folder, signal }), ['solve', ...args]);
  stdout.end();
  return { code, stdout: await written, stderr: said };
}

const test0 =
  "import assert from 'node:assert/strict';\nimport { test } from 'node:test';\nimport { sum } from './sum.js';\ntest('nothing is 0', () => assert.equal(sum([]), 0));\n";

/** What a model that knows its trade does, stage by stage, or only the first calls of it. */
function solving(model: ScriptedModel, calls = 5): void {
  const claim = { criterion: 'c1', claim: { kind: 'test', test: 'nothing is 0' } };
  const turns: ScriptedTurn[] = [
    {
      tools: [
        {
          name: 'submit_plan',
          input: {
            notes: 'It begins at 1.',
            steps: [{ text: 'Begin at 0', files: ['sum.js'] }],
            criteria: [{ id: 'c1', text: 'The sum of nothing is 0', how: 'Call it' }],
            testPaths: [],
          },
        },
      ],
    },
    { tools: [{ name: 'write', input: { path: 'empty.test.js', content: test0 } }] },
    { tools: [{ name: 'submit_tests', input: { summary: 'It fails.', claims: [claim] } }] },
    { tools: [{ name: 'edit', input: { path: 'sum.js', find: 'b, 1)', replace: 'b, 0)' } }] },
    { tools: [{ name: 'submit_change', input: { summary: 'It begins at 0.' } }] },
  ];
  model.say(...turns.slice(0, calls));
}

test('an issue of a folder is solved without a server; what comes of it is a patch that fits (A7 H4 H12)', async (context) => {
  const world = await openWorld();
  solving(world.model);

  const ran = await run(world, [
    '--local',
    '--yes',
    '--issue',
    '# Sums are wrong\n\n- [ ] The sum of nothing is 0',
    '--patch',
    'change.patch',
  ]);

  needBoxes(context, ran);
  const { code, stdout, stderr } = ran;
  expect(stderr).toContain('architect.1 begins\n');
  expect(stderr).toContain('  · edit sum.js → sum.js:1-1\n');
  expect(stdout).toContain('solved  1 of 1 criterion passed in a fresh box.');
  expect(stdout).toContain('✓ c1 The sum of nothing is 0');
  expect(stdout).toContain('Cost: not known (5 calls, 500 tokens in, 100 tokens out); YUDAI_MODEL_PRICES');
  expect(code).toBe(0);
  expect(await readFile(join(world.folder, 'sum.js'), 'utf8')).toContain('b, 1)');
  await git('git', ['apply', 'change.patch'], { cwd: world.folder });
  expect(await readFile(join(world.folder, 'sum.js'), 'utf8')).toContain('b, 0)');
  // Nothing of it is left but what makes the next one quicker.
  expect(await readdir(join(world.data, 'solves'))).toEqual([]);
  expect(await readdir(join(world.data, 'boxes'))).toEqual([]);
});

test('what it has cost is said, and at its budget it stops where nobody can be asked, and a full disk loses nothing (H2 H4)', async (context) => {
  const world = await openWorld();
  const prices = join(world.data, '..', 'prices.json');
  await writeFile(prices, JSON.stringify({ [world.model.name]: { input: 100, output: 100 } }));
  solving(world.model);

  const ran = await run(
    world,
    ['--local', '--yes', '--json', '--budget', '0.04', '--issue', 'Sums are wrong', '--patch', '/dev/full'],
    {
      env: { YUDAI_MODEL_PRICES: prices },
    },
  );

  needBoxes(context, ran);
  expect(ran.code).toBe(1);
  const { outcome, reason, spent, patch } = JSON.parse(ran.stdout);
  expect({ outcome, reason }).toEqual({ outcome: 'unsolved', reason: 'It was stopped at its budget.' });
  // Each call costs 1.2 cents: the fourth is over it, and no fifth is made.
  expect(spent).toEqual({ calls: 4, inputTokens: 400, outputTokens: 80, costMicros: 48_000, unpricedCalls: 0 });
  expect(patch).toContain('empty.test.js');
  expect(ran.stderr).toContain('The file /dev/full cannot be written. Here is the change instead.');
});

test('what was made is there when the model breaks off (H9)', async (context) => {
  const world = await openWorld();
  solving(world.model, 3);
  world.model.say({ status: 401 });

  const ran = await run(world, ['--local', '--yes', '--issue', 'Sums are wrong', '--patch', 'change.patch']);

  if (ran.stdout === '') needBoxes(context, ran);
  expect(ran.code).toBe(4);
  expect(ran.stdout).toMatch(/^failed  .*key/);
  expect(ran.stdout).toContain('The change is in change.patch');
  expect(await readFile(join(world.folder, 'change.patch'), 'utf8')).toContain('empty.test.js');
});

test('what goes with a server, or without one, is refused with the other', async () => {
  const world = await openWorld();

  const agent = await run(world, ['--local', '--yes', '--issue', 'Sums are wrong', '--agent', 'opencode']);
  const detach = await run(world, ['--local', '--yes', '--issue', 'Sums are wrong', '--detach']);
  const patch = await run(world, ['412', '--patch', 'change.patch']);

  const twice = await run(world, ['Sums are wrong', '--local', '.', '--yes', '--issue', 'Others are wrong']);
  const nowhere = await run(world, ['--local', '--yes', '--issue', 'Sums are wrong', '--patch', 'no/such.patch']);

  expect(nowhere).toMatchObject({ code: 2, stderr: expect.stringContaining('no/such.patch cannot be written') });
  expect(twice).toMatchObject({ code: 2, stderr: expect.stringContaining('name the issue once') });
  expect(agent).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/'--agent <agent>' cannot be used with .*--local/),
  });
  expect(detach).toMatchObject({ code: 2, stderr: expect.stringMatching(/'--detach' cannot be used with .*--local/) });
  expect(patch).toMatchObject({ code: 2, stderr: expect.stringContaining('--patch goes with --local') });
  expect(world.model.requests).toEqual([]);
});

test('Ctrl+C ends what runs and leaves nothing behind (J12)', async (context) => {
  const world = await openWorld();
  const stop = new AbortController();
  world.model.say({ tools: [{ name: 'bash', input: { command: 'sleep 1000' } }] });

  const ended = run(world, ['--local', '--yes', '--issue', 'Sums are wrong'], { signal: stop.signal });
  const early = await Promise.race([ended, world.model.asked(1)]);
  if (early !== undefined) needBoxes(context, early);
  stop.abort();

  expect(await ended).toMatchObject({ code: 130, stdout: '' });
  expect(await readdir(join(world.data, 'solves'))).toEqual([]);
});

test('what is missing is said before anything is done', async () => {
  const world = await openWorld();

  const nobody = await run(world, ['--local', '--issue', 'Sums are wrong']);
  const nothing = await run(world, ['--local', '--yes']);
  const missing = await run(world, ['--local', '--yes', '--issue', 'issue.md']);
  const nowhere = await run(world, ['--local', '/nowhere', '--yes', '--issue', 'Sums are wrong']);
  const priceless = await run(world, ['--local', '--yes', '--issue', 'Sums are wrong'], {
    env: { YUDAI_MODEL_PRICES: '/nowhere' },
  });
  const strange = await run(world, ['--local', '--yes', '--issue', 'Sums are wrong', '--model', 'openai/gpt-9']);

  expect(nobody).toMatchObject({ code: 2, stderr: expect.stringContaining('--yes') });
  expect(nothing).toMatchObject({ code: 2, stderr: expect.stringContaining('Say what to solve') });
  expect(missing).toMatchObject({ code: 3, stderr: expect.stringContaining('issue.md cannot be read') });
  expect(nowhere).toMatchObject({ code: 2, stderr: expect.stringContaining('There is no folder /nowhere') });
  expect(priceless).toMatchObject({ code: 2, stderr: expect.stringMatching(/^Error: YUDAI_MODEL_PRICES must name/) });
  expect(strange).toMatchObject({ code: 4, stderr: expect.stringContaining('not among those') });
  expect(world.model.requests).toEqual([]);
});

test('an issue that ends with the name of a file is the text of an issue, unless there is such a file', async () => {
  const world = await openWorld();
  await writeFile(join(world.folder, 'my issue.md'), '\n');

  const text = await run(world, ['--local', '/nowhere', '--yes', '--issue', 'Mend the link in README.md']);
  const file = await run(world, ['--local', '/nowhere', '--yes', '--issue', 'my issue.md']);
  const typo = await run(world, ['--local', '/nowhere', '--yes', '--issue', 'issues.md']);

  expect(text.stderr).toContain('There is no folder /nowhere');
  expect(file.stderr).toContain('There is no folder /nowhere');
  expect(typo).toMatchObject({ code: 3, stderr: expect.stringContaining('issues.md cannot be read') });
});

test('criteria are read from task lists, and from lists below a heading that speaks of them', () => {
  const issue = toIssue(
    '# Sums\n\nThey are wrong.\n\n- a remark\n- [ ] one\n- [x] two\n\n## Acceptance criteria\n\n* three\n\n## Notes\n\n- no',
  );

  expect(issue.title).toBe('Sums');
  expect(issue.criteria.map(({ id, text: words }) => [id, words])).toEqual([
    ['c1', 'one'],
    ['c2', 'two'],
    ['c3', 'three'],
  ]);
});

test('criteria of a file with the line ends of Windows are read like any other', () => {
  const issue = toIssue('# Sums\r\n\r\n- [ ] one\r\n\r\n## Acceptance criteria\r\n\r\n- two\r\n');

  expect(issue).toMatchObject({ title: 'Sums', criteria: [{ text: 'one' }, { text: 'two' }] });
});
