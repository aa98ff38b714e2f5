import { execa } from 'execa';
import { beforeEach, expect, test } from 'vitest';
import { createScriptedModel } from '#agent/testing/scripted-model.ts';
import { needBoxes } from '#sandbox/testing/boxes.ts';
import { SolveStopped } from '#workflows/solving/index.ts';
import {
  coding,
  planning,
  sample,
  submitChange,
  submitTests,
  testing,
} from '#workflows/solving/testing/repositories.ts';
import { openSolve, type SolveHere } from '#workflows/solving/testing/solve-here.ts';

beforeEach(needBoxes);

const planner = () => createScriptedModel(...planning(sample));
const tester = () => createScriptedModel(...testing(sample));
const bash = (command: string) => ({ name: 'bash', input: { command } });

/** The last word of each stage. */
function stagesOf({ news }: SolveHere) {
  const last = new Map(news.flatMap((one) => (one.what === 'stage' ? [[one.stage.key, one.stage] as const] : [])));
  return Object.fromEntries(last);
}

test('tests that never pass leave it unsolved, with the patch and the reason (H6 H9)', async () => {
  const here = await openSolve(sample.files, sample.issue);
  const wrong = { ...sample.fix, replace: 'a + b, 2)' };

  const end = await here.solve({
    architect: planner(),
    tester: tester(),
    coders: [
      createScriptedModel(
        { tools: [{ name: 'edit', input: wrong }] },
        { tools: [{ name: 'submit_change', input: { summary: 'I give up.', cannot: 'It cannot be added up.' } }] },
      ),
    ],
  });

  expect(end.outcome).toBe('unsolved');
  expect(end.reason).toMatch(/^It cannot be added up\. c1 is not shown: /);
  expect(end.state.attempts[0]?.result).toMatchObject({
    outcome: 'unsolved',
    criteria: [{ id: 'c1', result: 'failed', checks: [{ result: 'failed', before: 'absent' }] }],
    tests: { newFailures: [expect.stringContaining(sample.testName)] },
  });
  expect(await here.patchOf(end)).toContain('+  return numbers.reduce((a, b) => a + b, 2);');
});

test('a change is not taken over from a model that only says that it is done (H9)', async () => {
  const here = await openSolve(sample.files, sample.issue);
  const coder = createScriptedModel(
    { tools: [submitChange] },
    { tools: [{ name: 'edit', input: { ...sample.fix, replace: 'a + b, 3)' } }, submitChange] },
    { tools: [{ name: 'edit', input: { ...sample.fix, find: 'a + b, 3)' } }, submitChange] },
  );

  const end = await here.solve({ architect: planner(), tester: tester(), coders: [coder] });

  expect(end.outcome).toBe('solved');
  expect(coder.prompts[1]).toContain('Nothing was changed yet.');
  expect(coder.prompts[2]).toContain('does not pass.');
});

test('a test that passes already shows nothing, and neither does one that cannot be read (H6)', async () => {
  const here = await openSolve(sample.files, sample.issue);
  const model = createScriptedModel(
    { tools: [{ name: 'write', input: { path: 'src/a.test.ts', content: passing } }, submitTests('one is one')] },
    { tools: [{ name: 'write', input: { path: 'src/b.test.ts', content: 'test("open", () => {\n' } }] },
    { tools: [bash('rm src/a.test.ts; printf \'test("open", () => {\' > src/b.test.ts')] },
    { tools: [submitTests('open')] },
    { tools: [bash('rm src/b.test.ts'), { name: 'write', input: sample.testFile }, submitTests(sample.testName)] },
  );

  const end = await here.solve({
    architect: planner(),
    tester: model,
    coders: [createScriptedModel(...coding(sample))],
  });

  expect(end.outcome).toBe('solved');
  expect(model.prompts[1]).toContain("'one is one' passes already");
  expect(model.prompts[2]).toContain('Not written: src/b.test.ts would not parse any more.');
  expect(model.prompts[4]).toContain('src/b.test.ts does not parse');
});

const passing =
  "import assert from 'node:assert/strict';\nimport { test } from 'node:test';\ntest('one is one', () => assert.equal(1, 1));\n";

test('a test of something that does not exist yet fails for the right reason (H6)', async () => {
  const here = await openSolve(sample.files, sample.issue);
  const content =
    "import assert from 'node:assert/strict';\nimport { test } from 'node:test';\nimport { mean } from './sum.ts';\n\ntest('the mean of nothing is 0', () => {\n  assert.equal(mean([]), 0);\n});\n";

  const end = await here.solve({
    architect: planner(),
    tester: createScriptedModel(
      { tools: [{ name: 'write', input: { path: 'src/mean.test.ts', content } }] },
      { tools: [submitTests('the mean of nothing is 0')] },
    ),
    coders: [
      createScriptedModel({
        tools: [bash("printf 'export function mean(): number {\\n  return 0;\\n}\\n' >> src/sum.ts"), submitChange],
      }),
    ],
  });

  expect(end).toMatchObject({ outcome: 'solved' });
});

test('a loop, silence and the limit of steps end a stage, each by its name (H7)', async () => {
  const circle = await openSolve(sample.files, sample.issue);
  const silent = await openSolve(sample.files, sample.issue);
  const long = await openSolve(sample.files, sample.issue);
  let count = 0;

  const [first, second, third] = [
    await circle.solve({ architect: createScriptedModel({ tools: [bash('ls')] }), coders: [] }),
    await silent.solve({ architect: createScriptedModel({ text: 'I think about it.' }), coders: [] }),
    await long.solve({
      architect: createScriptedModel(() => ({ tools: [bash(`echo ${(count += 1)}`)] })),
      coders: [],
      task: { mostSteps: 4 },
    }),
  ];

  expect(stagesOf(circle)).toMatchObject({ 'architect.1': { stop: 'loop', steps: 3 } });
  expect(first).toMatchObject({ outcome: 'unsolved', reason: expect.stringContaining('gave the same answer 3 times') });
  expect(stagesOf(silent)).toMatchObject({ 'architect.1': { stop: 'silent', steps: 2 } });
  expect(second.reason).toContain('without handing anything over');
  expect(stagesOf(long)).toMatchObject({ 'architect.1': { stop: 'steps', steps: 4 } });
  expect(third.reason).toContain('Stopped after 4 steps');
});

test('stopping it ends a command and all it started, and the stage says why (J12)', async () => {
  const here = await openSolve(sample.files, sample.issue);
  const stop = new AbortController();
  const marker = `1000.${process.pid}`;
  const ports = {
    signal: stop.signal,
    tell(news: SolveHere['news'][number]) {
      here.news.push(news);
      if (news.what === 'output' && news.text.includes('begun'))
        stop.abort(new SolveStopped('time', 'Its time was over.'));
    },
  };

  const work = here.solve({
    architect: createScriptedModel({ tools: [bash(`echo begun; sleep ${marker} & sleep ${marker}`)] }),
    coders: [],
    ports,
  });

  await expect(work).rejects.toMatchObject({ stop: 'time' });
  expect((await execa('pgrep', ['-f', `^sleep ${marker}`], { reject: false })).exitCode).toBe(1);
  expect(stagesOf(here)).toMatchObject({
    'architect.1': { status: 'cancelled', stop: 'time', summary: 'Its time was over.' },
  });
});

test('somebody who interrupts ends the command, and is heard at once (H5)', async () => {
  const here = await openSolve(sample.files, sample.issue);
  let interrupt = new AbortController();
  let said: string[] = [];
  const model = createScriptedModel(
    { tools: [bash('echo begun; sleep 1000'), bash('echo never')] },
    ...planning(sample),
  );

  const end = await here.solve({
    architect: model,
    tester: tester(),
    coders: [createScriptedModel(...coding(sample))],
    ports: {
      interrupted: () => (interrupt = new AbortController()).signal,
      heard: async () => said.splice(0),
      tell(news) {
        if (news.what !== 'output' || !news.text.includes('begun')) return;
        said = ['Do not wait, plan.'];
        interrupt.abort();
      },
    },
  });

  expect(end.outcome).toBe('solved');
  expect(model.prompts[1]).toContain('A person interrupted this before its end.');
  expect(model.prompts[1]).toContain('Not begun: a person has interrupted.');
  expect(model.prompts[1]).toContain('Do not wait, plan.');
});

test('of two coders the better one is chosen, though the other is done first (H12)', async () => {
  const here = await openSolve(sample.files, sample.issue);
  const other = Promise.withResolvers<void>();
  const quick = createScriptedModel(
    { tools: [{ name: 'edit', input: { ...sample.fix, replace: 'a + b, 2)' } }] },
    () => {
      other.resolve();
      return { tools: [{ name: 'submit_change', input: { summary: 'Hm.', cannot: 'No idea.' } }] };
    },
  );
  const [first = {}, ...rest] = coding(sample);

  const end = await here.solve({
    architect: planner(),
    tester: tester(),
    coders: [quick, createScriptedModel({ ...first, until: other.promise }, ...rest)],
  });

  expect(end).toMatchObject({ outcome: 'solved', chosen: 2 });
  expect(end.state.attempts.map(({ result }) => [result?.outcome, result?.chosen])).toEqual([
    ['unsolved', false],
    ['solved', true],
  ]);
  expect(await here.patchOf(end)).toContain('a + b, 0)');
});

test('what only a person can answer is asked, and without an answer it waits for one (H4)', async () => {
  const asks = { ...sample.plan, questions: ['With or without rounding?'] };
  const silent = await openSolve(sample.files, sample.issue);
  const answered = await openSolve(sample.files, sample.issue);
  const model = createScriptedModel({ tools: [{ name: 'submit_plan', input: asks }] }, ...planning(sample));

  const open = await silent.solve({
    architect: createScriptedModel({ tools: [{ name: 'submit_plan', input: asks }] }),
    coders: [],
  });
  const end = await answered.solve({
    architect: model,
    tester: tester(),
    coders: [createScriptedModel(...coding(sample))],
    ports: { question: async () => ['Without.'] },
  });

  expect(open).toMatchObject({ outcome: 'needs_input', questions: ['With or without rounding?'] });
  expect(end.outcome).toBe('solved');
  expect(model.prompts[1]).toContain('The answer: Without.');
  expect(end.state.begun).toMatchObject({ architect: 2 });
});

test('nothing is written before the plan is approved; another go hears why, and a changed plan counts (H4)', async () => {
  const here = await openSolve(sample.files, sample.issue);
  const architect = createScriptedModel(...planning(sample), ...planning(sample));
  const model = tester();
  const asked: string[] = [];

  const end = await here.solve({
    architect,
    tester: model,
    coders: [createScriptedModel(...coding(sample))],
    task: { gate: 'plan' },
    ports: {
      async ask({ key }) {
        asked.push(`${key} ${model.prompts.length}`);
        if (asked.length === 1) return { answer: { kind: 'again', note: 'Say more.' }, plan: null };
        const { plan } = here.states.at(-1) ?? {};
        return { answer: { kind: 'approve' }, plan: plan ? { ...plan, notes: 'As a person wrote it.' } : null };
      },
    },
  });

  expect(end.outcome).toBe('solved');
  expect(asked).toEqual(['architect.1 0', 'architect.2 0']);
  expect(architect.prompts[2]).toContain('Do it again: Say more.');
  expect(model.prompts[0]).toContain('As a person wrote it.');
});
