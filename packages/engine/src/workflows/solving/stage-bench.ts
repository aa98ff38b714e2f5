import type { SolveStage } from '@yudai/contract';
import type { Bench } from '#agent/run-agent.ts';
import { diffTrees, treeFile } from '#checkout/index.ts';
import type { CommandResult } from '#sandbox/index.ts';
import type { Workbench } from '#tools/index.ts';
import type { Evidence } from '#verify/index.ts';
import type { Boundary } from '#workflows/solving/boundary.ts';
import { hashesBetween, pathsOf } from '#workflows/solving/file-hashes.ts';
import { type RecordHead, toCommandEvidence, unknownFiles } from '#workflows/solving/records.ts';
import type { Solving } from '#workflows/solving/solving-context.ts';
import type { StageRow } from '#workflows/solving/stage-run.ts';
import type { WorkTree } from '#workflows/solving/work-tree.ts';

/** What a round of tools leaves. */
export interface BenchKept {
  /** The work tree after it. */
  readonly tree: string;
  /** Files that were put back, because this stage must not change them. */
  readonly trespasses: readonly string[];
}

/** Where the agent of one stage works: with a boundary, a checkpoint after every round of tools, and records of what ran. */
export interface StageBench extends Bench<BenchKept> {
  /** The tree after the last round. */
  readonly tree: string;
  readonly trespasses: readonly string[];
  /** Head of the next record of this round. */
  recordHead(what: string): RecordHead;
  /** Keeps a record with the round. */
  record(evidence: Evidence): void;
  /** The work tree as it is in the middle of a round, within the boundary. */
  look(signal: AbortSignal): Promise<string>;
}

export interface StageBenchOptions {
  readonly stage: SolveStage;
  readonly attempt: number;
  readonly row: StageRow;
  readonly workTree: WorkTree;
  readonly start: string;
  readonly boundary: (taken: ReadonlySet<string>) => Boundary;
  readonly network: boolean;
  /** Told the tree after every round. */
  readonly onTree: (tree: string) => Promise<void>;
}

export function createStageBench(solving: Solving, options: StageBenchOptions): StageBench {
  const { task, ports, checkSyntax } = solving;
  const { stage, attempt, row, workTree } = options;
  const { gitDir } = task.base;
  let tree = options.start;
  let boundary: Boundary = () => null;
  let round = { number: 0, records: new Array<Evidence>(), notes: new Array<string>(), trespasses: new Set<string>() };
  const trespasses = new Set<string>();

  const recordHead = (what: string): RecordHead => ({
    id: `${row.key}.${round.number}.${round.records.length + 1}${what === '' ? '' : `.${what}`}`,
    at: ports.now(),
    stage,
    attempt,
    fileHashes: unknownFiles,
  });

  /** What was changed and must not have been is put back, so that what is captured is within the boundary. */
  async function look(signal: AbortSignal): Promise<string> {
    const captured = await workTree.capture(signal);
    if (captured.tree === tree) return tree;
    const { files } = await diffTrees({ gitDir, from: tree, to: captured.tree, signal });
    const beyond = pathsOf(files).filter((path) => boundary(path) !== null);
    if (beyond.length === 0) return captured.tree;
    for (const path of beyond) round.trespasses.add(path);
    await workTree.putBack(tree, beyond, signal);
    return (await workTree.capture(signal)).tree;
  }

  /** Writes what people have taken over the way they want it. Returns the tree with that. */
  async function takeOver(signal: AbortSignal): Promise<void> {
    const taken = await ports.taken();
    boundary = options.boundary(new Set(Object.keys(taken)));
    const box = await workTree.ready(tree, signal);
    const differing: string[] = [];
    for (const [path, content] of Object.entries(taken)) {
      const now = await treeFile({ gitDir, tree, path, signal });
      if ((now?.toString('utf8') ?? null) === content) continue;
      if (content === null) await box.remove(path);
      else await box.writeFile(path, content);
      differing.push(path);
    }
    if (differing.length === 0) return;
    tree = (await workTree.capture(signal)).tree;
    round.notes.push(`A person has taken over and written: ${differing.join(', ')}. Leave it as it is now.`);
  }

  function portOf(callId: string): Workbench {
    let offset = 0;
    return {
      box: boxNow(),
      reader: ports.reader,
      network: options.network,
      checkSyntax,
      refusal: (path) => boundary(path),
      onOutput(text) {
        if (text === '') return;
        ports.tell({ what: 'output', key: row.key, callId, offset, text });
        offset += text.length;
      },
      ran: (command: string, result: CommandResult) =>
        round.records.push(toCommandEvidence(recordHead(''), command, null, result)),
    };
  }

  let box: Workbench['box'] | null = null;
  function boxNow(): Workbench['box'] {
    if (box === null) throw new Error('A workbench is used before it was opened.');
    return box;
  }

  return {
    get tree() {
      return tree;
    },
    get trespasses() {
      return [...trespasses];
    },
    recordHead,
    record: (evidence) => void round.records.push(evidence),
    look,
    async open(number, mayChange) {
      round = { number, records: [], notes: [], trespasses: new Set() };
      await takeOver(ports.signal);
      box = await workTree.ready(tree, ports.signal);
      if (mayChange) workTree.touched();
      return portOf;
    },
    async settle(number, mayHaveChanged) {
      const after = mayHaveChanged ? await look(ports.signal) : tree;
      const changed = after !== tree;
      if (changed) {
        const { hashes } = await hashesBetween(gitDir, tree, after, ports.signal);
        round.records.push({
          ...recordHead('edit'),
          id: `${row.key}.${number}.edit`,
          kind: 'edit',
          fileHashes: hashes,
        });
      }
      if (round.records.length > 0) await ports.record(round.records);
      const beyond = [...round.trespasses];
      const put = beyond.map((path) => `${path}: ${boundary(path) ?? ''}`);
      const words = [
        ...round.notes,
        ...(put.length === 0 ? [] : [`These were changed and have been put back.\n${put.join('\n')}`]),
      ].join('\n\n');
      return { kept: { tree: after, trespasses: beyond }, words: words === '' ? null : words, changed };
    },
    async took(kept) {
      for (const path of kept.trespasses) trespasses.add(path);
      if (kept.trespasses.length > 0) row.tell({ trespasses: [...trespasses] });
      if (kept.tree === tree && kept.trespasses.length === 0) return;
      tree = kept.tree;
      row.changed((await diffTrees({ gitDir, from: task.base.tree, to: tree, signal: ports.signal })).files);
      await options.onTree(tree);
    },
  };
}
