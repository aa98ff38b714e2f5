import { idSchema, liveEvent } from '@yudai/contract';
import type { LiveEvent, MessagePart, SolveEvent } from '@yudai/contract';
import { expect, test } from 'vitest';
import { RoomStore } from '#features/solver/room-store.ts';
import { applyEvent, isOvertaken, outputKey, readAgain, roomOf } from '#features/solver/room.ts';
import type { ReadRoom, Room } from '#features/solver/room.ts';
import { jobOf, me } from '#testing/samples.ts';
import { at, evidenceWith, solveId, solveWith, stageWith } from '#testing/solve-samples.ts';

const key = 'architect.1';
const bash: MessagePart = {
  type: 'tool',
  callId: 'c1',
  tool: 'bash',
  input: { command: 'npm test' },
  state: 'running',
  summary: '',
  output: '',
  ms: null,
};

function told(seq: number, data: SolveEvent): LiveEvent {
  return liveEvent.parse({ topic: `solve:${solveId}`, seq, at, type: 'solve', data });
}

const read: ReadRoom = {
  solve: solveWith({ stages: [stageWith()] }),
  stages: [{ key, parts: [] }],
  evidence: [],
  live: 4,
};
const delta = (seq: number, offset: number, text: string) =>
  told(seq, { what: 'delta', key, part: 0, kind: 'text', offset, text });
const printed = (seq: number, offset: number, text: string) =>
  told(seq, { what: 'output', key, callId: 'c1', offset, text });

function after(events: readonly LiveEvent[], room: Room = roomOf(read)): Room {
  return events.reduce(applyEvent, room);
}

test('what is said, done and printed grows piece by piece, and an event that was seen already changes nothing (H10)', () => {
  const events = [
    delta(5, 0, 'Looking '),
    delta(6, 8, 'around'),
    told(7, { what: 'part', key, part: 1, value: bash }),
    printed(8, 0, 'PASS '),
    printed(9, 5, 'retry'),
  ];

  const room = after([...events, ...events]);

  expect(room.parts.get(key)).toEqual([{ type: 'text', text: 'Looking around' }, bash]);
  expect(room.output.get(outputKey(key, 'c1'))).toEqual({ start: 0, text: 'PASS retry' });
  expect(room).toMatchObject({ seq: 9, isBehind: false });
});

test('a stage appears and is renewed in its place, and what a try has said before it failed goes away (H10)', () => {
  const tester = stageWith({ key: 'tester.1', stage: 'tester' });

  const begun = after([
    told(5, { what: 'stage', stage: tester }),
    delta(6, 0, 'One'),
    told(7, { what: 'reset', key, parts: 0 }),
  ]);
  const ended = after([told(8, { what: 'stage', stage: { ...tester, status: 'done' } })], begun);

  expect(begun.solve.stages.map((stage) => stage.key)).toEqual([key, 'tester.1']);
  expect(begun.parts.get(key)).toEqual([]);
  expect(ended.solve.stages.map(({ status }) => status)).toEqual(['running', 'done']);
  expect(ended.solve).toMatchObject({ stage: 'tester', steps: 4, costMicros: 820_000 });
});

test('records and changes of files come in, and each change asks for the diff again (H7)', () => {
  const file = {
    path: 'a.ts',
    from: null,
    kind: 'modified',
    binary: false,
    additions: 1,
    deletions: 0,
    ranges: [],
  } as const;

  const room = after([
    told(5, { what: 'evidence', evidence: evidenceWith() }),
    told(6, { what: 'change', attempt: 1, files: [{ ...file, ranges: [] }] }),
  ]);

  expect([...room.evidence.keys()]).toEqual(['E1']);
  expect(room.solve.changed.map(({ path }) => path)).toEqual(['a.ts']);
  expect(room.solve).toMatchObject({ files: 1, additions: 1, deletions: 0 });
  expect(room.changes).toBe(1);
});

test('text with a piece missing in it is never shown joined: it is read again (H10)', () => {
  expect(after([delta(5, 8, 'around')]).isBehind).toBe(true);
  const late = after([printed(5, 100, 'the end')]);
  expect(late.output.get(outputKey(key, 'c1'))).toEqual({ start: 100, text: 'the end' });
});

test('of output without end the last part stays, and says how much is before it', () => {
  const room = after([printed(5, 0, 'a'.repeat(150_000)), printed(6, 150_000, 'b'.repeat(100_000))]);

  const output = room.output.get(outputKey(key, 'c1'));
  expect(output?.start).toBe(50_000);
  expect(output?.text).toHaveLength(200_000);
  expect(after([printed(7, 250_000, 'end')], room).output.get(outputKey(key, 'c1'))?.text).toMatch(/bend$/);
});

test('read again after a gap, it is as the server says, with every later event once and what was printed kept (H10)', () => {
  const before = after([printed(5, 0, 'PASS')]);
  const again: ReadRoom = { ...read, stages: [{ key, parts: [{ type: 'text', text: 'Look' }] }], live: 9 };

  const room = after([delta(9, 0, 'Lo'), delta(10, 4, 'ing')], readAgain(before, again));

  expect(room.parts.get(key)).toEqual([{ type: 'text', text: 'Looking' }]);
  expect(room.output.size).toBe(1);
});

test('events that arrive while the solve is read again are in what is shown (H10)', async () => {
  const reads: ((found: ReadRoom) => void)[] = [];
  const store = new RoomStore({
    read: () => new Promise((resolve) => reads.push(resolve)),
    soon: (run) => run(),
    later: (run) => run(),
  });
  const first = store.read();
  reads[0]?.(read);
  await first;

  // A piece is missing: it reads again by itself, and more comes meanwhile.
  store.take(delta(6, 4, 'ing'));
  store.take(delta(7, 7, ' on'));
  reads[1]?.({ ...read, stages: [{ key, parts: [{ type: 'text', text: 'Look' }] }], live: 5 });
  await new Promise((resolve) => setTimeout(resolve));

  const view = store.view();
  expect(view.state === 'ready' && view.shown.parts.get(key)).toEqual([{ type: 'text', text: 'Looking on' }]);
  expect(view.state === 'ready' && view.shown.isBehind).toBe(false);
});

test('a solve that cannot be read says so, and is tried again when asked', async () => {
  let isThere = false;
  const store = new RoomStore({
    read: () => (isThere ? Promise.resolve(read) : Promise.reject(new Error('gone'))),
    soon: (run) => run(),
    later: (run) => run(),
  });

  await store.read();
  expect(store.view().state).toBe('failed');
  isThere = true;
  await store.read();
  expect(store.view().state).toBe('ready');
});

test('what waits for a budget, or for the place in the queue, is read again by the news of jobs (H4 H10 J7)', async () => {
  const answers = [read, { ...read, solve: solveWith({ status: 'waiting_for_input' }) }, read];
  const store = new RoomStore({
    read: async () => answers.shift() ?? read,
    soon: (run) => run(),
    later: (run) => run(),
  });
  await store.read();
  const own = jobOf(me, { kind: 'solver.solve', status: 'running' });
  const other = { ...own, id: idSchema('job').parse(`job_${'1'.repeat(26)}`), status: 'completed' } as const;

  store.takeJob(own);
  store.takeJob(other);
  expect(answers).toHaveLength(2);
  store.takeJob({ ...own, status: 'waiting_for_input' });
  // It is being read: what this one tells is asked for after that.
  store.takeJob({ ...own, status: 'waiting_for_input' });
  await new Promise((resolve) => setTimeout(resolve));

  expect(answers).toEqual([]);
  expect(isOvertaken({ status: 'queued', jobId: own.id }, other)).toBe(true);
  expect(isOvertaken({ status: 'finished', jobId: own.id }, { ...own, status: 'queued' })).toBe(false);
});
