// One database is enough: what people say and decide are rows and questions like those of solver.test.ts and platform/jobs, which run on both.
import type { Id } from '@yudai/contract';
import type { SolveTask } from '@yudai/engine/solving';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { AppError } from '#kernel/app-error.ts';
import { codeOf, scriptedPlan, solvesBy, stageRun, stateWith } from '#testing/scripted-solve.ts';
import { fix, startSolving, type TestSolving } from '#testing/start-solving.ts';
import type { TestApp } from '#testing/start-test-app.ts';

// The engine is stood in for here, by what each test says; what it does itself with this server is told in real-boxes.test.ts.

let solving: TestSolving;
let app: TestApp;
let projectId: Id<'project'>;
let hands: TestSolving['hands'];

beforeAll(async () => {
  solving = await startSolving();
  ({ app, projectId, hands } = solving);
});
afterAll(() => solving.close());
beforeEach(() => {
  solving.script = solvesBy(fix);
});

test('the plan waits for a person, who changes it, asks for another go with a note, or stops (H11 J7)', async () => {
  const heard: unknown[] = [];
  solving.script = async (task, ports) => {
    await ports.keep({ ...task.start, plan: scriptedPlan });
    for (const key of ['architect.1', 'architect.2']) {
      const { answer, plan: changed } = await ports.ask({ key, stage: 'architect', summary: 'Give two.' });
      heard.push([answer.kind, 'note' in answer ? answer.note : null, changed?.notes ?? null]);
      if (answer.kind !== 'again') break;
    }
    return solvesBy(fix)(task, ports);
  };
  const { solve: started, job } = await hands.start('With a plan');
  const jobId = job.id;

  await hands.asked(jobId, 1);
  const waiting = await app.client.solver.get({ projectId, id: started.id });
  await app.client.jobs.respond({
    id: jobId,
    answers: [
      { questionId: 'decision', answer: 'again' },
      { questionId: 'note', answer: 'Smaller.' },
    ],
  });
  await hands.asked(jobId, 2);
  const again = await app.client.solver.get({ projectId, id: started.id });
  const edited = { ...scriptedPlan, notes: 'By hand.' };
  const update = { projectId, id: started.id, plan: edited };
  await app.client.solver.updatePlan({ ...update, version: again.planVersion });
  const stale = await codeOf(app.client.solver.updatePlan({ ...update, version: again.planVersion }));
  await app.client.jobs.respond({ id: jobId, answers: [{ questionId: 'decision', answer: 'approve' }] });
  await app.app.jobs.drain();

  expect(waiting).toMatchObject({ status: 'waiting_for_input', reason: 'The plan waits for approval.' });
  expect(heard).toEqual([
    ['again', 'Smaller.', null],
    ['approve', null, 'By hand.'],
  ]);
  expect(stale).toBe('conflict');
  expect(await codeOf(app.client.solver.updatePlan({ ...update, version: again.planVersion + 1 }))).toBe('conflict');
});

test('changes that are made side by side are agreed to one after the other, each by its number (H11)', async () => {
  solving.script = async (task, ports) => {
    const keys = ['coder.1.1', 'coder.2.1'];
    await Promise.all(keys.map((key) => ports.ask({ key, stage: 'coder', summary: 'Done.' })));
    return solvesBy(fix)(task, ports);
  };
  const coder = { model: null, agent: 'yudai' as const };
  const { solve, job } = await hands.start('Side by side', { attempts: [coder, coder] });
  const asked: string[] = [];
  for (const times of [1, 2]) {
    await hands.asked(job.id, times);
    const { status } = await app.client.solver.get({ projectId, id: solve.id });
    const { questions } = await app.client.jobs.get({ id: job.id });
    asked.push(`${status}: ${questions?.[0]?.text}`);
    await app.client.jobs.respond({ id: job.id, answers: [{ questionId: 'decision', answer: 'approve' }] });
  }
  await app.app.jobs.drain();

  // Which of the two asks first nobody promises.
  expect(asked.toSorted((one, other) => one.localeCompare(other))).toEqual([
    'waiting_for_input: Go on with the change of attempt 1?',
    'waiting_for_input: Go on with the change of attempt 2?',
  ]);
});

test('what people say reaches the next step once, and an interruption ends what runs (H3 H10)', async () => {
  const told: unknown[] = [];
  const reached = Promise.withResolvers<void>();
  solving.script = async (task, ports) => {
    const interrupted = ports.interrupted('coder.1.1');
    reached.resolve();
    await new Promise((resolve) => interrupted.addEventListener('abort', resolve));
    told.push(await ports.heard('coder.1.1', 2), await ports.heard('coder.1.1', 2), await ports.heard('coder.1.1', 3));
    told.push(await ports.heard('coder.2.1', 1), await ports.taken());
    return solvesBy(fix)(task, ports);
  };
  const { solve } = await hands.start('Steered');
  await reached.promise;

  const of = { projectId, id: solve.id };
  await app.client.solver.takeOver({ ...of, path: 'src/queue.ts', text: 'mine' });
  const odd = await codeOf(app.client.solver.takeOver({ ...of, path: '../x', text: 'mine' }));
  // The work tree would not take these, and the solve would end of it.
  const unfit = ['src', 'package.json/x', `src/${'a'.repeat(300)}`].map((path) =>
    codeOf(app.client.solver.takeOver({ ...of, path, text: 'mine' })),
  );
  expect(await Promise.all(unfit)).toEqual(['invalid_input', 'invalid_input', 'invalid_input']);
  await app.client.solver.say({ ...of, text: 'Look at the queue.', mode: 'steer' });
  await app.client.solver.say({ ...of, text: 'Stop that.', mode: 'interrupt' });
  await app.app.jobs.drain();

  const both = ['Look at the queue.', 'Stop that.'];
  expect(told).toEqual([both, both, [], both, { 'src/queue.ts': 'mine' }]);
  expect(odd).toBe('invalid_input');
  expect((await app.client.solver.get(of)).taken).toEqual(['src/queue.ts']);
  expect(await codeOf(app.client.solver.say({ ...of, text: 'Too late.', mode: 'steer' }))).toBe('conflict');
});

test('what happens is on the feed and in the rows: stages, words, evidence, what it printed (E2 H2 H10)', async () => {
  const at = new Date('2026-11-22T06:00:00Z');
  solving.script = async (task, ports) => {
    ports.tell({ what: 'stage', stage: stageRun('coder.1.1', 'running', 1) });
    ports.tell({
      what: 'transcript',
      key: 'coder.1.1',
      change: { type: 'delta', part: 0, kind: 'text', offset: 0, text: 'I ' },
    });
    ports.tell({
      what: 'transcript',
      key: 'coder.1.1',
      change: { type: 'delta', part: 0, kind: 'text', offset: 2, text: 'look\0.' },
    });
    ports.tell({ what: 'output', key: 'coder.1.1', callId: 'c1', offset: 0, text: 'ok\n' });
    const ran = {
      id: 'coder.1.1:1',
      at,
      stage: 'coder',
      attempt: 1,
      kind: 'command' as const,
      check: null,
      command: 'npm test',
      exitCode: 1,
      finished: true,
      durationMs: 12.5,
      output: 'a\0b',
      fileHashes: {},
    };
    await ports.record([ran]);
    await ports.record([ran]);
    expect((await ports.recorded()).map(({ at: when }) => when)).toEqual([at]);
    ports.tell({ what: 'stage', stage: stageRun('coder.1.1', 'done', 3) });
    return solvesBy(fix)(task, ports);
  };
  const { solve } = await hands.start('Told');
  await app.app.jobs.drain();

  const of = { projectId, id: solve.id };
  const ended = await app.client.solver.get(of);
  const { stages, live } = await app.client.solver.transcripts(of);
  const evidence = await app.client.solver.evidence(of);
  const events = await hands.eventsOf(solve.id);
  const json = JSON.parse((await app.client.solver.export(of)).text) as { format: string; evidence: unknown[] };
  const traj = await app.client.solver.export({ ...of, format: 'traj' });

  expect(ended).toMatchObject({ steps: 3, stage: 'coder' });
  expect(ended.stages.map(({ key, status }) => [key, status])).toEqual([['coder.1.1', 'done']]);
  expect(stages).toEqual([{ key: 'coder.1.1', parts: [{ type: 'text', text: 'I look\u{fffd}.' }] }]);
  expect(live).toBeGreaterThan(0);
  expect(evidence.items).toMatchObject([{ id: 'coder.1.1:1', exitCode: 1, durationMs: 13, verdict: 'failed' }]);
  expect(new Set(events.map(({ what }) => what))).toEqual(new Set(['solve', 'stage', 'delta', 'output', 'evidence']));
  expect(json.format).toBe('yudai-solve');
  expect(json.evidence).toHaveLength(1);
  expect(JSON.parse(traj.text)).toMatchObject({ info: { exit_status: 'solved', model_stats: { api_calls: 3 } } });
});

test('what models of unknown price did is told as more than what is counted, in the list and in the sums (H2)', async () => {
  const used = { inputTokens: 900, outputTokens: 100, costMicros: null };
  solving.script = (task, ports) => {
    ports.tell({ what: 'stage', stage: { ...stageRun('coder.1.1', 'done', 1), ...used } });
    return solvesBy(fix)(task, ports);
  };
  const { unpricedSolves: before } = await app.client.solver.statistics({ projectId });
  const { solve } = await hands.start('Priceless');
  await app.app.jobs.drain();

  const { items } = await app.client.solver.list({ projectId });
  expect(items.filter((one) => one.hasUnpricedCalls).map(({ id }) => id)).toEqual([solve.id]);
  expect((await app.client.solver.statistics({ projectId })).unpricedSolves).toBe(before + 1);
});

test('an unsolved one keeps its patch and its reason, and is gone on from with what it has (H9 H11)', async () => {
  const starts: SolveTask[] = [];
  solving.script = async (task, ports) => {
    starts.push(task);
    const state = await stateWith(task, starts.length === 1 ? { 'src/queue.ts': 'half\n' } : fix);
    await ports.keep(state);
    if (starts.length > 1) return { outcome: 'solved', reason: 'All tests pass.', state, chosen: 1 };
    return { outcome: 'unsolved', reason: 'One test still fails.', state, chosen: 1 };
  };
  const { solve } = await hands.start('Unsolved');
  await app.app.jobs.drain();
  const first = await app.client.solver.get({ projectId, id: solve.id });
  const next = await app.client.solver.continue({ projectId, id: solve.id, note: 'Look at the queue.', settings: {} });
  await app.app.jobs.drain();
  const second = await app.client.solver.get({ projectId, id: next.solve.id });

  expect(first).toMatchObject({ outcome: 'unsolved', reason: 'One test still fails.', files: 1 });
  expect((await app.client.solver.patch({ projectId, id: first.id })).text).toContain('+half');
  expect(second).toMatchObject({ outcome: 'solved', parentId: first.id, note: 'Look at the queue.' });
  expect(starts[1]?.note).toBe('Look at the queue.');
  expect(starts[1]?.start).toMatchObject({
    plan: scriptedPlan,
    planApproved: true,
    attempts: [{ attempt: 1, result: null }],
  });
  expect(starts[1]?.base.tree).toBe(starts[0]?.base.tree);
});

test('one that is begun anew shows no change of the one before, and has nothing to publish (H9 H11)', async () => {
  solving.script = async (task, ports) => {
    const state = await stateWith(task, fix);
    await ports.keep({ ...state, testsTree: state.attempts[0]?.tree ?? null });
    return { outcome: 'solved', reason: 'All tests pass.', state, chosen: 1 };
  };
  const { solve } = await hands.start('Begun anew');
  await app.app.jobs.drain();
  solving.script = async (task, ports) => {
    await ports.keep(task.start);
    return { outcome: 'unsolved', reason: 'There is no plan.', state: task.start, chosen: null };
  };
  const from = 'architect' as const;
  const next = await app.client.solver.continue({ projectId, id: solve.id, from, settings: {} });
  await app.app.jobs.drain();

  const of = { projectId, id: next.solve.id };
  expect((await app.client.solver.diff(of)).files).toEqual([]);
  expect(await app.client.solver.get(of)).toMatchObject({ changed: [], files: 0, additions: 0 });
  expect((await app.client.solver.preview(of)).refusal).toContain('changes nothing');
});

test('a patch has what is in binary files, for who has nothing but the patch (H9)', async () => {
  solving.script = solvesBy({ ...fix, 'logo.bin': 'a\0b' });
  const { solve } = await hands.start('With a picture');
  await app.app.jobs.drain();

  const { text } = await app.client.solver.patch({ projectId, id: solve.id });
  expect(text).toContain('GIT binary patch');
  expect(text).not.toContain('Binary files');
});

test('an issue says what came of the attempt that a person has chosen (H9)', async () => {
  solving.script = async (task, ports) => {
    const state = await stateWith(task, fix);
    const [first] = state.attempts;
    if (first === undefined || first.result === null) throw new Error('There is no attempt.');
    const other = { ...first.result, attempt: 2, outcome: 'unsolved' as const, reason: 'One test fails.' };
    const both = { ...state, attempts: [first, { ...first, attempt: 2, result: other }] };
    await ports.keep(both);
    return { outcome: 'solved', reason: 'All tests pass.', state: both, chosen: 1 };
  };
  const { solve } = await hands.start('Chosen');
  await app.app.jobs.drain();
  const of = { projectId, id: solve.id };
  const statuses: string[] = [];
  for (const attempt of [2, 1]) {
    const { issueId } = await app.client.solver.choose({ ...of, attempt });
    statuses.push((await app.client.issues.get({ projectId, id: issueId })).status);
  }
  expect(statuses).toEqual(['draft', 'solved']);
});

test('an attempt that was verified counts when the minutes of another are over (H9)', async () => {
  solving.script = async (task, ports) => {
    const state = await stateWith(task, fix);
    const [verified] = state.attempts;
    if (verified === undefined || verified.result === null) throw new Error('There is no attempt.');
    const late = { ...verified, tree: task.base.tree, result: null };
    await ports.keep({
      ...state,
      attempts: [late, { ...verified, attempt: 2, result: { ...verified.result, attempt: 2 } }],
    });
    await ports.ask({ key: 'coder.1.1', stage: 'coder', summary: '' });
    return new Promise((_, reject) => ports.signal.addEventListener('abort', () => reject(ports.signal.reason)));
  };
  const { solve, job } = await hands.start('Late');
  await hands.asked(job.id, 1);
  // What a solve may still use is kept with its job while it waits.
  await app.app.database.asSystem((db) => db.execute(sql`update jobs set remaining_ms = 50 where id = ${job.id}`));
  await app.client.jobs.respond({ id: job.id, answers: [{ questionId: 'decision', answer: 'approve' }] });
  await app.app.jobs.drain();

  const ended = await hands.get(solve.id);
  expect(ended).toMatchObject({ outcome: 'solved', files: 1, attempts: [{ attempt: 2, chosen: true }] });
  expect(ended.reason).toMatch(/Another attempt took longer than the \d+ minutes/);
});

test('a job that is started again by hand leaves an issue alone that another solve has (H9)', async () => {
  solving.script = async () => {
    throw new AppError('unavailable', 'No box.');
  };
  const { solve, job } = await hands.start('Twice');
  await app.app.jobs.drain();
  solving.script = async (task, ports) => {
    await ports.ask({ key: 'architect.1', stage: 'architect', summary: '' });
    return solvesBy(fix)(task, ports);
  };
  const { job: other } = await app.client.solver.start({ projectId, issueId: solve.issueId, settings: {} });
  await hands.asked(other.id, 1);
  await app.client.jobs.retry({ id: job.id });
  await expect.poll(async () => (await app.client.jobs.list({ limit: 1 })).items[0]?.status).toBe('failed');

  expect(await hands.get(solve.id)).toMatchObject({ status: 'finished', outcome: 'failed' });
  await app.client.jobs.respond({ id: other.id, answers: [{ questionId: 'decision', answer: 'approve' }] });
  await app.app.jobs.drain();
});

test('one that has no plan yet is gone on from at its beginning, without being told so (H9 H11)', async () => {
  const starts: SolveTask[] = [];
  solving.script = async (task) => {
    starts.push(task);
    return { outcome: 'unsolved', reason: 'Nothing could be installed.', state: task.start, chosen: null };
  };
  const { solve } = await hands.start('Nothing installed');
  await app.app.jobs.drain();
  const next = await app.client.solver.continue({ projectId, id: solve.id, settings: {} });
  await app.app.jobs.drain();

  expect(next.solve.parentId).toBe(solve.id);
  expect(starts[1]?.start).toMatchObject({ plan: null, tests: null, attempts: [] });
});

test('a model that goes silent is what the solve says it failed of, not its minutes (H9 H11)', async () => {
  solving.script = async () => {
    throw new AppError('timeout', 'The model went silent.');
  };
  const { solve } = await hands.start('Silence');
  await app.app.jobs.drain();

  expect(await app.client.solver.get({ projectId, id: solve.id })).toMatchObject({
    outcome: 'failed',
    reason: 'The model went silent.',
  });
});

test('what was set up is found in the files, and changed by who looks after the project (H12)', async () => {
  const { settings, detected } = await app.client.solver.settings({ projectId });
  const wanted = { ...settings, hosts: ['packages.example.org'], defaults: { ...settings.defaults, minutes: 5 } };
  await app.client.solver.updateSettings({ projectId, settings: wanted });
  const { solve } = await hands.start('With settings');
  const other = { model: null, agent: 'opencode' as const };
  const refused = await codeOf(hands.start('Another agent', { attempts: [other] }));
  await app.app.jobs.drain();
  await app.client.solver.updateSettings({ projectId, settings });

  expect(detected.checks).toMatchObject([{ kind: 'test', runner: 'vitest', readable: true }]);
  expect(detected.setUp).toMatchObject([{ directory: '', commands: [expect.stringContaining('npm')] }]);
  expect(solve.settings.minutes).toBe(5);
  expect(refused).toBe('invalid_input');
});
