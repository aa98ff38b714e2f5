import type { SolveFile, SolveStage, StageRun, StopReason } from '@yudai/contract';
import type { Solving } from '#workflows/solving/solving-context.ts';
import type { SolveState } from '#workflows/solving/solving.ts';

/** The reason with which whoever runs a solve aborts it: what the stage at hand says of itself. */
export class SolveStopped extends Error {
  override readonly name = 'SolveStopped';
  readonly stop: Extract<StopReason, 'time' | 'cancelled'>;

  constructor(stop: Extract<StopReason, 'time' | 'cancelled'>, message: string) {
    super(message);
    this.stop = stop;
  }
}

/** How a stage stands, told to whoever watches with every change. */
export interface StageRow {
  readonly key: string;
  tell(change: Partial<Pick<StageRun, 'steps' | 'status' | 'summary' | 'trespasses' | 'stop'>>): void;
  changed(files: readonly SolveFile[]): void;
}

/**
 * The number of the next go of a stage, kept as a step: after a crash in the same job it is the go that was under way, whose steps are there; where
 * those are lost, the next one, so that its keys and records are its own.
 */
export async function beginStage({ ports, story }: Solving, name: string): Promise<number> {
  for (let go = (story.state.ended[name] ?? 0) + 1; ; go += 1) {
    const isOurs = await ports.step(`${name}:begin:${go}`, async () => (story.state.begun[name] ?? 0) < go);
    if (!isOurs) continue;
    await story.change((state) => ({ begun: { ...state.begun, [name]: Math.max(go, state.begun[name] ?? 0) } }));
    return go;
  }
}

/** What of the state says that the go of a stage is over; kept together with what came of it. */
export function endStage(state: SolveState, name: string): Pick<SolveState, 'ended'> {
  return { ended: { ...state.ended, [name]: state.begun[name] ?? 1 } };
}

/** Runs a stage as a row that says how it goes, also when it is stopped or fails. */
export async function asStage<T>(
  { ports }: Solving,
  head: Pick<StageRun, 'key' | 'stage' | 'attempt' | 'go' | 'model' | 'mostSteps'>,
  work: (row: StageRow) => Promise<T>,
): Promise<T> {
  let run: StageRun = {
    ...head,
    status: 'running',
    steps: 0,
    stop: null,
    summary: '',
    trespasses: [],
    ...ports.usage(head.key),
    files: [],
    startedAt: ports.now().toISOString(),
    finishedAt: null,
  };
  const change = (more: Partial<StageRun>) => {
    const isOver = more.status !== undefined && !['running', 'waiting'].includes(more.status);
    run = { ...run, ...more, ...ports.usage(head.key), finishedAt: isOver ? ports.now().toISOString() : null };
    ports.tell({ what: 'stage', stage: run });
  };
  change({});
  try {
    const result = await work({
      key: head.key,
      tell: change,
      changed(files) {
        change({ files: files.map(({ path, kind, additions, deletions }) => ({ path, kind, additions, deletions })) });
        ports.tell({ what: 'change', attempt: head.attempt, files: [...files] });
      },
    });
    if (run.status === 'running' || run.status === 'waiting') change({ status: 'done' });
    return result;
  } catch (error) {
    const { reason } = ports.signal;
    if (!ports.signal.aborted) change({ status: 'failed', summary: run.summary || 'It failed.' });
    else if (reason instanceof SolveStopped) {
      change({ status: 'cancelled', stop: reason.stop, summary: reason.message });
    } else change({ status: 'cancelled', stop: 'cancelled', summary: 'It was stopped.' });
    throw error;
  }
}

/** `prepare.1`, `architect.2`, `coder.1.2`. */
export function keyOf(stage: SolveStage, attempt: number | null, go: number): string {
  return attempt === null ? `${stage}.${go}` : `${stage}.${attempt}.${go}`;
}
