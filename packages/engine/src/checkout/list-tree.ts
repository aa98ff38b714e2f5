import { decodePath } from '#checkout/paths.ts';
import { readRecords } from '#checkout/read-records.ts';

/** One entry of a snapshot. */
export interface TreeEntry {
  /** From the root, with `/`; bytes that are not UTF-8 are shown as `\xff`. */
  readonly path: string;
  /** As git writes it: `100644`, `100755`, `120000`, `160000`. */
  readonly mode: string;
  readonly kind: 'file' | 'executable' | 'symlink' | 'submodule';
  /** The content's object id; of a submodule the commit it points to. */
  readonly blob: string;
  /** Bytes; 0 of a submodule. Null when the content is not here. */
  readonly size: number | null;
}

/** Every file of a commit or tree, in git's order. Throws `broken_repository`. */
export async function* listTree(
  gitDir: string,
  treeish: string,
  options: { readonly signal?: AbortSignal | undefined } = {},
): AsyncIterable<TreeEntry> {
  const args = ['ls-tree', '-r', '-l', '-z', '--full-tree', '--end-of-options', treeish];
  for await (const record of readRecords({ gitDir, args, signal: options.signal })) {
    yield toEntry(record);
  }
}

function toEntry(record: Buffer): TreeEntry {
  const tab = record.indexOf(0x09);
  const [mode = '', , blob = '', size = ''] = record.subarray(0, tab).toString('latin1').split(/ +/);
  const bytes = Number(size);
  return {
    path: decodePath(record.subarray(tab + 1)),
    mode,
    kind: kindOf(mode),
    blob,
    size: size === '-' ? 0 : Number.isNaN(bytes) ? null : bytes,
  };
}

function kindOf(mode: string): TreeEntry['kind'] {
  if (mode === '160000') return 'submodule';
  if (mode === '120000') return 'symlink';
  return mode === '100755' ? 'executable' : 'file';
}
