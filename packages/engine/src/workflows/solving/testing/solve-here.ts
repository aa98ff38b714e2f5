import { dirname, join } from 'node:path';
import type { LanguageModel } from 'ai';
import { onTestFinished } from 'vitest';
import { captureFolder, diffTrees } from '#checkout/index.ts';
import { makeRepository } from '#checkout/testing/repository.ts';
import { openTemporaryFolder, openTestSandbox } from '#sandbox/testing/boxes.ts';
import type { RepositoryReader } from '#tools/index.ts';
import type { Evidence } from '#verify/index.ts';
import {
  emptySolveState,
  type ForeignCoder,
  type GateAnswer,
  solve,
  type SolveEnd,
  type SolveNews,
  type SolvePorts,
  type SolveState,
  type SolveTask,
} from '#workflows/solving/index.ts';

/** Everything that a server would keep of a solve, in memory: another `solve` of the same goes on from it, as after a crash. */
export interface SolveHere {
  readonly steps: Map<string, string>;
  readonly records: Evidence[];
  readonly news: SolveNews[];
  readonly states: SolveState[];
  readonly gitDir: string;
  readonly base: string;
  /** Solves it, or goes on with it. */
  solve(how: SolveHow): Promise<SolveEnd>;
  patchOf(end: SolveEnd): Promise<string>;
}

export interface SolveHow {
  readonly architect?: LanguageModel;
  readonly tester?: LanguageModel;
  readonly coders: readonly (LanguageModel | ForeignCoder)[];
  readonly task?: Partial<SolveTask>;
  readonly ports?: Partial<SolvePorts>;
  /** Throws in place of keeping the result of the step of this number, from 1, as if the process had ended there. */
  readonly crashAfter?: number;
}

export class Crash extends Error {}

/** A repository with these files, ready to be solved in real boxes. */
export async function openSolve(
  files: Readonly<Record<string, string>>,
  issue: Partial<SolveTask['issue']> = {},
  openSandbox = openTestSandbox,
): Promise<SolveHere> {
  const folder = await openTemporaryFolder();
  const repository = await makeRepository(join(folder, 'repository'));
  await repository.commit('Begin', files);
  const gitDir = join(folder, 'solve.git');
  const { tree: base } = await captureFolder({ folder: repository.folder, gitDir });
  const { sandbox, logFolder } = await openSandbox();
  onTestFinished(async () => {
    for (const name of ['1', '2', 'a1', 'v1', 'v2']) await sandbox.discard(`s-${name}`);
  });
  const steps = new Map<string, string>();
  const records: Evidence[] = [];
  const news: SolveNews[] = [];
  const states: SolveState[] = [];

  return {
    steps,
    records,
    news,
    states,
    gitDir,
    base,
    async solve({ architect, tester, coders, task = {}, ports = {}, crashAfter }) {
      const signal = ports.signal ?? new AbortController().signal;
      let finished = 0;
      const coderOf = (model: LanguageModel, order: number) => ({ name: `scripted/${order + 1}`, model });
      return solve(
        {
          id: 's',
          issue: { title: 'Something is wrong', body: '', criteria: [], ...issue },
          note: null,
          base: { gitDir, tree: base },
          gate: 'none',
          aim: 'small',
          mostSteps: 12,
          setUp: null,
          hosts: [],
          start: emptySolveState,
          ...task,
        },
        {
          sandbox,
          logFolder,
          snapshotFolder: null,
          packageSources: async () => ({ hosts: [], env: {}, mounts: [] }),
          // Elsewhere there is a Node already.
          boxes:
            sandbox.isElsewhere === true
              ? {}
              : { mounts: [{ from: dirname(process.execPath), at: '/opt/node' }], path: ['/opt/node'] },
          models: {
            architect: coderOf(architect ?? unused, 0),
            tester: coderOf(tester ?? unused, 0),
            coders: coders.map((one, order) =>
              typeof one === 'object' && 'openRelay' in one ? one : coderOf(one, order),
            ),
          },
          reader: emptyReader,
          now: () => new Date(),
          async step(name, work) {
            const known = steps.get(name);
            if (known !== undefined) return JSON.parse(known);
            const result = await work({ signal, attempt: 1 });
            finished += 1;
            if (crashAfter !== undefined && finished > crashAfter)
              throw new Crash(`It ended after ${crashAfter} steps.`);
            steps.set(name, JSON.stringify(result ?? null));
            return result;
          },
          async keep(state) {
            states.push(JSON.parse(JSON.stringify(state)));
          },
          async record(more) {
            for (const record of more) if (records.every(({ id }) => id !== record.id)) records.push(record);
          },
          recorded: async () => records,
          tell: (one) => void news.push(one),
          ask: async () => ({ answer: approve, plan: null }),
          question: async () => null,
          heard: async () => [],
          interrupted: () => new AbortController().signal,
          taken: async () => ({}),
          usage: () => ({ inputTokens: 0, outputTokens: 0, costMicros: null }),
          ...ports,
          signal,
        },
      );
    },
    async patchOf({ state }) {
      const to = state.attempts.find(({ result }) => result?.chosen !== false)?.tree ?? base;
      return (await diffTrees({ gitDir, from: base, to })).patch;
    },
  };
}

const approve: GateAnswer = { kind: 'approve' };

/** Named by no test that needs it. */
const unused = 'nobody/unused';

const emptyReader: RepositoryReader = {
  search: async () => ({ hits: [], truncated: false, notes: [], commit: '', mode: 'ranked', ms: 0 }),
  file: async () => null,
  symbols: async () => [],
  references: async () => [],
  dependencies: async () => null,
  history: async () => [],
  issues: async () => null,
};
