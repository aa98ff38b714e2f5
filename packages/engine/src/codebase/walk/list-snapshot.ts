import { type TreeEntry, listTree, openBlobReader } from '#checkout/index.ts';
import { decodeText } from '#codebase/classify/decode.ts';
import { type AttributesOf, readAttributes } from '#codebase/classify/attributes.ts';

export interface Listing {
  /** Every entry of the tree, once, in git's order. */
  readonly entries: readonly TreeEntry[];
  readonly attributesOf: AttributesOf;
}

const largestAttributes = 256 * 1024;

/** Lists a tree and reads its `.gitattributes`. Throws `broken_repository`. */
export async function listSnapshot(gitDir: string, tree: string, signal: AbortSignal): Promise<Listing> {
  const entries: TreeEntry[] = [];
  for await (const entry of listTree(gitDir, tree, { signal })) entries.push(entry);
  signal.throwIfAborted();
  const files = entries.filter(isAttributes);
  if (files.length === 0) return { entries, attributesOf: readAttributes(new Map()) };
  await using reader = openBlobReader(gitDir);
  const texts = await Promise.all(
    files.map(async ({ path, blob }) => [path, decodeText(await reader.read(blob)).text] as const),
  );
  return { entries, attributesOf: readAttributes(new Map(texts)) };
}

function isAttributes({ path, kind, size }: TreeEntry): boolean {
  if (kind === 'symlink' || kind === 'submodule' || size === null || size > largestAttributes) return false;
  return path === '.gitattributes' || path.endsWith('/.gitattributes');
}
