import {
  hasUnpricedCalls,
  type Job,
  type LiveEvent,
  type MessagePart,
  type Solve,
  type SolveEvent,
  type SolveEvidence,
  type SolveFile,
  type StageRun,
  type StageTranscript,
} from '@yudai/contract';
import { partsAfter } from '#lib/live/parts-after.ts';
import type { PartChange } from '#lib/live/parts-after.ts';
import { isFinished } from '#lib/live/reducers.ts';

/** A solve as this screen knows it: what was read, and every event since. */
export interface Room {
  readonly solve: Solve;
  /** What was said and done, by the key of the stage. */
  readonly parts: ReadonlyMap<string, MessagePart[]>;
  /** What commands print, by `outputKey`. Only what was told while this screen looked on. */
  readonly output: ReadonlyMap<string, Output>;
  /** Records of what ran, in the order in which they were told. */
  readonly evidence: ReadonlyMap<string, SolveEvidence>;
  /** Counts what happened to the files: their diff has to be asked for. */
  readonly changes: number;
  /** The last event of the feed that is in here. */
  readonly seq: number;
  /** Something is missing that no later event will bring: read again. */
  readonly isBehind: boolean;
}

/** A piece of what a command prints. */
export interface Output {
  /** Characters before it that are not here. */
  readonly start: number;
  readonly text: string;
}

/** What the API says of a solve; `live` is the last event that is in `stages`. */
export interface ReadRoom {
  readonly solve: Solve;
  readonly stages: readonly StageTranscript[];
  readonly evidence: readonly SolveEvidence[];
  readonly live: number;
}

/** So much of one command's output is kept; its end is what counts. */
const mostOutput = 200_000;

export function outputKey(key: string, callId: string): string {
  return `${key} ${callId}`;
}

export function roomOf(read: ReadRoom): Room {
  return {
    solve: read.solve,
    parts: new Map(read.stages.map(({ key, parts }) => [key, parts])),
    output: new Map(),
    evidence: new Map(read.evidence.map((record) => [record.id, record])),
    changes: 0,
    seq: read.live,
    isBehind: false,
  };
}

/** The same solve, read again. Events behind the place of what was read have to be applied once more. */
export function readAgain(before: Room, read: ReadRoom): Room {
  return { ...roomOf(read), output: before.output, changes: before.changes + 1 };
}

/** With a solve that an answer of the API brought. */
export function withSolve(room: Room, solve: Solve): Room {
  return { ...room, solve };
}

/**
 * Whether a solve stands otherwise than it says, by news of a job: what waits for a budget, or for the second of two questions, only its job knows;
 * the place in the queue changes with the jobs of others.
 */
export function isOvertaken({ status, jobId }: Pick<Solve, 'status' | 'jobId'>, job: Job): boolean {
  if (status === 'finished' || job.kind !== 'solver.solve') return false;
  if (job.id !== jobId) return status === 'queued';
  return !isFinished(job) && job.status !== status;
}

/** The room after an event of its topic. Events that are in there already change nothing. */
export function applyEvent(room: Room, event: LiveEvent): Room {
  if (event.seq <= room.seq) return room;
  const next = { ...room, seq: event.seq };
  return event.type === 'solve' ? applyNews(next, event.data) : next;
}

function applyNews(room: Room, news: SolveEvent): Room {
  switch (news.what) {
    case 'solve':
      return { ...room, solve: news.solve };
    case 'stage':
      return { ...room, solve: withStage(room.solve, news.stage) };
    case 'evidence':
      return { ...room, evidence: new Map(room.evidence).set(news.evidence.id, news.evidence) };
    case 'change':
      return { ...room, solve: { ...room.solve, ...sumOf(news.files) }, changes: room.changes + 1 };
    case 'output':
      return withOutput(room, news);
    case 'delta':
      return withPart(room, news.key, { ...news, action: 'delta' });
    case 'part':
      return withPart(room, news.key, { ...news, action: 'part' });
    case 'reset':
      return withPart(room, news.key, { ...news, action: 'reset' });
  }
}

/** The row of the solve follows now and then; what its stages say is newer. */
function withStage(solve: Solve, stage: StageRun): Solve {
  const stages = stagesAfter(solve.stages, stage);
  const sum = (of: (run: StageRun) => number) => stages.reduce((total, run) => total + of(run), 0);
  return {
    ...solve,
    stages,
    stage: stage.status === 'running' ? stage.stage : solve.stage,
    steps: Math.max(
      solve.steps,
      sum(({ steps }) => steps),
    ),
    costMicros: Math.max(
      solve.costMicros,
      sum(({ costMicros }) => costMicros ?? 0),
    ),
    hasUnpricedCalls: solve.hasUnpricedCalls || hasUnpricedCalls(stages),
  };
}

function sumOf(changed: SolveFile[]): Pick<Solve, 'changed' | 'files' | 'additions' | 'deletions'> {
  const sum = (of: (file: SolveFile) => number) => changed.reduce((total, file) => total + of(file), 0);
  return {
    changed,
    files: changed.length,
    additions: sum(({ additions }) => additions),
    deletions: sum(({ deletions }) => deletions),
  };
}

function stagesAfter(stages: StageRun[], stage: StageRun): StageRun[] {
  const place = stages.findIndex(({ key }) => key === stage.key);
  return place < 0 ? [...stages, stage] : stages.with(place, stage);
}

function withPart(room: Room, key: string, change: PartChange): Room {
  const parts = partsAfter(room.parts.get(key) ?? [], change);
  return parts === null ? { ...room, isBehind: true } : { ...room, parts: new Map(room.parts).set(key, parts) };
}

/** A piece that does not follow what is known stands alone: only its own end can be seen then. */
function withOutput(room: Room, news: Extract<SolveEvent, { what: 'output' }>): Room {
  const id = outputKey(news.key, news.callId);
  const known = room.output.get(id);
  const isNext = known !== undefined && news.offset >= known.start && news.offset <= known.start + known.text.length;
  const whole = isNext
    ? { start: known.start, text: known.text.slice(0, news.offset - known.start) + news.text }
    : { start: news.offset, text: news.text };
  const over = Math.max(0, whole.text.length - mostOutput);
  const kept = over === 0 ? whole : { start: whole.start + over, text: whole.text.slice(over) };
  return { ...room, output: new Map(room.output).set(id, kept) };
}
