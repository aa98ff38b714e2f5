// Our loop as a process of its own, for bench/loop.ts: node bench/agents/our-loop.ts <base url> <steps> <folder>
// The same loop, box, boundary and checkpoints as in a solve; every step is a step of a job, committed in the database of TEST_DATABASE_URL,
// or in an embedded one.
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { runAgent } from '../../packages/engine/src/agent/run-agent.ts';
import { createSyntaxCheck } from '../../packages/engine/src/edit/index.ts';
import { createModels } from '../../packages/engine/src/models/index.ts';
import { createLocalSandbox } from '../../packages/engine/src/sandbox/index.ts';
import { listTool } from '../../packages/engine/src/tools/list.ts';
import { workingTools } from '../../packages/engine/src/tools/index.ts';
import { emptySolveState, type SolvePorts } from '../../packages/engine/src/workflows/solving/solving.ts';
import { createStory, type Solving } from '../../packages/engine/src/workflows/solving/solving-context.ts';
import { createStageBench } from '../../packages/engine/src/workflows/solving/stage-bench.ts';
import { createWorkTree } from '../../packages/engine/src/workflows/solving/work-tree.ts';
import { openJobsBench } from '../../packages/server/src/testing/jobs-bench.ts';

const [url = '', steps = '10', folder = ''] = process.argv.slice(2);
const mostSteps = Number(steps) + 10;
const one = [{ model: 'compatible/bench', temperature: null, maxOutputTokens: 1000 }];
const models = createModels({
  providers: { compatible: { url: `${url}/v1`, key: null } },
  roles: { chat: one, writer: one, architect: one, coder: one, reviewer: one, mentor: one },
});
/** Nothing is looked up in these runs. */
const nothingIndexed: SolvePorts['reader'] = {
  search: () => Promise.reject(new Error('Nothing is indexed.')),
  file: async () => null,
  symbols: async () => [],
  references: async () => [],
  dependencies: async () => null,
  history: async () => [],
  issues: async () => null,
};

const base = makeRepository(resolve(folder));
const jobs = await openJobsBench();
try {
  jobs.kind({
    deadlineMs: 60 * 60_000,
    run: (run) => work((name, todo) => run.step(name, todo, { attempts: 1, beginsBeside: true })),
  });
  await jobs.launch();
  const job = await jobs.start();
  await jobs.until(job.id, (event) => event.type === 'status' && ['completed', 'failed'].includes(event.data.status));
  console.error((await jobs.jobs.get(jobs.ctx, job.id)).error?.message ?? '');
} finally {
  await jobs.close();
}

async function work(step: SolvePorts['step']): Promise<Record<string, unknown>> {
  const model = models.forRole('coder');
  const coder = { name: 'compatible/bench', model };
  const { signal } = new AbortController();
  const ports: SolvePorts = {
    sandbox: createLocalSandbox({ folder: join(folder, 'boxes') }),
    logFolder: join(folder, 'logs'),
    snapshotFolder: null,
    packageSources: async () => ({ hosts: [], env: {}, mounts: [] }),
    models: { architect: coder, tester: coder, coders: [coder] },
    reader: nothingIndexed,
    signal,
    now: () => new Date(),
    step,
    keep: async () => {},
    record: async () => {},
    recorded: async () => [],
    tell: () => {},
    ask: async () => ({ answer: { kind: 'approve' }, plan: null }),
    question: async () => null,
    heard: async () => [],
    interrupted: () => signal,
    taken: async () => ({}),
    usage: () => ({ inputTokens: 0, outputTokens: 0, costMicros: null }),
  };
  const solving: Solving = {
    task: {
      id: 'bench',
      issue: { title: 'Bench', body: '', criteria: [] },
      note: null,
      base,
      gate: 'none',
      aim: 'small',
      mostSteps,
      setUp: [],
      hosts: [],
      start: emptySolveState,
    },
    ports,
    checkSyntax: createSyntaxCheck(),
    story: createStory(emptySolveState, ports.keep),
  };
  await using workTree = createWorkTree(solving, { name: '1', setUpTree: base.tree, keepSnapshot: false });
  const row = { key: 'coder.1.1', tell: () => {}, changed: () => {} };
  const stage = { stage: 'coder' as const, attempt: 1, row, workTree, start: base.tree, network: false };
  const bench = createStageBench(solving, { ...stage, boundary: () => () => null, onTree: async () => {} });
  const end = await runAgent(
    {
      model,
      contextTokens: 1_000_000,
      instructions: 'You solve issues.',
      opening: 'Do what is to be done.',
      tools: workingTools,
      submit: {
        name: 'submit',
        description: 'Hand it over.',
        // Any object without anything in it will do.
        input: listTool.input,
        accept: async () => ({ kind: 'accepted', result: null }),
      },
      mostSteps,
    },
    {
      bench,
      step,
      heard: async () => [],
      interrupted: () => signal,
      tell: () => {},
      stepped: () => {},
    },
  );
  return { stop: end.stop, steps: end.steps };
}

/** A bare repository with a few files in one commit. */
function makeRepository(inFolder: string): { gitDir: string; tree: string } {
  const files = join(inFolder, 'files');
  mkdirSync(files, { recursive: true });
  chmodSync(inFolder, 0o755);
  for (let n = 0; n < 20; n += 1) writeFileSync(join(files, `file-${n}.js`), `export const n = ${n};\n`.repeat(50));
  const gitDir = join(inFolder, 'bench.git');
  const git = (...args: string[]) =>
    execFileSync('git', [`--git-dir=${gitDir}`, `--work-tree=${files}`, ...args], { encoding: 'utf8' }).trim();
  execFileSync('git', ['init', '--quiet', '--bare', gitDir]);
  git('add', '--all');
  return { gitDir, tree: git('write-tree') };
}
