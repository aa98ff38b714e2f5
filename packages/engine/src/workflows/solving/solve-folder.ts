import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { captureFolder, patchBetween } from '#checkout/index.ts';
import type { Sandbox } from '#sandbox/index.ts';
import type { Evidence } from '#verify/index.ts';
import { openFolderReader } from '#workflows/solving/folder-reader.ts';
import { findPackageSources } from '#workflows/solving/package-sources.ts';
import { solve } from '#workflows/solving/solve.ts';
import {
  emptySolveState,
  type SolveEnd,
  type SolveIssue,
  type SolvePorts,
  type SolveState,
  type SolveTask,
} from '#workflows/solving/solving.ts';

export interface FolderSolve {
  /** An absolute path. Nothing of it is changed. */
  readonly folder: string;
  readonly issue: SolveIssue;
  readonly task: Pick<SolveTask, 'note' | 'gate' | 'aim' | 'mostSteps' | 'hosts'>;
  readonly models: SolvePorts['models'];
  readonly sandbox: Sandbox;
  readonly boxes?: SolvePorts['boxes'];
  /** Where facts, snapshots and what the solve needs are kept; the latter is removed again. */
  readonly dataFolder: string;
  readonly signal: AbortSignal;
  readonly tell: SolvePorts['tell'];
  /** As the port, with what has been made so far. */
  readonly ask: (gate: Parameters<SolvePorts['ask']>[0], state: SolveState) => ReturnType<SolvePorts['ask']>;
  readonly question: SolvePorts['question'];
}

export interface SolvedFolder {
  /** Null when it was stopped or failed on its way: `patch` has what was made until then. */
  readonly end: SolveEnd | null;
  readonly state: SolveState;
  /** A unified diff of the folder as it was, to the change of the chosen attempt. */
  readonly patch: string;
  readonly records: readonly Evidence[];
  /** What ended it, where `end` is null. */
  readonly error: unknown;
}

/**
 * Solves an issue of a folder on this machine, without a server or a database: everything is kept in memory, and gone when the process ends. The
 * folder itself stays as it is; what comes of it is a patch. Throws only what goes wrong before the first stage.
 */
export async function solveFolder(request: FolderSolve): Promise<SolvedFolder> {
  const { signal, dataFolder } = request;
  await mkdir(join(dataFolder, 'solves'), { recursive: true });
  const own = await mkdtemp(join(dataFolder, 'solves', 'local-'));
  try {
    const gitDir = join(own, 'solve.git');
    const { tree, commit } = await captureFolder({ folder: request.folder, gitDir, signal });
    const { reader, codebase } = await openFolderReader({ gitDir, tree, commit, cacheFolder: dataFolder, signal });
    await using _codebase = codebase;
    const kept: Kept = { state: emptySolveState, records: [] };
    const id = `local-${own.slice(-6)}`;
    const task = { ...request.task, id, issue: request.issue, base: { gitDir, tree }, setUp: null, start: kept.state };
    const ports = portsOf(request, kept, reader, join(own, 'logs'));
    const outcome = await solve(task, ports).then(
      (end) => ({ end, error: null }),
      (error: unknown) => ({ end: null, error }),
    );
    const state = outcome.end?.state ?? kept.state;
    const patch = await patchBetween({ gitDir, from: tree, to: bestTree(state) ?? tree });
    return { ...outcome, state, patch: patch.toString('utf8'), records: kept.records };
  } finally {
    await rm(own, { recursive: true, force: true, maxRetries: 5 });
  }
}

interface Kept {
  state: SolveState;
  records: Evidence[];
}

function portsOf(
  { models, sandbox, boxes, dataFolder, signal, tell, ask, question }: FolderSolve,
  kept: Kept,
  reader: SolvePorts['reader'],
  logFolder: string,
): SolvePorts {
  const sources = findPackageSources();
  return {
    sandbox,
    boxes,
    logFolder,
    snapshotFolder: join(dataFolder, 'snapshots'),
    packageSources: () => sources,
    models,
    reader,
    signal,
    now: () => new Date(),
    // Nobody goes on with it in another process, so nothing has to be kept of a step.
    step: (_name, work) => work({ signal, attempt: 1 }),
    async keep(state) {
      kept.state = state;
    },
    async record(records) {
      const known = new Set(kept.records.map(({ id }) => id));
      kept.records.push(...records.filter(({ id }) => !known.has(id)));
    },
    recorded: async () => kept.records,
    tell,
    ask: (gate) => ask(gate, kept.state),
    question,
    heard: async () => [],
    interrupted: () => new AbortController().signal,
    taken: async () => ({}),
    usage: () => ({ inputTokens: 0, outputTokens: 0, costMicros: null }),
  };
}

/** The chosen attempt, else the first, else the tests alone, also those that nobody has agreed to yet. */
function bestTree({ attempts, testsTree, draftTree }: SolveState): string | null {
  const chosen = attempts.find(({ result }) => result?.chosen === true) ?? attempts[0];
  return chosen?.tree ?? testsTree ?? draftTree ?? null;
}
