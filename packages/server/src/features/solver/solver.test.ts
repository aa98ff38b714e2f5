import type { Id } from '@yudai/contract';
import type { SolveTask } from '@yudai/engine/solving';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { codeOf, scriptedPlan, solvesBy, stateWith } from '#testing/scripted-solve.ts';
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

test('a solve is started at once, for the issue that was chosen, and its edits are counted by git (H1 H2 H6 H7)', async () => {
  const seen: SolveTask[] = [];
  solving.script = async (task, ports) => {
    seen.push(task);
    return solvesBy(fix)(task, ports);
  };
  const [first, second] = [await hands.makeIssue('Take gives one'), await hands.makeIssue('Something else')];

  const started = await app.client.solver.start({ projectId, issueId: first.id, settings: {} });
  const during = await app.client.issues.get({ projectId, id: first.id });
  await app.app.jobs.drain();
  const solve = await app.client.solver.get({ projectId, id: started.solve.id });
  const diff = await app.client.solver.diff({ projectId, id: solve.id });

  expect(started.solve).toMatchObject({ status: 'queued', issueId: first.id, title: 'Take gives one' });
  expect(during.status).toBe('solving');
  expect(seen.map(({ issue }) => issue.title)).toEqual(['Take gives one']);
  expect(solve).toMatchObject({
    status: 'finished',
    outcome: 'solved',
    additions: 1,
    deletions: 1,
    files: 1,
    tests: { passed: 2, failed: 0, skipped: 0 },
  });
  expect(solve.changed).toEqual([
    {
      path: 'src/queue.ts',
      from: null,
      kind: 'modified',
      binary: false,
      additions: 1,
      deletions: 1,
      ranges: [{ oldStart: 1, oldLines: 1, newStart: 1, newLines: 1 }],
    },
  ]);
  expect(diff.patch).toContain('+export const take = () => 2;');
  expect((await app.client.issues.get({ projectId, id: first.id })).status).toBe('solved');
  expect((await app.client.issues.get({ projectId, id: second.id })).status).toBe('draft');
});

test('cancelling stops what runs, keeps the change and frees the issue (H3 H11 J9)', async () => {
  const reached = Promise.withResolvers<void>();
  const stopped = Promise.withResolvers<void>();
  solving.script = async (task, ports) => {
    await ports.keep(await stateWith(task, fix));
    ports.signal.addEventListener('abort', () => stopped.resolve());
    reached.resolve();
    await stopped.promise;
    throw ports.signal.reason;
  };
  const { solve } = await hands.start('Cancelled');
  await reached.promise;

  await app.client.solver.cancel({ projectId, id: solve.id });
  await stopped.promise;
  await app.app.jobs.drain();
  const ended = await app.client.solver.get({ projectId, id: solve.id });
  const patch = await app.client.solver.patch({ projectId, id: solve.id });

  expect(ended).toMatchObject({ status: 'finished', outcome: 'cancelled', files: 1 });
  expect(patch).toMatchObject({ name: `${solve.id}.patch` });
  expect(patch.text).toContain('+export const take = () => 2;');
  expect((await app.client.issues.get({ projectId, id: ended.issueId })).status).toBe('draft');
  expect(await codeOf(app.client.solver.cancel({ projectId, id: solve.id }))).toBe('conflict');
  const { items } = await app.client.audit.list({});
  expect(items.map(({ action }) => action)).toEqual(expect.arrayContaining(['solve.started', 'solve.cancelled']));
});

test('three run at once; a fourth waits with its place in the queue, and one issue is solved by one (H4)', async () => {
  const gate = Promise.withResolvers<void>();
  let running = 0;
  const three = Promise.withResolvers<void>();
  solving.script = async (task, ports) => {
    running += 1;
    if (running === 3) three.resolve();
    await gate.promise;
    return solvesBy(fix)(task, ports);
  };
  const started = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((name) => hands.start(`Queued ${name}`)));
  await three.promise;

  const heads = (await app.client.solver.list({ projectId, status: 'queued' })).items;
  const statistics = await app.client.solver.statistics({ projectId });
  const health = await app.client.solver.health({ projectId });
  const twice = await codeOf(app.client.solver.start({ projectId, issueId: issueIdOf(started[0]), settings: {} }));
  gate.resolve();
  await app.app.jobs.drain();

  expect(new Set(heads.map(({ queuePosition }) => queuePosition))).toEqual(new Set([1, 2]));
  expect([statistics.running, statistics.queued]).toEqual([3, 2]);
  expect(health).toMatchObject({
    usable: true,
    running: 3,
    queued: 2,
    // Whoever tries several side by side chooses among all of them.
    models: { architect: [solving.model.name], coder: [solving.model.name, 'compatible/other'] },
    limits: { concurrent: 3, minutes: 30, steps: 50, openPerPerson: 10, openPerProject: 20 },
  });
  expect(twice).toBe('conflict');
  expect((await app.client.solver.statistics({ projectId })).running).toBe(0);
});

test('a failure says so, and the same solve is taken up again by a retry (H11 N12)', async () => {
  const starts: SolveTask[] = [];
  solving.script = async (task, ports) => {
    starts.push(task);
    const state = await stateWith(task, fix);
    await ports.keep(state);
    if (starts.length === 1) throw new Error('The machine broke.');
    return { outcome: 'solved', reason: 'All tests pass.', state, chosen: 1 };
  };
  const { solve, job } = await hands.start('Broken');
  await app.app.jobs.drain();
  const failed = await app.client.solver.get({ projectId, id: solve.id });
  const retried = await app.client.jobs.retry({ id: job.id });
  await app.app.jobs.drain();

  expect(failed).toMatchObject({ outcome: 'failed', failure: { code: 'internal' }, files: 1 });
  expect(await app.client.solver.get({ projectId, id: solve.id })).toMatchObject({
    outcome: 'solved',
    failure: null,
    jobId: retried.id,
  });
  expect(starts[1]?.start.plan).toEqual(scriptedPlan);
});

test('solves go with their issue and by themselves, not while they run (H13 M23)', async () => {
  const gate = Promise.withResolvers<void>();
  solving.script = async (task, ports) => {
    await gate.promise;
    return solvesBy(fix)(task, ports);
  };
  const { solve } = await hands.start('Deleted');
  const of = { projectId, id: solve.id };
  const whileRunning = [
    await codeOf(app.client.solver.remove(of)),
    await codeOf(app.client.issues.remove({ projectId, id: solve.issueId })),
  ];
  gate.resolve();
  await app.app.jobs.drain();
  const other = await hands.start('Removed');
  await app.app.jobs.drain();
  await app.client.issues.remove({ projectId, id: solve.issueId });
  await app.client.solver.remove({ projectId, id: other.solve.id });

  expect(whileRunning).toEqual(['conflict', 'conflict']);
  for (const id of [solve.id, other.solve.id]) {
    expect(await codeOf(app.client.solver.get({ projectId, id }))).toBe('not_found');
    expect(await leftOf(id)).toEqual({ rows: 0, feed: 0 });
  }
});

test('strangers see no solve, viewers look and change nothing (B10 B11 M25)', async () => {
  const { solve } = await hands.start('Private');
  await app.app.jobs.drain();
  const [stranger, viewer] = [await app.as('stranger'), await app.as('viewer')];
  await app.database.asSystem((db) =>
    db.execute(
      `insert into project_members (project_id, user_id, role, since) values ('${projectId}', '${viewer.userId}', 'viewer', now())`,
    ),
  );
  const of = { projectId, id: solve.id };
  const start = { projectId, issueId: solve.issueId, settings: {} };

  expect(await codeOf(stranger.client.solver.get(of))).toBe('not_found');
  expect(await codeOf(stranger.client.solver.start(start))).toBe('not_found');
  expect((await viewer.client.solver.get(of)).id).toBe(solve.id);
  expect((await viewer.client.solver.diff(of)).files).toHaveLength(1);
  const deeds = [
    () => viewer.client.solver.start(start),
    () => viewer.client.solver.remove(of),
    () => viewer.client.solver.publish(of),
    () => viewer.client.solver.continue({ ...of, settings: {} }),
  ];
  for (const deed of deeds) expect(await codeOf(deed())).toBe('forbidden');
  const watch = async (headers: Record<string, string>) => {
    const stop = new AbortController();
    const url = `http://localhost/api/v1/live?topics=solve:${solve.id}`;
    const { status } = await app.app.fetch(new Request(url, { headers, signal: stop.signal }));
    stop.abort();
    return status;
  };
  expect([await watch(stranger.headers), await watch(viewer.headers)]).toEqual([404, 200]);
});

async function leftOf(id: Id<'solve'>) {
  return app.database.asSystem(async (db) => {
    const count = async (query: string) => (await db.execute(query)).rows.length;
    return {
      rows: await count(`select from solve_changes where solve_id = '${id}'`),
      feed: await count(`select from live_events where topic = 'solve:${id}'`),
    };
  });
}

function issueIdOf(started: { readonly solve: { readonly issueId: Id<'issue'> } } | undefined): Id<'issue'> {
  if (started === undefined) throw new Error('Nothing was started.');
  return started.solve.issueId;
}
