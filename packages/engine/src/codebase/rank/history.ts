import { createLexicon } from '../terms/lexicon.ts';
import { forEachName } from '../terms/words.ts';

/** One commit of the indexed commit's ancestry. */
export interface HistoryCommit {
  readonly message: string;
  readonly paths: readonly string[];
}

/** What the ancestors of a snapshot say about its files: the words of the messages that touched each, and how it changes. */
export interface FileHistory {
  /** Per file: term hashes and how often they occur in its messages. */
  readonly words: ReadonlyMap<string, ReadonlyMap<number, number>>;
  /** How many commits touched each file. */
  readonly changes: ReadonlyMap<string, number>;
  /** Files of each commit that touched several, newest first: what changes together. */
  readonly together: readonly (readonly string[])[];
  /** The words of each commit's message with the files it touched, newest first. */
  readonly commits: readonly { readonly words: ReadonlyMap<number, number>; readonly paths: readonly string[] }[];
}

// A commit that touches more is a rename, a format or a release, and says nothing about a file.
const mostPaths = 30;
const longestMessage = 4000;
const trailer =
  /^(?:signed-off-by|co-authored-by|reviewed-by|git-svn-id|change-id|acked-by|cc|tested-by|backport of):?.*$/gim;

/** Sums messages per touched file. Give it ancestors of the indexed commit only: other history may hold what is being asked for. */
export async function readFileHistory(
  commits: AsyncIterable<HistoryCommit> | Iterable<HistoryCommit>,
  wanted: ReadonlySet<string>,
): Promise<FileHistory> {
  const lexicon = createLexicon();
  const words = new Map<string, Map<number, number>>();
  const changes = new Map<string, number>();
  const together: string[][] = [];
  const kept: { words: Map<number, number>; paths: string[] }[] = [];

  for await (const { message, paths } of commits) {
    if (paths.length > mostPaths) continue;
    const known = paths.filter((path) => wanted.has(path));
    if (known.length === 0) continue;
    const counts = countMessage(message, lexicon);
    for (const path of known) {
      const bag = words.get(path) ?? new Map<number, number>();
      for (const [hash, count] of counts) bag.set(hash, (bag.get(hash) ?? 0) + count);
      words.set(path, bag);
      changes.set(path, (changes.get(path) ?? 0) + 1);
    }
    if (known.length > 1) together.push(known);
    kept.push({ words: counts, paths: known });
  }
  return { words, changes, together, commits: kept };
}

function countMessage(message: string, lexicon: ReturnType<typeof createLexicon>): Map<number, number> {
  const counts = new Map<number, number>();
  const text = message.slice(0, longestMessage).replaceAll(trailer, '');
  forEachName(text, 0, text.length, (start, end, nameHash) => {
    for (const term of lexicon.terms(lexicon.lex(text, start, end, nameHash))) {
      const hash = lexicon.hash(term);
      counts.set(hash, (counts.get(hash) ?? 0) + 1);
    }
  });
  return counts;
}
