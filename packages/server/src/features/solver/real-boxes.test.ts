// One database is enough: this is about what runs in boxes; its rows and jobs are those of solver.test.ts, which runs on both.
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Id } from '@yudai/contract';
import { afterAll, beforeAll, beforeEach, expect, test, type TestContext, vi } from 'vitest';
import { countProcesses } from '#testing/count-processes.ts';
import { connectAndIndex, makeRepository, type TestRepository } from '#testing/make-repository.ts';
import { type ScriptedModel, startScriptedModel } from '#testing/scripted-model.ts';
import { solverHands } from '#testing/scripted-solve.ts';
import { secretPart, secretShapes } from '#testing/secret-shapes.ts';
import { startTestApp, type TestApp } from '#testing/start-test-app.ts';
import { folderForBoxes, sandboxOfRun, sumsFiles, sumsIssue, sumsTurns } from '#testing/sums-sample.ts';

let app: TestApp;
let model: ScriptedModel;
let repository: TestRepository;
let boxes: string;
let projectId: Id<'project'>;
let hands: ReturnType<typeof solverHands>;
const { planning, testing, coding } = sumsTurns;

beforeAll(async () => {
  model = await startScriptedModel();
  repository = await makeRepository(sumsFiles);
  boxes = await folderForBoxes();
  const prices = join(boxes, 'prices.json');
  await writeFile(prices, JSON.stringify({ 'compatible/scripted': { input: 100, output: 100 } }));
  const more = { YUDAI_METRICS_TOKEN: secretShapes['openai'] ?? '', YUDAI_MODEL_PRICES: prices };
  app = await startTestApp({ env: { ...model.env, ...more, YUDAI_SANDBOX_FOLDER: boxes, ...sandboxOfRun() } });
  const { project } = await connectAndIndex(app, repository.folder);
  projectId = project.id;
  hands = solverHands(app.client, app.app, projectId, project.ownerId);
});
afterAll(async () => {
  await app.close();
  await model.close();
  await repository.remove();
  await rm(boxes, { recursive: true, force: true });
});
beforeEach(async (context: TestContext) => {
  model.reset();
  const { usable, problems } = await app.client.solver.health({ projectId });
  if (!usable) context.skip(problems.map(({ what }) => what).join(' '));
});

test('an issue is planned, tested, coded and verified in boxes, with evidence of what ran (H5 H8 H9 H10)', async () => {
  model.say(...planning, ...testing, ...coding);
  const { solve, job } = await begin();
  await hands.asked(job.id, 1);
  const planned = await hands.get(solve.id);
  await app.client.jobs.respond({ id: job.id, answers: [{ questionId: 'decision', answer: 'approve' }] });
  await app.app.jobs.drain();
  const solved = await hands.get(solve.id);
  const of = { projectId, id: solve.id };
  const { items } = await app.client.solver.evidence(of);
  const { stages } = await app.client.solver.transcripts(of);
  const tests = await app.client.solver.diff({ ...of, stage: 'tester' });
  const code = await app.client.solver.diff({ ...of, stage: 'coder' });

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
  expect(solved.costMicros).toBeGreaterThan(0);
});

test('what the tester has written is in the diff before anybody has agreed to it (H11)', async () => {
  model.say(...planning, ...testing);
  const { solve, job } = await begin({ gate: 'every_stage' });
  const decide = (answer: string) =>
    app.client.jobs.respond({ id: job.id, answers: [{ questionId: 'decision', answer }] });
  await hands.asked(job.id, 1);
  await decide('approve');
  await hands.asked(job.id, 2);

  const { files, patch } = await app.client.solver.diff({ projectId, id: solve.id });

  expect(files.map(({ path }) => path)).toEqual(['src/empty.test.js']);
  expect(patch).toContain('+test(');
  await decide('stop');
  await app.app.jobs.drain();
});

test('cancelling ends the processes of the box, and nothing of it is left (H3 H13 J9)', async () => {
  model.say({ tools: [{ name: 'bash', input: { command: 'sleep 31337 & sleep 31337' } }] });
  const { solve, job } = await begin({ gate: 'none' });
  await vi.waitFor(async () => expect(await countProcesses('31337')).toBeGreaterThan(0), {
    timeout: 60_000,
    interval: 50,
  });

  await app.client.solver.cancel({ projectId, id: solve.id });
  await app.app.jobs.drain();

  expect(await countProcesses('31337')).toBe(0);
  expect(await app.client.jobs.get({ id: job.id })).toMatchObject({ status: 'cancelled' });
  expect(await hands.get(solve.id)).toMatchObject({ outcome: 'cancelled', stage: 'architect' });
  expect(await readdir(app.app.config.sandbox.folder)).not.toContain(solve.id);
});

test('over its budget it waits, and goes on where it was once a person has raised that (H4 J7)', async () => {
  model.say(...planning, ...testing, ...coding);
  const { solve, job } = await begin({ gate: 'none', budgetMicros: 10_000 });
  await hands.asked(job.id, 1);
  const waiting = await hands.get(solve.id);
  const asked = await app.client.jobs.get({ id: job.id });
  const [question] = asked.questions ?? [];
  await app.client.jobs.respond({ id: job.id, answers: [{ questionId: question?.id ?? '', answer: 'raise' }] });
  await hands.asked(job.id, 2);
  await app.client.jobs.respond({ id: job.id, answers: [{ questionId: question?.id ?? '', answer: 'stop' }] });
  await app.app.jobs.drain();
  const stopped = await hands.get(solve.id);

  expect(waiting).toMatchObject({ status: 'waiting_for_input', reason: question?.text });
  expect(question?.options?.map(({ value }) => value)).toEqual(['raise', 'stop']);
  expect(stopped).toMatchObject({ outcome: 'cancelled', plan: { notes: 'The start value is wrong.' } });
  expect(stopped.costMicros).toBeGreaterThan(10_000);
});

test('no secret of the installation is in a box, in a row or on the feed (H5 N13)', async () => {
  model.say(
    { tools: [{ name: 'bash', input: { command: 'env; cat /proc/*/environ | tr "\\0" "\\n"' } }] },
    ...planning,
  );
  const { solve } = await begin({ gate: 'none' });
  await app.app.jobs.drain();
  const { stages } = await app.client.solver.transcripts({ projectId, id: solve.id });
  const json = await app.client.solver.export({ projectId, id: solve.id });
  const said = JSON.stringify(stages);

  expect(said).toContain('HOME=');
  for (const text of [said, json.text, JSON.stringify(await hands.eventsOf(solve.id))]) {
    expect(text).not.toMatch(secretPart);
    expect(text).not.toContain('YUDAI_METRICS_TOKEN');
    expect(text).not.toContain(model.url);
  }
  // The control: this process has it, and would show it.
  expect(app.app.config.http.metricsToken?.reveal()).toMatch(secretPart);
});

async function begin(settings = {}) {
  const { id: issueId } = await app.client.issues.create({ projectId, document: sumsIssue });
  return app.client.solver.start({ projectId, issueId, settings });
}
