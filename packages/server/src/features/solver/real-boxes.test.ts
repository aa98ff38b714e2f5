import { chmod } from 'node:fs/promises';
import { type Id, issueDocument } from '@yudai/contract';
import { afterAll, beforeAll, beforeEach, expect, test, type TestContext } from 'vitest';
import { connectAndIndex, makeRepository, type TestRepository } from '#testing/make-repository.ts';
import { type ScriptedModel, type ScriptedTurn, startScriptedModel } from '#testing/scripted-model.ts';
import { solverHands } from '#testing/scripted-solve.ts';
import { startTestApp, type TestApp } from '#testing/start-test-app.ts';

let app: TestApp;
let model: ScriptedModel;
let repository: TestRepository;
let projectId: Id<'project'>;
let hands: ReturnType<typeof solverHands>;

beforeAll(async () => {
  model = await startScriptedModel();
  repository = await makeRepository({
    'package.json': '{ "name": "sums", "type": "module", "scripts": { "test": "node --test" } }\n',
    'src/sum.js': 'export const sum = (numbers) => numbers.reduce((a, b) => a + b, 1);\n',
    'src/sum.test.js': testFile('it is a number', "assert.equal(typeof sum([1]), 'number')"),
  });
  app = await startTestApp({ env: { ...model.env } });
  // Boxes run as users of their own, who pass through the folder of the data.
  await chmod(app.app.config.dataDir, 0o711);
  const { project } = await connectAndIndex(app, repository.folder);
  projectId = project.id;
  hands = solverHands(app.client, app.app, projectId, project.ownerId);
});
afterAll(async () => {
  await app.close();
  await model.close();
  await repository.remove();
});
beforeEach(async (context: TestContext) => {
  model.reset();
  const { usable, problems } = await app.client.solver.health({ projectId });
  if (!usable) context.skip(problems.map(({ what }) => what).join(' '));
});

test('an issue is planned, tested, coded and verified in boxes, with evidence of what ran (H5 H8 H9 H10)', async () => {
  model.say(...planning, ...testing, ...coding);
  const issue = await app.client.issues.create({ projectId, document });
  const { solve, job } = await app.client.solver.start({ projectId, issueId: issue.id, settings: {} });
  await hands.asked(job.id, 1);
  const planned = await hands.get(solve.id);
  await app.client.jobs.respond({ id: job.id, answers: [{ questionId: 'decision', answer: 'approve' }] });
  await app.app.jobs.drain();
  const solved = await hands.get(solve.id);
  const { items } = await app.client.solver.evidence({ projectId, id: solve.id });
  const { stages } = await app.client.solver.transcripts({ projectId, id: solve.id });
  const tests = await app.client.solver.diff({ projectId, id: solve.id, stage: 'tester' });
  const code = await app.client.solver.diff({ projectId, id: solve.id, stage: 'coder' });

  expect(planned).toMatchObject({ status: 'waiting_for_input', plan: { steps: [{ text: 'Begin at 0' }] } });
  expect(solved).toMatchObject({
    outcome: 'solved',
    tests: { passed: 2, failed: 0 },
    criteria: [{ result: 'passed' }],
  });
  expect(solved.stages.map(({ stage, status }) => [stage, status])).toEqual([
    ['prepare', 'done'],
    ['architect', 'done'],
    ['tester', 'done'],
    ['coder', 'done'],
    ['verify', 'done'],
  ]);
  expect(items.filter(({ kind }) => kind === 'test').map(({ when, verdict }) => [when, verdict])).toEqual(
    expect.arrayContaining([
      ['before', 'passed'],
      ['after', 'passed'],
    ]),
  );
  expect(tests.files.map(({ path }) => path)).toEqual(['src/empty.test.js']);
  expect(code.files.map(({ path }) => path)).toEqual(['src/sum.js']);
  expect(stages.map(({ key }) => key)).toEqual(expect.arrayContaining(['architect.1', 'tester.1', 'coder.1.1']));
});

const document = issueDocument.parse({
  title: 'Sums of an empty list are wrong',
  problem: 'The sum of nothing should be 0.',
  criteria: [{ id: 'AC1', text: 'The sum of an empty list is 0', check: null }],
});

const plan = {
  notes: 'The start value is wrong.',
  steps: [{ text: 'Begin at 0', files: ['src/sum.js'] }],
  criteria: [{ id: 'AC1', text: 'The sum of an empty list is 0', how: 'Call it with an empty list' }],
};
const planning: ScriptedTurn[] = [{ tools: [{ name: 'submit_plan', input: plan }] }];

const claims = [{ criterion: 'AC1', claim: { kind: 'test', test: 'the sum of nothing is 0' } }];
const testing: ScriptedTurn[] = [
  {
    tools: [
      {
        name: 'write',
        input: { path: 'src/empty.test.js', content: testFile('the sum of nothing is 0', 'assert.equal(sum([]), 0)') },
      },
    ],
  },
  { tools: [{ name: 'submit_tests', input: { summary: 'It shows the wrong sum.', claims } }] },
];
const coding: ScriptedTurn[] = [
  { tools: [{ name: 'read', input: { path: 'src/sum.js' } }] },
  { tools: [{ name: 'edit', input: { path: 'src/sum.js', find: 'a + b, 1)', replace: 'a + b, 0)' } }] },
  { tools: [{ name: 'submit_change', input: { summary: 'It begins at 0.' } }] },
];

function testFile(name: string, assertion: string): string {
  return [
    "import assert from 'node:assert/strict';",
    "import { test } from 'node:test';",
    "import { sum } from './sum.js';",
    `test('${name}', () => { ${assertion}; });`,
    '',
  ].join('\n');
}
