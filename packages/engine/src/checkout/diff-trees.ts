import type { SolveFile } from '@yudai/contract';
import { CheckoutError } from '#checkout/checkout-error.ts';
import { decodePath } from '#checkout/paths.ts';
import { rangesOf } from '#checkout/patch-ranges.ts';
import { git } from '#checkout/run-git.ts';
import { requireOid } from '#checkout/scratch-index.ts';

export interface DiffTreesOptions {
  readonly gitDir: string;
  /** Trees or commits. */
  readonly from: string;
  readonly to: string;
  readonly signal?: AbortSignal | undefined;
}

export interface TreeDiff {
  /** In git's order, which is the patch's. */
  readonly files: SolveFile[];
  /** For people: a unified diff with whole hashes. Of binary files it says that they differ; bytes that are not UTF-8 are replaced. */
  readonly patch: string;
}

/** A larger patch is not for people, nor for a model. */
const mostPatchBytes = 64 * 1024 * 1024;

/** What changes from one tree to another; renames are found. Throws `too_large`, `unknown_ref`, `broken_repository`, `cancelled`. */
export async function diffTrees(options: DiffTreesOptions): Promise<TreeDiff> {
  const diff = (...how: string[]) => git(diffRun(options, how));
  const records = await diff('--raw', '--numstat', '-z');
  if (records.length === 0) return { files: [], patch: '' };
  const patch = await diff('--patch', '--src-prefix=a/', '--dst-prefix=b/');
  const changes = readRaw(records);
  const counts = new Map(readNumstat(records).map((count) => [count.path, count]));
  const ranges = rangesOf(
    patch,
    changes.map(({ sections }) => sections),
  );
  const files = changes.map(({ path, from, kind }, index): SolveFile => {
    const count = counts.get(path);
    return {
      path: decodePath(Buffer.from(path, 'latin1')),
      from: from === null ? null : decodePath(Buffer.from(from, 'latin1')),
      kind,
      binary: count?.additions === null,
      additions: count?.additions ?? 0,
      deletions: count?.deletions ?? 0,
      ranges: [...(ranges[index] ?? [])],
    };
  });
  return { files, patch: patch.toString('utf8') };
}

/**
 * The same change without any loss, binary files too: what `applyToTree` makes into the same tree again, also in another git directory
 * that has the first tree. Not necessarily UTF-8. Throws like `diffTrees`.
 */
export async function patchBetween(options: DiffTreesOptions): Promise<Buffer> {
  return git(diffRun(options, ['--patch', '--binary', '--src-prefix=a/', '--dst-prefix=b/']));
}

function diffRun({ gitDir, from, to, signal }: DiffTreesOptions, how: readonly string[]) {
  return {
    gitDir,
    signal,
    maxOutput: mostPatchBytes,
    config: { 'core.quotePath': 'false' },
    args: [
      'diff-tree',
      '-r',
      '--full-index',
      '--find-renames',
      '-l1000',
      '--no-ext-diff',
      '--no-textconv',
      '--no-color',
      '--ignore-submodules=none',
      ...how,
      requireOid(from),
      requireOid(to),
    ],
  };
}

interface Change {
  readonly path: string;
  readonly from: string | null;
  readonly kind: SolveFile['kind'];
  /** How many parts the patch has for it. */
  readonly sections: number;
}

/** `:100644 100644 <old> <new> R090`, NUL, path, and for a rename NUL and the new path. */
function readRaw(records: Buffer): Change[] {
  const parts = records.toString('latin1').split('\0');
  const changes: Change[] = [];
  for (let at = 0; parts[at]?.startsWith(':') === true;) {
    const letter = parts[at]?.split(' ')[4]?.[0];
    const first = parts[at + 1] ?? '';
    if (letter === 'R') {
      changes.push({ path: parts[at + 2] ?? '', from: first, kind: 'renamed', sections: 1 });
      at += 3;
    } else {
      // A file that became a link, or the other way round, is one that is removed and one that is made.
      changes.push({ path: first, from: null, kind: kindOf(letter), sections: letter === 'T' ? 2 : 1 });
      at += 2;
    }
  }
  return changes;
}

function kindOf(letter: string | undefined): SolveFile['kind'] {
  if (letter === 'A') return 'created';
  if (letter === 'D') return 'deleted';
  if (letter === 'M' || letter === 'T') return 'modified';
  throw new CheckoutError('broken_repository', 'Git cannot compare these two trees.', {
    detail: `an entry of kind ${letter}`,
  });
}

/** Behind the raw records: `3 TAB 1 TAB path`, or `3 TAB 1 TAB`, NUL, old path, NUL, new path; `-` where lines are not counted. */
function readNumstat(records: Buffer): { path: string; additions: number | null; deletions: number | null }[] {
  const parts = records.toString('latin1').split('\0');
  const counts: { path: string; additions: number | null; deletions: number | null }[] = [];
  const number = (text: string | undefined) => (text === '-' ? null : Number(text));
  for (let at = parts.findIndex((part) => /^(?:\d+|-)\t(?:\d+|-)\t/.test(part)); at >= 0 && at < parts.length - 1;) {
    const [additions, deletions, ...rest] = (parts[at] ?? '').split('\t');
    const path = rest.join('\t');
    const isRename = path === '';
    counts.push({
      path: isRename ? (parts[at + 2] ?? '') : path,
      additions: number(additions),
      deletions: number(deletions),
    });
    at += isRename ? 3 : 1;
  }
  return counts;
}
