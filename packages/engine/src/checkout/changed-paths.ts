import { CheckoutError } from '#checkout/checkout-error.ts';
import { decodePath } from '#checkout/paths.ts';
import { readRecords } from '#checkout/read-records.ts';

export interface ChangedPath {
  readonly path: string;
  readonly change: 'added' | 'modified' | 'deleted';
  /** The content it has after the change; null when deleted. */
  readonly blob: string | null;
}

/** What differs between two commits or trees; a renamed file is a deleted and an added one. Throws `broken_repository`. */
export async function* changedPaths(
  gitDir: string,
  from: string,
  to: string,
  options: { readonly signal?: AbortSignal | undefined } = {},
): AsyncIterable<ChangedPath> {
  const args = [
    'diff-tree',
    '-r',
    '-z',
    '--raw',
    '--no-abbrev',
    '--no-renames',
    '--no-ext-diff',
    '--end-of-options',
    from,
    to,
  ];
  let head: { change: ChangedPath['change']; blob: string | null } | null = null;
  for await (const record of readRecords({ gitDir, args, signal: options.signal })) {
    if (head === null) {
      head = readChange(record.toString('latin1'));
      continue;
    }
    yield { path: decodePath(record), ...head };
    head = null;
  }
}

/** `:100644 100644 <old> <new> M` */
function readChange(line: string): { change: ChangedPath['change']; blob: string | null } {
  const [, , , blob = '', letter = ''] = line.split(' ');
  switch (letter) {
    case 'A':
      return { change: 'added', blob };
    case 'D':
      return { change: 'deleted', blob: null };
    case 'M':
    case 'T':
      return { change: 'modified', blob };
    default:
      throw new CheckoutError('broken_repository', 'Git cannot compare these two snapshots.', {
        detail: line.slice(0, 200),
      });
  }
}
