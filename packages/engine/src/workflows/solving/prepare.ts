import type { Check, CommandEvidence, Evidence, TestEvidence, TestRun } from '#verify/index.ts';
import { toCommandEvidence, unknownFiles } from '#workflows/solving/records.ts';
import { outputOf } from '#workflows/solving/output-of.ts';
import { checksOfTree } from '#workflows/solving/project-checks.ts';
import { isTestRecord, joinRuns, runChecks } from '#workflows/solving/run-checks.ts';
import type { SetUpWatch } from '#workflows/solving/set-up.ts';
import type { Solving } from '#workflows/solving/solving-context.ts';
import { asStage } from '#workflows/solving/stage-run.ts';
import type { WorkTree } from '#workflows/solving/work-tree.ts';
import { amount } from '#workflows/solving/amount.ts';

const key = 'prepare.1';

/** How the project stood before anything was changed. */
export interface Before {
  readonly checks: readonly Check[];
  readonly records: readonly (CommandEvidence | TestEvidence)[];
  /** The line of the set-up that failed, at which it ended; null when nothing did. */
  readonly failedSetUp: CommandEvidence | null;
}

/** Why nobody should begin to work: what was to be installed is not, and no test can be run. Null where one can. */
export function whyUnready({ records, failedSetUp }: Before): string | null {
  const tests = records.filter(isTestRecord);
  if (failedSetUp === null || tests.length === 0 || testsThatRan(tests) !== null) return null;
  return (
    `What the project needs could not be installed, and no test of it runs without. \`${failedSetUp.command}\` ${howItEnded(failedSetUp)}:\n` +
    `${lastLines(failedSetUp.output)}\nNothing was asked of a model. Mend that, or set the steps and the hosts that may be reached under “How it is solved”.`
  );
}

/** Finds the checks of the project and runs them on the base, each once: what was recorded before a crash is not run again. */
export async function prepare(solving: Solving, workTree: WorkTree): Promise<Before> {
  const { task, ports } = solving;
  const { gitDir, tree } = task.base;
  return asStage(solving, { key, stage: 'prepare', attempt: 1, go: 1, model: null, mostSteps: 0 }, async (row) => {
    const { checks, setUps } = await checksOfTree(gitDir, tree, ports.signal);
    const wanted = checks.filter(({ kind }) => kind !== 'build');
    const toRun = wanted.length === 0 ? 'No checks were found' : `${amount(wanted.length, 'check')} to run`;
    row.tell({ summary: `${toRun}${(task.setUp ?? setUps).length === 0 ? '' : '; first the set-up'}.` });
    for (const [order, check] of wanted.entries()) {
      const id = `${key}.check.${order + 1}`;
      await ports.step(`prepare:check:${order + 1}`, async ({ signal }) => {
        if ((await ports.recorded()).some((record) => record.id === id)) return;
        const box = await workTree.ready(tree, signal);
        workTree.touched();
        const headOf = () => ({ id, at: ports.now(), stage: 'prepare' as const, attempt: 1, fileHashes: {} });
        const onOutput = outputOf(solving, key, `check-${order + 1}`);
        await ports.record(await runChecks(box, [check], { when: 'before', signal, headOf, onOutput }));
      });
    }
    const recorded = await ports.recorded();
    const ids = new Set(wanted.map((_, order) => `${key}.check.${order + 1}`));
    const records = recorded.filter(
      (record): record is CommandEvidence | TestEvidence =>
        ids.has(record.id) && (record.kind === 'command' || record.kind === 'test'),
    );
    const failedSetUp = recorded.find(isFailedSetUp) ?? null;
    row.tell({ summary: summaryOf(records, failedSetUp) });
    return { checks, records, failedSetUp };
  });
}

/** Its lines are numbered after this. */
function setUpOf(workTree: string): string {
  return `set-up.${workTree}`;
}

/** Tells what the set-up of a work tree prints, in a stage, and keeps what ran as records. */
export function setUpWatch(solving: Solving, name: string, stageKey: string = key): SetUpWatch {
  const { ports } = solving;
  return {
    begin: (command) => outputOf(solving, stageKey, command),
    async ended(runs) {
      const head = { at: ports.now(), stage: 'prepare' as const, attempt: 1, fileHashes: unknownFiles };
      await ports.record(
        runs.map(({ command, result }, order) =>
          toCommandEvidence({ ...head, id: `${setUpOf(name)}.${order + 1}` }, command, null, result),
        ),
      );
    },
  };
}

function testsThatRan(records: readonly TestEvidence[]): TestRun | null {
  const run = joinRuns(records);
  return run === null || run.results.length === 0 ? null : run;
}

function isFailedSetUp(record: Evidence): record is CommandEvidence {
  return record.kind === 'command' && record.id.startsWith(`${setUpOf('1')}.`) && record.exitCode !== 0;
}

function summaryOf(records: Before['records'], failedSetUp: CommandEvidence | null): string {
  const installed =
    failedSetUp === null ? '' : `The set-up failed: \`${failedSetUp.command}\` ${howItEnded(failedSetUp)}. `;
  const run = testsThatRan(records.filter(isTestRecord));
  if (run === null) return `${installed}No tests of this project could be run and read.`;
  const { passed, failed, error, skipped } = run.totals;
  return `${installed}Before the change: ${amount(passed, 'test')} passed, ${failed + error} failed, ${skipped} skipped.`;
}

/** How a command that failed came to its end, after its name. */
export function howItEnded({ exitCode, finished }: CommandEvidence): string {
  return finished ? `ended with ${exitCode}` : 'was stopped before its end';
}

/** What a person or a model needs to see of the output of a set-up. */
export function lastLines(output: string): string {
  return output.trimEnd().split('\n').slice(-12).join('\n').slice(-2000);
}
