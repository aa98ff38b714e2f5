import type { AgentStage, SolvePlan } from '@yudai/contract';
import { treeFile, treeWith } from '#checkout/index.ts';
import { createSyntaxCheck } from '#edit/index.ts';
import { verdictOf } from '#verify/index.ts';
import { planSolution } from '#workflows/solving/architect.ts';
import { chooseAttempt } from '#workflows/solving/choose-attempt.ts';
import { attemptOf, type CodingTask, withAttempt, writeCode } from '#workflows/solving/coder.ts';
import { type Before, prepare, setUpWatch, whyUnready } from '#workflows/solving/prepare.ts';
import { createStory, type Solving } from '#workflows/solving/solving-context.ts';
import { type ForeignDoor, openForeignDoor } from '#workflows/solving/foreign-coder.ts';
import type { Coder, ForeignCoder, SolveEnd, SolvePorts, SolveTask } from '#workflows/solving/solving.ts';
import { endStage, keyOf } from '#workflows/solving/stage-run.ts';
import { writeTests } from '#workflows/solving/tester.ts';
import { verifyAttempt } from '#workflows/solving/verify-attempt.ts';
import { createWorkTree, type WorkTree } from '#workflows/solving/work-tree.ts';
import { amount } from '#workflows/solving/amount.ts';

/**
 * From an issue to a change that shows its evidence: prepare, plan, write tests that fail, write code until they pass, verify in a fresh box.
 * What `task.start` or kept steps have is not done again. Stops with the reason of the signal (a `SolveStopped` says more), and throws
 * `SandboxError`, `CheckoutError` and what models throw; what was made until then has been kept.
 */
export async function solve(task: SolveTask, ports: SolvePorts): Promise<SolveEnd> {
  const solving: Solving = {
    task,
    ports,
    checkSyntax: createSyntaxCheck(),
    story: createStory(task.start, ports.keep),
  };
  const { story } = solving;
  await using workTree = createMainTree(solving, '1');
  const before = await prepare(solving, workTree);
  const unready = whyUnready(before);
  if (unready !== null) return unsolved(solving, unready).end;

  const planned = await makePlan(solving, workTree, before);
  if (planned.kind !== 'plan') return planned.end;

  const tested = await makeTests(solving, workTree, before, planned.plan);
  if (tested.kind !== 'tests') return tested.end;

  const { plan, tests, testsTree } = story.state;
  if (plan === null || tests === null || testsTree === null) throw new Error('A plan or its tests were not kept.');
  // Awaited here: the work tree lives until the last of it is done.
  return await makeChange(solving, workTree, { plan, tests, testsTree, before, said: [] });
}

type Stopped = { readonly kind: 'stopped'; readonly end: SolveEnd };

/** As often as the architect may ask, and a person may want another go. */
const mostQuestions = 2;

async function makePlan(
  solving: Solving,
  workTree: WorkTree,
  before: Before,
): Promise<{ readonly kind: 'plan'; readonly plan: SolvePlan } | Stopped> {
  const { story, ports, task } = solving;
  const said: string[] = [];
  for (let asked = 0; ;) {
    let key = keyOf('architect', null, story.state.begun['architect'] ?? 1);
    if (story.state.plan === null) {
      const planned = await planSolution(solving, workTree, before, said);
      if (planned.kind === 'none') return unsolved(solving, `There is no plan. ${planned.why}`);
      if (planned.kind === 'questions') {
        await story.change((state) => endStage(state, 'architect'));
        asked += 1;
        const answers = asked > mostQuestions ? null : await ports.question(planned.key, planned.questions);
        if (answers === null) return needsInput(solving, planned.questions);
        said.push(
          ...planned.questions.map((question, at) => `You asked: ${question}\nThe answer: ${answers[at] ?? '(none)'}`),
        );
        continue;
      }
      key = planned.key;
      await story.change((state) => ({ plan: planned.plan, planApproved: false, ...endStage(state, 'architect') }));
    }
    const { plan } = story.state;
    if (plan === null) continue;
    if (task.gate === 'none' || story.state.planApproved) return { kind: 'plan', plan };
    const summary = `${amount(plan.steps.length, 'step')}, ${amount(plan.criteria.length, 'criterion', 'criteria')}`;
    const { answer, plan: changed } = await ports.ask({ key, stage: 'architect', summary });
    if (answer.kind === 'stop') return unsolved(solving, stoppedBy(answer.note, 'the plan'));
    if (answer.kind === 'approve') {
      await story.change(() => ({ plan: changed ?? plan, planApproved: true }));
      return { kind: 'plan', plan: changed ?? plan };
    }
    said.push(againWords(answer.note));
    await story.change(() => ({ plan: null }));
  }
}

async function makeTests(
  solving: Solving,
  workTree: WorkTree,
  before: Before,
  plan: SolvePlan,
): Promise<{ readonly kind: 'tests' } | Stopped> {
  const { story } = solving;
  const said: string[] = [];
  while (story.state.tests === null || story.state.testsTree === null) {
    const tested = await writeTests(solving, workTree, before, plan, said);
    if (tested.kind === 'none') return unsolved(solving, `There are no tests that show the issue. ${tested.why}`);
    await story.change(() => ({ tests: tested.tests }));
    const note = await gate(solving, 'tester', tested.key, tested.tests.summary);
    if (note?.kind === 'stop') return unsolved(solving, stoppedBy(note.note, 'the tests'));
    if (note?.kind === 'again') said.push(againWords(note.note));
    const testsTree = note === null ? tested.tree : null;
    await story.change((state) => ({ testsTree, draftTree: null, ...endStage(state, 'tester') }));
  }
  return { kind: 'tests' };
}

async function makeChange(solving: Solving, workTree: WorkTree, work: CodingTask): Promise<SolveEnd> {
  const { ports, story } = solving;
  const attempts = ports.models.coders.map((coder, index) => ({ coder, attempt: index + 1 }));
  // Each to its end: that one fails is no reason to throw away what the others found. The first failure counts when all have.
  const settled = await Promise.allSettled(
    attempts.map(({ coder, attempt }) => makeAttempt(solving, workTree, work, coder, attempt)),
  );
  ports.signal.throwIfAborted();
  const results = story.state.attempts.flatMap(({ result }) => (result === null ? [] : [result]));
  const failed = settled.find((one) => one.status === 'rejected');
  if (results.length === 0 && failed !== undefined) throw failed.reason;
  const records = await ports.recorded();
  const chosen = chooseAttempt(
    results.map((result) => ({
      result,
      complaints: records.filter(
        (record) =>
          record.kind === 'command' &&
          record.stage === 'verify' &&
          record.check !== null &&
          record.attempt === result.attempt &&
          verdictOf(record).outcome !== 'passed',
      ).length,
    })),
  );
  await story.change((state) => ({
    attempts: state.attempts.map((one) => ({
      ...one,
      result: one.result === null ? null : { ...one.result, chosen: one.attempt === chosen },
    })),
  }));
  const best = results.find(({ attempt }) => attempt === chosen);
  return {
    outcome: best?.outcome === 'solved' ? 'solved' : 'unsolved',
    reason: best?.reason ?? 'No attempt came to its end.',
    state: story.state,
    chosen,
  };
}

/** One coder's way to a verified change. A person may want another go before it is verified. */
async function makeAttempt(
  solving: Solving,
  workTree: WorkTree,
  work: CodingTask,
  coder: Coder | ForeignCoder,
  attempt: number,
): Promise<void> {
  const { story, ports } = solving;
  if ((attemptOf(story.state.attempts, attempt)?.result ?? null) !== null) return;
  // The first goes on where the tests were written; the others have boxes of their own, so that they are not in each other's way.
  const writer = 'agent' in coder ? { coder, foreign: openForeignDoor(solving, coder) } : { coder, foreign: null };
  await using own = attempt === 1 && writer.foreign === null ? null : createCoderTree(solving, attempt, writer.foreign);
  const said = [...work.said];
  for (;;) {
    const coded = await writeCode(solving, own ?? workTree, { ...work, said }, writer, attempt);
    const answer = await gate(solving, 'coder', coded.key, coded.unfinished ?? 'The change is ready to be verified.');
    if (answer?.kind === 'again') {
      await story.change((state) => endStage(state, `coder.${attempt}`));
      said.push(againWords(answer.note));
      continue;
    }
    const stopped = answer?.kind === 'stop' ? stoppedBy(answer.note, 'the change') : null;
    const tree = await withTaken(solving, coded.tree);
    const result = await verifyAttempt(solving, {
      ...work,
      attempt,
      model: coder.name,
      tree,
      unfinished: stopped ?? coded.unfinished,
    });
    await story.change((state) => {
      const { ended } = endStage({ ...state, ...endStage(state, `coder.${attempt}`) }, `verify.${attempt}`);
      return { attempts: withAttempt(state.attempts, { attempt, tree, result }), ended };
    });
    ports.signal.throwIfAborted();
    return;
  }
}

/** An agent of somebody else has a box that it is seen in. */
function createCoderTree(solving: Solving, attempt: number, foreign: ForeignDoor | null): WorkTree {
  return createMainTree(solving, foreign === null ? String(attempt) : `a${attempt}`, foreign?.boxes);
}

function createMainTree(solving: Solving, name: string, boxes?: ForeignDoor['boxes']): WorkTree {
  return createWorkTree(solving, {
    name,
    setUpTree: solving.task.base.tree,
    keepSnapshot: true,
    boxes,
    setUp: setUpWatch(solving, name),
  });
}

/** A change with what people have taken over meanwhile as they want it. */
async function withTaken({ task, ports, story }: Solving, tree: string): Promise<string> {
  const { gitDir } = task.base;
  const taken = await ports.taken();
  await story.change(() => ({ taken }));
  const differing: Record<string, string | null> = {};
  for (const [path, content] of Object.entries(taken)) {
    const now = await treeFile({ gitDir, tree, path, signal: ports.signal });
    if ((now?.toString('utf8') ?? null) !== content) differing[path] = content;
  }
  if (Object.keys(differing).length === 0) return tree;
  return treeWith({ gitDir, tree, changes: differing, signal: ports.signal });
}

/** Asks a person about a stage where every stage is asked about; null to go on. */
async function gate({ task, ports }: Solving, stage: AgentStage, key: string, summary: string) {
  if (task.gate !== 'every_stage') return null;
  const { answer } = await ports.ask({ key, stage, summary });
  return answer.kind === 'approve' ? null : answer;
}

function unsolved({ story }: Solving, reason: string): Stopped {
  return { kind: 'stopped', end: { outcome: 'unsolved', reason, state: story.state, chosen: null } };
}

function needsInput({ story }: Solving, questions: readonly string[]): Stopped {
  const reason = 'The architect has questions that the issue and the code do not answer.';
  return { kind: 'stopped', end: { outcome: 'needs_input', reason, state: story.state, questions } };
}

function stoppedBy(note: string, what: string): string {
  return `A person did not agree to ${what}${note.trim() === '' ? '.' : `: ${note}`}`;
}

function againWords(note: string): string {
  return note.trim() === '' ? 'Do it again, in another way.' : `Do it again: ${note}`;
}
