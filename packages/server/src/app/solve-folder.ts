import type { ModelName } from '@yudai/contract';
import type { FolderSolve, SolvedFolder } from '@yudai/engine/solving';
import type { Config } from '#platform/config/index.ts';
import { modelFetchOf, modelSettingsOf } from './model-settings.ts';
import { createSpending, type SpendingLimit, type Spent } from './spending.ts';
import { createTimeLimit } from './time-limit.ts';
import { programsOf, sandboxOf } from './sandbox.ts';

/** An issue to be solved on this machine alone: no server is needed, and no database. */
export interface LocalSolve
  extends Pick<FolderSolve, 'folder' | 'issue' | 'task' | 'signal' | 'tell' | 'ask' | 'question'>, SpendingLimit {
  /** Of work; what a person takes to answer does not count. */
  readonly minutes: number;
  /** Who works in all stages; the first of each role unless told. */
  readonly model: ModelName | null;
}

export interface LocallySolved extends SolvedFolder {
  readonly spent: Spent;
}

/**
 * Solves it with the models, the sandbox and the data directory of this configuration. Throws `ModelError` without a model, `SandboxError` where no
 * box can be made, `CheckoutError` for a folder that cannot be read.
 */
export async function solveLocally(config: Config, request: LocalSolve): Promise<LocallySolved> {
  const [{ createModels }, { SandboxError }, { solveFolder, SolveStopped }] = await Promise.all([
    import('@yudai/engine/models'),
    import('@yudai/engine/sandbox'),
    import('@yudai/engine/solving'),
  ]);
  const settings = await modelSettingsOf(config);
  const models = createModels(settings, { fetch: modelFetchOf(config) });
  const limits = new AbortController();
  using time = createTimeLimit(request.minutes, () =>
    limits.abort(new SolveStopped('time', `Stopped after ${request.minutes} minutes.`)),
  );
  const { budgetMicros } = request;
  const overspent = (spent: Spent) => time.pausedFor(() => request.overspent(spent));
  const spending = createSpending({ budgetMicros, overspent }, () =>
    limits.abort(new SolveStopped('cancelled', 'It was stopped at its budget.')),
  );
  const coderOf = (role: 'architect' | 'coder') => {
    const name = request.model ?? settings.roles[role][0]?.model ?? role;
    return { name, model: models.forRole(role, { candidate: request.model ?? undefined, onCall: spending.add }) };
  };
  const coders = { architect: coderOf('architect'), tester: coderOf('coder'), coders: [coderOf('coder')] };
  const sandbox = sandboxOf(config);
  const { usable, problems } = await sandbox.check();
  if (!usable) throw new SandboxError('unusable', problems.map(({ what, todo }) => `${what} ${todo}`).join('\n'));
  const solved = await solveFolder({
    ...request,
    ask: (...gate) => time.pausedFor(() => request.ask(...gate)),
    question: (...asked) => time.pausedFor(() => request.question(...asked)),
    models: coders,
    sandbox,
    boxes: await programsOf(config)(),
    dataFolder: config.dataDir,
    signal: AbortSignal.any([request.signal, limits.signal]),
  });
  return { ...solved, spent: spending.spent() };
}
