import {
  type Id,
  type Issue,
  issueDocument,
  type Job,
  type Solve,
  type SolveEvent,
  type SolvePlan,
} from '@yudai/contract';
import type { Client } from '@yudai/contract/client';
import { treeWith } from '@yudai/engine/checkout';
import type { Sandbox, SandboxCheck } from '@yudai/engine/sandbox';
import type { SolveEnd, SolvePorts, SolveState, SolveTask } from '@yudai/engine/solving';
import type { App } from '#app/create-app.ts';

/** What stands in for the engine does what a test says. */
export type SolveScript = (task: SolveTask, ports: SolvePorts) => Promise<SolveEnd>;

export const scriptedPlan: SolvePlan = {
  notes: 'It gives one.',
  steps: [{ text: 'Give two', files: ['src/queue.ts'] }],
  criteria: [{ id: 'AC1', text: 'It gives two', how: 'a test' }],
  testPaths: [],
};

/** Makes this change and says that it is solved. */
export function solvesBy(changes: Readonly<Record<string, string>>): SolveScript {
  return async (task, ports) => {
    const state = await stateWith(task, changes);
    await ports.keep(state);
    return { outcome: 'solved', reason: 'All tests pass.', state, chosen: 1 };
  };
}

/** What a solve has made once it has verified this change: the trees are git's, the rest is the test's. */
export async function stateWith(
  { base, start }: SolveTask,
  changes: Readonly<Record<string, string>>,
): Promise<SolveState> {
  const from = start.attempts[0]?.tree ?? base.tree;
  const tree = await treeWith({ gitDir: base.gitDir, tree: from, changes });
  const counts = { passed: 2, failed: 0, skipped: 0 };
  const none = { newFailures: [], stillFailing: [], fixed: ['takes two'], added: [], silenced: [], vanished: [] };
  const claim = { kind: 'test' as const, test: 'takes two' };
  const shown = {
    claim,
    result: 'passed' as const,
    before: 'failed' as const,
    evidence: ['verify.1:1'],
    reason: 'It ran.',
  };
  const result = {
    attempt: 1,
    model: null,
    outcome: 'solved' as const,
    reason: 'All tests pass.',
    criteria: [{ id: 'AC1', text: 'It gives two', result: 'passed' as const, checks: [shown] }],
    tests: { before: { ...counts, passed: 1, failed: 1 }, after: counts, ...none },
    additions: 1,
    deletions: 1,
    files: 1,
    chosen: true,
  };
  return {
    ...start,
    plan: scriptedPlan,
    planApproved: true,
    tests: { summary: 'One test.', claims: [{ criterion: 'AC1', claim }] },
    testsTree: base.tree,
    attempts: [{ attempt: 1, tree, result }],
  };
}

/** How a stage of a coder stands. */
export function stageRun(key: string, status: 'running' | 'done', steps: number) {
  return {
    key,
    stage: 'coder' as const,
    attempt: 1,
    go: 1,
    status,
    model: 'a/b',
    steps,
    mostSteps: 50,
    stop: status === 'done' ? ('submitted' as const) : null,
    summary: '',
    trespasses: [],
    inputTokens: 0,
    outputTokens: 0,
    costMicros: 0,
    files: [],
    startedAt: '2026-11-22T06:00:00.000Z',
    finishedAt: null,
  };
}

/** A place for boxes where none is made. */
export function boxless(told: Partial<SandboxCheck> = {}): Sandbox {
  const words = 'as the test says';
  const holds = { user: words, memory: words, processes: words, disk: words, network: words };
  const check: SandboxCheck = { usable: true, problems: [], warnings: [], holds, ...told };
  const none = () => Promise.reject(new Error('No box is made here.'));
  return {
    kind: 'none',
    check: async () => check,
    prepare: none,
    discard: async () => undefined,
    leftBehind: async () => [],
  };
}

/** Short words for what tests of solves do again and again, as one person in one project. */
export function solverHands(client: Client, { live }: Pick<App, 'live'>, projectId: Id<'project'>, userId: Id<'user'>) {
  const watcher = ({ signal }: AbortController) => ({
    actor: { userId, name: 'x', via: 'local' as const },
    signal,
    requestId: 'x',
  });
  const makeIssue = (title: string): Promise<Issue> =>
    client.issues.create({ projectId, document: issueDocument.parse({ title, problem: 'It fails.' }) });
  return {
    makeIssue,
    start: async (title: string, settings = {}): Promise<{ solve: Solve; job: Job }> => {
      const { id: issueId } = await makeIssue(title);
      return client.solver.start({ projectId, issueId, settings });
    },
    get: (id: Id<'solve'>): Promise<Solve> => client.solver.get({ projectId, id }),

    /** Resolves when the job has asked so often. */
    async asked(id: Id<'job'>, times: number): Promise<void> {
      const stop = new AbortController();
      let count = 0;
      const events = live.subscribe(watcher(stop), new Map([[`job:${id}`, 0]]), { signal: stop.signal });
      for await (const event of events) {
        if (event.type === 'status' && event.data.status === 'waiting_for_input') count += 1;
        if (count === times) return;
      }
    },

    /** Everything that was told of a solve. */
    async eventsOf(id: Id<'solve'>): Promise<SolveEvent[]> {
      const events = await live.read(watcher(new AbortController()), `solve:${id}`, 0, 5000);
      return events.flatMap((event) => (event.type === 'solve' ? [event.data] : []));
    },
  };
}

/** The code that a request is refused with; `ok` when it is not. */
export async function codeOf(asked: Promise<unknown>): Promise<string> {
  return asked.then(
    () => 'ok',
    (error: { code?: string }) => error.code ?? 'unknown',
  );
}
