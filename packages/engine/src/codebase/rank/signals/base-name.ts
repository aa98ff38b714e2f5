import type { IndexedFile } from '../rank-index.ts';

/** A file's name up to its first dot. */
export function baseOf(file: IndexedFile | undefined): string {
  const name = file?.path.slice(file.path.lastIndexOf('/') + 1) ?? '';
  const dot = name.indexOf('.', 1);
  return dot < 0 ? name : name.slice(0, dot);
}
