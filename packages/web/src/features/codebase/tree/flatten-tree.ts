import type { TreeEntry } from '@yudai/contract';

/** What is known of one folder's children. */
export interface Folder {
  readonly entries: readonly TreeEntry[];
  readonly nextCursor: string | null;
  readonly state: 'loading' | 'ready' | 'failed';
}

export interface EntryRow {
  kind: 'entry';
  key: string;
  level: number;
  entry: TreeEntry;
  isOpen: boolean;
  position: number;
  setSize: number;
}

export type TreeRow =
  | EntryRow
  | { kind: 'loading'; key: string; level: number }
  | { kind: 'failed'; key: string; level: number; folder: string }
  | { kind: 'more'; key: string; level: number; folder: string; cursor: string };

/** The rows of the tree in the order they are shown, from the folders that are open and loaded. */
export function flattenTree(folders: ReadonlyMap<string, Folder>, open: ReadonlySet<string>): TreeRow[] {
  const rows: TreeRow[] = [];
  const walk = (path: string, level: number): void => {
    const folder = folders.get(path);
    if (folder === undefined || folder.state === 'loading')
      return void rows.push({ kind: 'loading', key: `loading ${path}`, level });
    if (folder.state === 'failed')
      return void rows.push({ kind: 'failed', key: `failed ${path}`, level, folder: path });
    folder.entries.forEach((entry, index) => {
      const isOpen = entry.kind === 'directory' && open.has(entry.path);
      const setSize = folder.nextCursor === null ? folder.entries.length : -1;
      rows.push({ kind: 'entry', key: entry.path, level, entry, isOpen, position: index + 1, setSize });
      if (isOpen) walk(entry.path, level + 1);
    });
    const cursor = folder.nextCursor;
    if (cursor !== null) rows.push({ kind: 'more', key: `more ${path}`, level, folder: path, cursor });
  };
  walk('', 1);
  return rows;
}

/** The next entry after `from` whose name starts with what was typed, round the end. */
export function findByTyping(rows: readonly TreeRow[], from: number, typed: string): number | null {
  const wanted = typed.toLowerCase();
  // One letter moves on; more letters may stay where they still match.
  const first = typed.length > 1 ? 0 : 1;
  for (let step = first; step <= rows.length; step += 1) {
    const index = (from + step) % rows.length;
    const row = rows[index];
    if (row?.kind === 'entry' && row.entry.name.toLowerCase().startsWith(wanted)) return index;
  }
  return null;
}

/** The row of the folder that holds the row at `index`. */
export function parentRow(rows: readonly TreeRow[], index: number): number | null {
  const level = rows[index]?.level ?? 1;
  for (let above = index - 1; above >= 0; above -= 1) {
    if ((rows[above]?.level ?? level) < level) return above;
  }
  return null;
}
