import type { SnapshotEntry } from '@yudai/engine/codebase';
import type { FileCategory, SkipReason, TreeEntry } from '@yudai/contract';

/** One path of a snapshot as it is stored; see `codebaseFiles`. */
export interface FileRow {
  readonly path: string;
  readonly parent: string;
  readonly kind: TreeEntry['kind'];
  readonly blob: string | null;
  readonly size: number;
  readonly tokens: number;
  readonly files: number;
  readonly lines: number;
  readonly language: string | null;
  readonly category: FileCategory | null;
  readonly skipped: SkipReason | null;
  readonly facts: string | null;
}

/** A row as people see it: its category is the corrected one. */
export interface CorrectedRow extends FileRow {
  /** What path and language say; null for a directory. */
  readonly ownCategory: FileCategory | null;
}

interface Sums {
  size: number;
  tokens: number;
  files: number;
  lines: number;
}

/** The rows of a snapshot: one per entry and one per directory, whose size, tokens, files and lines are sums of all below it. */
export function rowsOf(entries: readonly SnapshotEntry[]): FileRow[] {
  const directories = new Map<string, Sums>();
  const rows = entries.map((entry) => {
    for (let parent = parentOf(entry.path); parent !== ''; parent = parentOf(parent)) addTo(directories, parent, entry);
    return rowOf(entry);
  });
  for (const [path, sums] of directories) {
    rows.push({ ...nothing, ...sums, path, parent: parentOf(path), kind: 'directory' });
  }
  return rows;
}

/** What must be written to turn the stored rows into the wanted ones. */
export function differenceOf(
  stored: readonly FileRow[],
  wanted: readonly FileRow[],
): { changed: FileRow[]; removed: string[] } {
  const before = new Map(stored.map((row) => [row.path, fingerprintOf(row)]));
  const changed = wanted.filter((row) => before.get(row.path) !== fingerprintOf(row));
  for (const { path } of wanted) before.delete(path);
  return { changed, removed: [...before.keys()] };
}

export function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

const nothing = { blob: null, language: null, category: null, skipped: null, facts: null };

function addTo(directories: Map<string, Sums>, path: string, entry: SnapshotEntry): void {
  const sums = directories.get(path) ?? { size: 0, tokens: 0, files: 0, lines: 0 };
  sums.size += entry.size;
  sums.tokens += entry.tokens;
  sums.files += 1;
  sums.lines += entry.lines;
  directories.set(path, sums);
}

function rowOf(entry: SnapshotEntry): FileRow {
  const { path, kind, blob, size, tokens, lines, language, category, skipped, facts } = entry;
  return {
    path,
    parent: parentOf(path),
    kind,
    blob,
    size,
    tokens,
    files: 1,
    lines,
    language,
    category,
    skipped,
    facts,
  };
}

function fingerprintOf(row: FileRow): string {
  const { kind, blob, size, tokens, files, lines, language, category, skipped, facts } = row;
  return JSON.stringify([kind, blob, size, tokens, files, lines, language, category, skipped, facts]);
}

/** The entries that rows were made of, in the order of their paths. */
export function entriesOf(rows: readonly FileRow[]): SnapshotEntry[] {
  return rows
    .flatMap(({ kind, path, blob, size, tokens, lines, language, category, skipped, facts }): SnapshotEntry[] =>
      kind === 'directory'
        ? []
        : [
            {
              kind,
              path,
              blob: blob ?? '',
              size,
              tokens,
              lines,
              language,
              category: category ?? 'other',
              skipped,
              facts,
            },
          ],
    )
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
}
