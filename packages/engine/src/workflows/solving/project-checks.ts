import { listTree, openBlobReader, type TreeEntry } from '#checkout/index.ts';
import { decodeText } from '#codebase/classify/decode.ts';
import { type Check, filesForChecks, findChecks, type SetUp } from '#verify/index.ts';

/** A tree as far as its checks need it. */
export interface ProjectChecks {
  readonly checks: readonly Check[];
  /** What makes a fresh work tree ready for them, each once. */
  readonly setUps: readonly SetUp[];
  /** By path. */
  readonly entries: ReadonlyMap<string, TreeEntry>;
}

/** Reads the manifests of a tree and says what it offers to tell whether it is right. Runs nothing. */
export async function checksOfTree(gitDir: string, tree: string, signal: AbortSignal): Promise<ProjectChecks> {
  const entries = new Map<string, TreeEntry>();
  for await (const entry of listTree(gitDir, tree, { signal })) entries.set(entry.path, entry);
  const paths = [...entries.keys()];
  const texts = new Map<string, string>();
  await using reader = openBlobReader(gitDir);
  for (const path of filesForChecks(paths)) {
    const entry = entries.get(path);
    if (entry?.kind !== 'file' && entry?.kind !== 'executable') continue;
    if ((entry.size ?? 0) < 1024 * 1024) texts.set(path, decodeText(await reader.read(entry.blob)).text);
  }
  const checks = findChecks({ paths, text: (path) => texts.get(path) ?? null });
  return { checks, setUps: eachOnce(checks.map(({ setup }) => setup)), entries };
}

/** Those that do something, the ones nearer to the root first. */
function eachOnce(setUps: readonly SetUp[]): SetUp[] {
  const byText = new Map(
    setUps
      .filter(({ commands }) => commands.length > 0)
      .map((setUp): [string, SetUp] => [JSON.stringify([setUp.directory, setUp.commands]), setUp]),
  );
  return [...byText.values()].toSorted((a, b) => a.directory.length - b.directory.length);
}
