import { type Issue, type ModelName, modelName, type Solve, type SolveSettings } from '@yudai/contract';
import { followWork } from '#commands/follow-work.ts';
import { CliError, type ExitCode, exitCodes } from '#exit-codes.ts';
import type { Answer } from '#output/answer.ts';
import { formatSolve } from '#output/solve-text.ts';
import type { Session } from '#run-command.ts';

/** What can be asked of a solve on the command line. */
export interface SolveWishes {
  readonly gate?: SolveSettings['gate'];
  readonly aim?: SolveSettings['aim'];
  readonly steps?: number;
  readonly minutes?: number;
  /** Dollars. */
  readonly budget?: number;
  readonly model?: readonly string[];
  readonly agent?: SolveSettings['attempts'][number]['agent'];
  /** Comes back at once. */
  readonly detach?: boolean;
}

/** Starts solving an issue and stays with it, answering what it asks, unless that is not wanted. */
export async function solveOnServer(session: Session, issue: Issue, wishes: SolveWishes): Promise<Answer> {
  if (wishes.detach === true) requireServer(session);
  const { projectId, id: issueId } = issue;
  const started = await session.connection.client.solver.start({ projectId, issueId, settings: toSettings(wishes) });
  return await followSolve(session, started, wishes.detach === true);
}

/** Refuses to come back at once before anything is begun, where the work would end with this process. */
export function requireServer({ connection }: Session): void {
  if (connection.kind === 'server') return;
  throw new CliError('bad_request', '--detach needs a running server (`yudai start`): nobody else would do the work.');
}

/** Stays with a solve to its end; what it then says, and the exit code: 0 only when it is solved. */
export async function followSolve(
  session: Session,
  { solve, job }: Awaited<ReturnType<Session['connection']['client']['solver']['start']>>,
  detach: boolean,
): Promise<Answer> {
  const { projectId, id } = solve;
  if (detach) {
    return { data: { solve, job }, text: () => `Started ${id}. \`yudai solves show ${id}\` tells how it goes.` };
  }
  await followWork(session, job);
  const data = await session.connection.client.solver.get({ projectId, id });
  return { data, text: (style) => formatSolve(data, style), exitCode: exitCodeOfSolve(data) };
}

export function exitCodeOfSolve({ outcome }: Pick<Solve, 'outcome'>): ExitCode {
  return outcome === null || outcome === 'solved' ? exitCodes.ok : exitCodes.failed;
}

export function toSettings({ gate, aim, steps, minutes, budget, model, agent }: SolveWishes): Partial<SolveSettings> {
  const models = model?.map(toModelName) ?? (agent === undefined ? [] : [null]);
  return {
    ...(gate === undefined ? {} : { gate }),
    ...(aim === undefined ? {} : { aim }),
    ...(steps === undefined ? {} : { steps }),
    ...(minutes === undefined ? {} : { minutes }),
    ...(budget === undefined ? {} : { budgetMicros: toMicros(budget) }),
    ...(models.length === 0 ? {} : { attempts: models.map((each) => ({ model: each, agent: agent ?? 'yudai' })) }),
  };
}

export function toMicros(dollars: number): number {
  return Math.round(dollars * 1_000_000);
}

export function toModelName(text: string): ModelName {
  const parsed = modelName.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new CliError(
    'bad_request',
    `"${text}" is no model: write provider/name. \`yudai models\` lists those that are set up.`,
  );
}
