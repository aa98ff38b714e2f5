import { hasUnpricedCalls, type MessagePart, type SolveEvent, type StageRun, type Topic } from '@yudai/contract';
import type { SolveNews } from '@yudai/engine/solving';
import type { Database } from '#platform/db/index.ts';
import type { JobRun } from '#platform/jobs/index.ts';
import type { Relay } from '#platform/live/index.ts';
import { feedOf, type SolverDeps, tellHead } from './access.ts';
import { storable } from './storable.ts';
import { changeSolve, saveStage, type SolveRow, stagesOf, transcriptsOf } from './store.ts';

export interface ToldDeps extends SolverDeps {
  readonly database: Database;
  readonly relay: Relay;
}

/** How often what is said is kept while it is said. */
const keepEveryMs = 1000;

/** Characters of the output of a command that runs, for who comes while it does. */
const mostPrinted = 8000;

type Change = Extract<SolveNews, { what: 'transcript' }>['change'];
export type Told = Awaited<ReturnType<typeof openTold>>;

/** What an engine tells goes to the feed at once, and to rows: stages as they change, words every second. */
export async function openTold(deps: ToldDeps, run: Pick<JobRun<unknown>, 'log'>, row: SolveRow) {
  const { database, relay } = deps;
  const topic: Topic = `solve:${row.id}`;
  const { stages, parts } = await known(database, row);
  const earlier = new Map(stages);
  const changedStages = new Set<string>();
  const changedParts = new Set<string>();
  let stage = row.stage;
  let keptStage = row.stage;
  let lastKept = performance.now();
  let writing: Promise<void> = Promise.resolve();
  let later: ReturnType<typeof setTimeout> | undefined;

  const emit = (data: SolveEvent) => relay.write(feedOf(row), topic, { type: 'solve', data: storable(data) });

  function schedule(): void {
    clearTimeout(later);
    later = undefined;
    writing = writing.then(write).catch((error: unknown) => run.log.warn({ err: error }, 'a solve was not kept'));
  }

  /** Everything that has changed, in one transaction. As the system, like the feed that has told it. */
  async function write(): Promise<void> {
    if (changedStages.size + changedParts.size === 0) return;
    lastKept = performance.now();
    const streamSeq = await relay.drained(topic);
    const keys = new Set([...changedStages, ...changedParts]);
    const rows = [...keys].map((key): Parameters<typeof saveStage>[1] => {
      const told = stages.get(key);
      return {
        solveId: row.id,
        projectId: row.projectId,
        key,
        ...(told === undefined || !changedStages.has(key) ? {} : { run: storable(told) }),
        ...(changedParts.has(key) ? { parts: storable(parts.get(key) ?? []) } : {}),
        createdAt: deps.clock.now(),
      };
    });
    changedStages.clear();
    changedParts.clear();
    const isNew = stage !== keptStage;
    keptStage = stage;
    const steps = [...stages.values()].reduce((sum, one) => sum + one.steps, 0);
    const kept = database.asSystem(async (db) => {
      for (const one of rows) await saveStage(db, one);
      const seen = streamSeq === undefined ? {} : { streamSeq };
      const unpriced = { hasUnpricedCalls: hasUnpricedCalls([...stages.values()]) };
      const changed = await changeSolve(db, row.id, { stage, steps, ...unpriced, ...seen });
      if (changed !== undefined && isNew) await tellHead(deps, db, changed, 'updated');
    });
    await kept.catch((error: unknown) => {
      // What was not kept is kept with what comes next, or by the flush at the end.
      for (const { key, run: told, parts: said } of rows) {
        if (told !== undefined) changedStages.add(key);
        if (said !== undefined) changedParts.add(key);
      }
      if (isNew) keptStage = null;
      throw error;
    });
  }

  return {
    tell(news: SolveNews): void {
      switch (news.what) {
        case 'stage': {
          const told = withTimes(news.stage, earlier.get(news.stage.key));
          stages.set(told.key, told);
          changedStages.add(told.key);
          stage = told.stage;
          emit({ what: 'stage', stage: told });
          return schedule();
        }
        case 'transcript':
          parts.set(news.key, partsAfter(parts.get(news.key) ?? [], news.change));
          changedParts.add(news.key);
          emit(toEvent(news.key, news.change));
          if (performance.now() - lastKept >= keepEveryMs) {
            lastKept = performance.now();
            schedule();
          }
          return undefined;
        case 'output':
          parts.set(news.key, withOutput(parts.get(news.key) ?? [], news));
          changedParts.add(news.key);
          // Nothing may follow it for minutes, and who comes meanwhile wants to see it.
          later ??= setTimeout(schedule, keepEveryMs);
          return emit({ ...news });
        case 'change':
          return emit({ what: 'change', attempt: news.attempt, files: [...news.files] });
      }
    },

    /** The key of the stage that runs now and begins with this. */
    running: (prefix: string): string | undefined =>
      [...stages.values()].findLast(({ key, status }) => key.startsWith(prefix) && status === 'running')?.key,

    /** Waits until all that was told is kept. */
    async flush(): Promise<void> {
      clearTimeout(later);
      await writing;
      await write();
    },
  };
}

/** A stage that is gone through again after a crash began when it did, and what was done then was done then. */
function withTimes(told: StageRun, before: StageRun | undefined): StageRun {
  if (before === undefined) return told;
  const isSameEnd = told.status === 'done' && before.status === 'done';
  return { ...told, startedAt: before.startedAt, finishedAt: isSameEnd ? before.finishedAt : told.finishedAt };
}

/** What an earlier life of the solve has told. */
async function known(database: Database, row: SolveRow) {
  return database.asSystem(async (db) => ({
    stages: new Map<string, StageRun>(
      (await stagesOf(db, row.id)).flatMap(({ key, run }) => (run === null ? [] : [[key, run] as const])),
    ),
    parts: new Map<string, MessagePart[]>((await transcriptsOf(db, row.id)).map(({ key, parts }) => [key, parts])),
  }));
}

function partsAfter(before: MessagePart[], change: Change): MessagePart[] {
  switch (change.type) {
    case 'reset':
      return before.slice(0, change.parts);
    case 'part':
      return [...before.slice(0, change.part), change.value, ...before.slice(change.part + 1)];
    case 'delta': {
      const last = before[change.part];
      const text = last?.type === change.kind ? last.text.slice(0, change.offset) : '';
      const value: MessagePart = { type: change.kind, text: text + change.text };
      return [...before.slice(0, change.part), value, ...before.slice(change.part + 1)];
    }
  }
}

/** The end of what a command has printed so far; what is kept of it when it has ended follows by itself. */
function withOutput(before: MessagePart[], { callId, text }: Extract<SolveNews, { what: 'output' }>): MessagePart[] {
  return before.map((part) =>
    part.type === 'tool' && part.callId === callId && part.state === 'running'
      ? { ...part, output: (part.output + text).slice(-mostPrinted).toWellFormed() }
      : part,
  );
}

function toEvent(key: string, change: Change): SolveEvent {
  switch (change.type) {
    case 'delta': {
      const { part, kind, offset, text } = change;
      return { what: 'delta', key, part, kind, offset, text };
    }
    case 'part':
      return { what: 'part', key, part: change.part, value: change.value };
    case 'reset':
      return { what: 'reset', key, parts: change.parts };
  }
}
