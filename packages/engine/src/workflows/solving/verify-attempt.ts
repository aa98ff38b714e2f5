import type { SolveAttempt, SolvePlan, SolveTests } from '@yudai/contract';
import {
  type Check,
  claimsTable,
  compareRuns,
  type Comparison,
  type Evidence,
  matchTests,
  mayBeChance,
  type TestEvidence,
  type TestRun,
} from '#verify/index.ts';
import { hashesBetween } from '#workflows/solving/file-hashes.ts';
import { outputOf } from '#workflows/solving/output-of.ts';
import { judgeAttempt } from '#workflows/solving/outcome.ts';
import { setUpWatch } from '#workflows/solving/prepare.ts';
import { checksOfTree } from '#workflows/solving/project-checks.ts';
import { toCommandEvidence } from '#workflows/solving/records.ts';
import { isTestRecord, joinRuns, runChecks } from '#workflows/solving/run-checks.ts';
import type { Solving } from '#workflows/solving/solving-context.ts';
import { asStage, beginStage, keyOf } from '#workflows/solving/stage-run.ts';
import { createWorkTree } from '#workflows/solving/work-tree.ts';

export interface ToVerify {
  readonly attempt: number;
  readonly model: string | null;
  readonly tree: string;
  readonly plan: SolvePlan;
  readonly tests: SolveTests;
  /** Its manifests say how the tests are run: the coder has no say in it. */
  readonly testsTree: string;
  /** Why the coder itself says that it is not done. */
  readonly unfinished: string | null;
}

const commandTimeoutMs = 120_000;

/** Runs everything once more on the change alone, in a box where nobody has worked, and computes from the records what it is worth. */
export async function verifyAttempt(solving: Solving, work: ToVerify): Promise<SolveAttempt> {
  const { task, ports } = solving;
  const { gitDir, tree: base } = task.base;
  const { attempt, tree } = work;
  const go = await beginStage(solving, `verify.${attempt}`);
  const key = keyOf('verify', attempt, go);
  const head = { key, stage: 'verify' as const, attempt, go, model: null, mostSteps: 0 };
  return asStage(solving, head, async (row) => {
    const { signal } = ports;
    const { checks } = await checksOfTree(gitDir, work.testsTree, signal);
    const { files, hashes } = await hashesBetween(gitDir, base, tree, signal);
    await using workTree = createWorkTree(solving, {
      name: `v${attempt}`,
      setUpTree: tree,
      keepSnapshot: false,
      setUp: setUpWatch(solving, key, key),
    });
    const wanted = checksToRun(checks, work.tests);
    const headOf = (id: string) => ({ id, at: ports.now(), stage: 'verify' as const, attempt, fileHashes: hashes });
    const runAs = (name: 'check' | 'again', order: number, check: Check) => {
      const id = `${key}.${name}.${order + 1}`;
      return recordOnce(solving, id, async (stepSignal) => {
        const box = await workTree.ready(tree, stepSignal);
        workTree.touched();
        const onOutput = outputOf(solving, key, `${name}-${order + 1}`);
        return runChecks(box, [check], { when: 'after', signal: stepSignal, headOf: () => headOf(id), onOutput });
      });
    };
    for (const [order, check] of wanted.entries()) await runAs('check', order, check);
    if (deservesSecondRun(runsOf(await ports.recorded(), key), work.tests)) {
      for (const [order, check] of wanted.entries()) if (check.kind === 'test') await runAs('again', order, check);
    }
    for (const [order, command] of commandsOf(work.tests).entries()) {
      const id = `${key}.command.${order + 1}`;
      await recordOnce(solving, id, async (stepSignal) => {
        const box = await workTree.ready(tree, stepSignal);
        workTree.touched();
        const result = await box.run({ shell: command, timeoutMs: commandTimeoutMs }, { signal: stepSignal });
        return [toCommandEvidence(headOf(id), command, null, result)];
      });
    }
    const records = await ports.recorded();
    const result = conclude(task.issue.criteria, work, records, key, hashes, files);
    row.tell({ summary: result.reason });
    row.changed(files);
    return result;
  });
}

/** Runs something as a step, unless its record is there already. */
async function recordOnce(
  { ports }: Solving,
  id: string,
  work: (signal: AbortSignal) => Promise<readonly Evidence[]>,
): Promise<void> {
  await ports.step(id, async ({ signal }) => {
    if ((await ports.recorded()).some((record) => record.id === id)) return;
    await ports.record(await work(signal));
  });
}

/** A build is only run when something says that it shows a criterion: it costs, and tests build what they need. */
function checksToRun(checks: readonly Check[], { claims }: SolveTests): Check[] {
  const isClaimed = claims.some(({ claim }) => claim.kind === 'check' && claim.check === 'build');
  return checks.filter(({ kind }) => kind !== 'build' || isClaimed);
}

function commandsOf({ claims }: SolveTests): string[] {
  return [...new Set(claims.flatMap(({ claim }) => (claim.kind === 'command' ? [claim.command] : [])))];
}

function conclude(
  known: Solving['task']['issue']['criteria'],
  { attempt, model, plan, tests, unfinished }: ToVerify,
  records: readonly Evidence[],
  key: string,
  fileHashes: Readonly<Record<string, string | null>>,
  files: readonly { readonly additions: number; readonly deletions: number }[],
): SolveAttempt {
  const texts = new Map(known.map(({ id, text }) => [id, text]));
  const criteria = claimsTable(
    plan.criteria.map(({ id, text }) => ({
      id,
      // What the issue says counts, not what a plan makes of it.
      text: texts.get(id) ?? text,
      claims: tests.claims.filter(({ criterion }) => criterion === id).map(({ claim }) => claim),
    })),
    records.filter(({ stage }) => stage === 'prepare' || stage === 'verify'),
    { attempt, fileHashes },
  );
  const { before, after, again, records: ran } = runsOf(records, key);
  const comparison = after === null ? null : compareRuns(before, after, again);
  const verdict = judgeAttempt({ criteria, comparison, after: ran, isEmpty: files.length === 0, unfinished });
  const sum = (what: 'additions' | 'deletions') => files.reduce((total, file) => total + file[what], 0);
  return {
    attempt,
    model,
    ...verdict,
    criteria: criteria.map((one) => ({
      ...one,
      checks: one.checks.map((check) => ({ ...check, evidence: [...check.evidence] })),
    })),
    tests: comparison === null || after === null ? null : toTests(comparison, before, after),
    additions: sum('additions'),
    deletions: sum('deletions'),
    files: files.length,
    chosen: false,
  };
}

interface Runs {
  /** On the base, null where no report could be read; so of the others. */
  readonly before: TestRun | null;
  readonly after: TestRun | null;
  /** The second run on the same files, if there was one. */
  readonly again: TestRun | null;
  /** What the run after is read from. */
  readonly records: readonly TestEvidence[];
}

function runsOf(records: readonly Evidence[], key: string): Runs {
  const ran = records.filter(isTestRecord);
  const after = ran.filter(({ id }) => id.startsWith(`${key}.check.`));
  return {
    before: joinRuns(ran.filter(({ stage }) => stage === 'prepare')),
    after: joinRuns(after),
    again: joinRuns(ran.filter(({ id }) => id.startsWith(`${key}.again.`))),
    records: after,
  };
}

/** When all that speaks against a change are tests that passed before it, and none of them is to show a criterion. */
function deservesSecondRun({ before, after }: Runs, { claims }: SolveTests): boolean {
  if (after === null || !mayBeChance(before, compareRuns(before, after))) return false;
  const claimed = claims.flatMap(({ claim }) => (claim.kind === 'test' ? [claim.test] : []));
  return claimed.every((test) => matchTests(after.results, test).every(({ outcome }) => outcome === 'passed'));
}

type Totals = { readonly passed: number; readonly failed: number; readonly skipped: number; readonly error: number };

function toTests(
  comparison: Comparison,
  before: { readonly totals: Totals } | null,
  after: { readonly totals: Totals },
): NonNullable<SolveAttempt['tests']> {
  const totals = ({ totals: { passed, failed, error, skipped } }: { readonly totals: Totals }) => ({
    passed,
    failed: failed + error,
    skipped,
  });
  const ids = (results: readonly { readonly id: string }[]) => results.map(({ id }) => id);
  return {
    before: before === null ? null : totals(before),
    after: totals(after),
    newFailures: ids(comparison.newFailures),
    ...(comparison.unsteady === null ? {} : { unsteady: ids(comparison.unsteady) }),
    stillFailing: ids(comparison.stillFailing),
    fixed: ids(comparison.fixed),
    added: ids(comparison.added),
    silenced: ids(comparison.silenced),
    vanished: ids(comparison.vanished),
  };
}
