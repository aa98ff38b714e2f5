import type { Id, SolveDiff, SolveFile } from '@yudai/contract';
import {
  applyToTree,
  CheckoutError,
  diffTrees,
  dropRefs,
  keepRef,
  patchBetween,
  treeFile,
  treeWith,
  type TreeDiff,
} from '@yudai/engine/checkout';
import type { SolveState } from '@yudai/engine/solving';
import type { Projects } from '#features/projects/index.ts';
import { AppError } from '#kernel/app-error.ts';
import type { ChangeRow } from './record-store.ts';
import type { SolveRow } from './store.ts';

/** What a screen is given of a change. */
const mostPatch = 1_000_000;
const mostText = 1_000_000;

export type Trees = ReturnType<typeof createTrees>;
type OfRow = Pick<SolveRow, 'id' | 'projectId' | 'base'>;

/** The states of the files that a solve has made, in the git directory of its project. */
export function createTrees({ projects }: { readonly projects: Pick<Projects, 'gitDirOf'> }) {
  const { gitDirOf } = projects;

  /** Holds a tree, so that git does not throw it away. False when its objects are not here. */
  async function hold(row: OfRow, name: string, tree: string): Promise<boolean> {
    try {
      await keepRef({ gitDir: gitDirOf(row.projectId), name: `solves/${row.id}/${name}`, object: tree });
      return true;
    } catch (error) {
      if (error instanceof CheckoutError && error.reason === 'broken_repository') return false;
      throw error;
    }
  }

  /** Makes sure that everything of a solve is in this node's git directory. Throws `conflict` when what it began with is gone. */
  async function restore(row: OfRow, changes: readonly Pick<ChangeRow, 'attempt' | 'tree' | 'patch'>[]): Promise<void> {
    if (!(await hold(row, 'base', row.base.tree))) {
      throw new AppError('conflict', 'The files that this solve began with are not here any more. Start it anew.');
    }
    for (const { attempt, tree, patch } of changes) {
      if (await hold(row, nameOf(attempt), tree)) continue;
      await applyToTree({ gitDir: gitDirOf(row.projectId), tree: row.base.tree, patch });
      await hold(row, nameOf(attempt), tree);
    }
  }

  async function diff(row: OfRow, from: string, to: string, signal?: AbortSignal): Promise<TreeDiff> {
    return diffTrees({ gitDir: gitDirOf(row.projectId), from, to, signal });
  }

  return {
    restore,
    hold,
    diff,

    /** The change to a tree, for whoever keeps it. */
    async changeTo(row: OfRow, attempt: number, tree: string): Promise<ChangeRow> {
      const gitDir = gitDirOf(row.projectId);
      await hold(row, nameOf(attempt), tree);
      const { files } = await diff(row, row.base.tree, tree);
      const patch = await patchBetween({ gitDir, from: row.base.tree, to: tree });
      return { solveId: row.id, projectId: row.projectId, attempt, tree, patch, files };
    },

    file: (row: OfRow, tree: string, path: string): Promise<Buffer | null> =>
      treeFile({ gitDir: gitDirOf(row.projectId), tree, path }),

    /** The change without any loss, for `git apply`: binary files are in it. */
    async patch(row: OfRow, to: string, signal: AbortSignal): Promise<string> {
      return (await patchBetween({ gitDir: gitDirOf(row.projectId), from: row.base.tree, to, signal })).toString(
        'utf8',
      );
    },

    /** Throws `bad_path` where no file can stand in a tree, because there is a folder or a submodule. */
    async requirePlace(row: OfRow, tree: string, path: string): Promise<void> {
      await treeWith({ gitDir: gitDirOf(row.projectId), tree, changes: { [path]: '' } });
    },

    /** Nobody needs what a solve has made any more. */
    async forget(projectId: Id<'project'>, id: Id<'solve'>): Promise<void> {
      await dropRefs({ gitDir: gitDirOf(projectId), prefix: `solves/${id}` }).catch((error: unknown) => {
        // A project that is gone has taken its git directory with it.
        if (!(error instanceof CheckoutError)) throw error;
      });
    },
  };
}

/** The trees in a state, by attempt: 0 is what the tester made. */
export function treesIn(state: SolveState): { attempt: number; tree: string }[] {
  const { attempts } = state;
  const tests = testsIn(state);
  return [
    ...(tests === null ? [] : [{ attempt: 0, tree: tests }]),
    ...attempts.map(({ attempt, tree }) => ({ attempt, tree })),
  ];
}

/** The files with the tests: as they were handed over, or as far as the tester has come. */
export function testsIn({ testsTree, draftTree = null }: SolveState): string | null {
  return testsTree ?? draftTree;
}

/** For a screen. */
export function toDiff({ files, patch }: { readonly files: readonly SolveFile[]; readonly patch: string }): SolveDiff {
  const truncated = patch.length > mostPatch;
  return { files: [...files], patch: truncated ? patch.slice(0, mostPatch).toWellFormed() : patch, truncated };
}

/** Null for what is no text, or too long. */
export function toText(content: Buffer | null): string | null {
  if (content === null || content.length > mostText || content.includes(0)) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    // It is not UTF-8.
    return null;
  }
}

function nameOf(attempt: number): string {
  return attempt === 0 ? 'tests' : `attempt-${attempt}`;
}
