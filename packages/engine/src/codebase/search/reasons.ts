import type { SearchReason } from '@yudai/contract';
import { readAscending } from '../terms/bags.ts';
import type { FileRanking, RankedFile } from '../rank/rank-files.ts';
import type { Postings } from '../rank/postings.ts';
import { idfOf } from '../rank/bm25.ts';
import { filesDefining } from '../rank/signals/defined.ts';

const mostReasons = 5;
const mostWords = 5;

/** Why a file was found: the signals that added to its score, largest share first, and what each of them matched. */
export function reasonsOf(ranking: FileRanking, { file, parts }: RankedFile): SearchReason[] {
  const added = parts.filter(({ value }) => value > 0);
  const sum = added.reduce((total, { value }) => total + value, 0);
  return added
    .map(({ signal, value }) => ({
      signal,
      share: Math.round((value / sum) * 1000) / 1000,
      detail: detailOf(ranking, file, signal),
    }))
    .filter(({ share, detail }) => share > 0 && detail !== '')
    .slice(0, mostReasons);
}

function detailOf(ranking: FileRanking, file: number, signal: string): string {
  const { index } = ranking.scoring;
  const { path } = index.fields;
  switch (signal) {
    case 'code':
    case 'codeTitle':
      return words('its code has', wordsInChunks(ranking, file, signal === 'codeTitle'));
    case 'history':
    case 'historyText':
      return words(
        'commits that touched it speak of',
        wordsIn(ranking, index.fields.history, file, signal === 'history'),
      );
    case 'proseTitle':
      return words('its comments and strings have', wordsIn(ranking, index.fields.prose, file, true));
    case 'names':
      return words('its definitions are named', wordsIn(ranking, index.fields.names, file, false));
    case 'path':
    case 'pathTitle':
      return words('its path has', wordsIn(ranking, path, file, signal === 'pathTitle'));
    case 'phrases':
      return words('word pairs', pairsIn(ranking, file));
    case 'defined':
      return words('it defines', definedIn(ranking, file));
    case 'mentioned':
      return 'the text names its path or module';
    case 'framed':
    case 'brokeHere':
      return 'it stands in the stack trace';
    case 'tests':
      return 'a test of it is like the text';
    case 'changed':
      return `changed by ${index.changes.commits[file] ?? 0} commits`;
    case 'together':
      return 'it changes together with the first hits';
    case 'directory':
      return 'the files beside it are like the text';
    case 'commits':
    case 'commitsTitle':
      return 'a commit like the text touched it';
    case 'coverageTitle':
      return 'it has most words of the title';
    case 'vectors':
      return 'its meaning is near the text';
    default:
      return '';
  }
}

function words(what: string, found: readonly string[]): string {
  return found.length === 0 ? '' : `${what}: ${found.slice(0, mostWords).join(', ')}`;
}

/** The query's terms that a document has, those that say most first. */
function wordsIn({ query, scoring }: FileRanking, postings: Postings, document: number, title: boolean): string[] {
  return rarest(
    query,
    (term) =>
      holds(postings, scoring.index.terms.find(term.hash), document, document + 1)
        ? weigh(scoring.index.terms.find(term.hash))
        : 0,
    title,
  );

  function weigh(number: number): number {
    return idfOf(postings, number, scoring.limit);
  }
}

function wordsInChunks({ query, scoring: { index } }: FileRanking, file: number, title: boolean): string[] {
  const { body } = index.fields;
  const [from, to] = [index.chunks.starts[file] ?? 0, index.chunks.starts[file + 1] ?? 0];
  return rarest(
    query,
    ({ hash }) => {
      const number = index.terms.find(hash);
      return holds(body, number, from, to) ? idfOf(body, number, index.chunks.file.length) : 0;
    },
    title,
  );
}

function rarest(
  query: FileRanking['query'],
  weigh: (term: FileRanking['query']['terms'][number]) => number,
  title: boolean,
): string[] {
  return query.terms
    .filter((term) => !title || term.title > 0)
    .map((term) => ({ term: term.term, weight: weigh(term) * (term.all + 2 * term.title + term.code) }))
    .filter(({ weight }) => weight > 0)
    .toSorted((a, b) => b.weight - a.weight)
    .slice(0, mostWords)
    .map(({ term }) => query.written.get(term) ?? term);
}

function holds({ offsets, documents }: Postings, term: number, from: number, to: number): boolean {
  if (term < 0) return false;
  let low = offsets[term] ?? 0;
  let high = offsets[term + 1] ?? low;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((documents[middle] ?? 0) < from) low = middle + 1;
    else high = middle;
  }
  return low < (offsets[term + 1] ?? 0) && (documents[low] ?? Infinity) < to;
}

function pairsIn({ query, scoring: { index } }: FileRanking, file: number): string[] {
  const wanted = new Map(query.pairs.map(({ hash, words }) => [hash, words]));
  const found: { words: string; frequency: number }[] = [];
  const mask = index.pairs.frequency.length - 1;
  readAscending(
    { bytes: index.pairs.bytes, at: index.pairs.offsets[file] ?? 0 },
    index.pairs.counts[file] ?? 0,
    (hash) => {
      const shared = wanted.get(hash);
      if (shared !== undefined) found.push({ words: shared, frequency: index.pairs.frequency[hash & mask] ?? 0 });
    },
  );
  return found.toSorted((a, b) => a.frequency - b.frequency).map(({ words }) => words);
}

function definedIn({ query, scoring: { index } }: FileRanking, file: number): string[] {
  return query.names
    .filter(({ hash }) => filesDefining(index, hash).includes(file))
    .toSorted((a, b) => b.weight - a.weight)
    .map(({ name }) => name);
}
