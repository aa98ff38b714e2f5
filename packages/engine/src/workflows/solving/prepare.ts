import type { Check, CommandEvidence, TestEvidence } from '#verify/index.ts';
import { toCommandEvidence, unknownFiles } from '#workflows/solving/records.ts';
import { checksOfTree } from '#workflows/solving/project-checks.ts';
import { isTestRecord, joinRuns, runChecks } from '#workflows/solving/run-checks.ts';
import type { SetUpRun } from '#workflows/solving/set-up.ts';
import type { Solving } from '#workflows/solving/solving-context.ts';
import { asStage } from '#workflows/solving/stage-run.ts';
import type { WorkTree } from '#workflows/solving/work-tree.ts';
import { amount } from '#workflows/solving/amount.ts';

const key = 'prepare.1';

/** How the project stood before anything was changed. */
export interface Before {
  readonly checks: readonly Check[];
  readonly records: readonly (CommandEvidence | TestEvidence)[];
}

/** Finds the checks of the project and runs them on the base, each once: what was recorded before a crash is not run again. */
export async function prepare(solving: Solving, workTree: WorkTree): Promise<Before> {
  const { task, ports } = solving;
  const { gitDir, tree } = task.base;
  return asStage(solving, { key, stage: 'prepare', attempt: 1, go: 1, model: null, mostSteps: 0 }, async (row) => {
    const { checks } = await checksOfTree(gitDir, tree, ports.signal);
    const wanted = checks.filter(({ kind }) => kind !== 'build');
    row.tell({ summary: wanted.length === 0 ? 'No checks were found.' : `${wanted.length} checks to run.` });
    for (const [order, check] of wanted.entries()) {
      const id = `${key}.check.${order + 1}`;
      await ports.step(`prepare:check:${order + 1}`, async ({ signal }) => {
        if ((await ports.recorded()).some((record) => record.id === id)) return;
        const box = await workTree.ready(tree, signal);
        workTree.touched();
        const headOf = () => ({ id, at: ports.now(), stage: 'prepare' as const, attempt: 1, fileHashes: {} });
        const callId = `check-${order + 1}`;
        let offset = 0;
        const onOutput = (text: string) => {
          ports.tell({ what: 'output', key, callId, offset, text });
          offset += text.length;
        };
        await ports.record(await runChecks(box, [check], { when: 'before', signal, headOf, onOutput }));
      });
    }
    const ids = new Set(wanted.map((_, order) => `${key}.check.${order + 1}`));
    const records = (await ports.recorded()).filter(
      (record): record is CommandEvidence | TestEvidence =>
        ids.has(record.id) && (record.kind === 'command' || record.kind === 'test'),
    );
    row.tell({ summary: summaryOf(records) });
    return { checks, records };
  });
}

/** What set a work tree up, kept as records. */
export function setUpRecorder({ ports }: Solving, name: string): (runs: readonly SetUpRun[]) => Promise<void> {
  return async (runs) => {
    const head = { at: ports.now(), stage: 'prepare' as const, attempt: 1, fileHashes: unknownFiles };
    await ports.record(
      runs.map(({ command, result }, order) =>
        toCommandEvidence({ ...head, id: `set-up.${name}.${order + 1}` }, command, null, result),
      ),
    );
  };
}

function summaryOf(records: readonly (CommandEvidence | TestEvidence)[]): string {
  const run = joinRuns(records.filter(isTestRecord));
  if (run === null) return 'No tests of this project could be run and read.';
  const { passed, failed, error, skipped } = run.totals;
  return `Before the change: ${amount(passed, 'test')} passed, ${failed + error} failed, ${skipped} skipped.`;
}
