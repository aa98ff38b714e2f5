import type { Id } from '@yudai/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from '#platform/db/index.ts';
import { stageRun } from '#testing/scripted-solve.ts';
import { startSolving, type TestSolving } from '#testing/start-solving.ts';
import { solveOf } from './store.ts';
import { openTold } from './told.ts';

let solving: TestSolving;
let projectId: Id<'project'>;

beforeAll(async () => {
  solving = await startSolving();
  ({ projectId } = solving);
});
afterAll(() => solving.close());

test('what could not be kept while it was told is kept at the end (H2 N12)', async () => {
  const { app, hands } = solving;
  const { solve } = await hands.start('Told');
  await app.app.jobs.drain();
  const row = await app.database.asSystem((db) => solveOf(db, projectId, solve.id));
  if (row === undefined) throw new Error('There is no solve.');
  let isAway = false;
  const failed = Promise.withResolvers<void>();
  const database: Database = {
    ...app.database,
    asSystem: (work) => (isAway ? Promise.reject(new Error('The database is away.')) : app.database.asSystem(work)),
  };
  const relay = { write: () => undefined, drained: async () => undefined };
  const clock = { now: () => new Date() };
  const deps = { ...app.app, clock, database, relay } as unknown as Parameters<typeof openTold>[0];
  const log = { warn: () => failed.resolve() } as unknown as Parameters<typeof openTold>[1]['log'];
  const told = await openTold(deps, { log }, row);

  isAway = true;
  told.tell({
    what: 'transcript',
    key: 'coder.1.1',
    change: { type: 'part', part: 0, value: { type: 'text', text: 'I' } },
  });
  told.tell({ what: 'stage', stage: stageRun('coder.1.1', 'done', 3) });
  await failed.promise;
  isAway = false;
  await told.flush();

  const { stages } = await app.client.solver.transcripts({ projectId, id: solve.id });
  expect(stages).toEqual([{ key: 'coder.1.1', parts: [{ type: 'text', text: 'I' }] }]);
  expect((await hands.get(solve.id)).stages).toMatchObject([{ key: 'coder.1.1', status: 'done' }]);
});
