import { execFileSync } from 'node:child_process';
import { stemmer } from 'stemmer';
import { isStopWord } from '../../packages/engine/src/codebase/terms/words.ts';
import type { IndexedFile } from '../../packages/engine/src/codebase/rank/rank-index.ts';

interface Document {
  readonly path: string;
  /** Every word as written, lower-cased. */
  readonly words: ReadonlySet<string>;
  readonly stems: ReadonlyMap<string, number>;
  readonly length: number;
}

/** The rankers that others use, over the same candidates. Words of a blob are read once a repository. */
export interface Baselines {
  /** BM25 over whole files as SWE-bench does it: words, stop words, Porter; k1 0.9, b 0.4. */
  bm25(files: readonly IndexedFile[], query: string): string[];
  /** What a patient person does with ripgrep: the twelve rarest words of the issue, files by which of them they have. */
  ripgrep(files: readonly IndexedFile[], query: string): string[];
}

export function openBaselines(gitDir: string): Baselines {
  const known = new Map<string, Omit<Document, 'path'>>();
  const documentsOf = (files: readonly IndexedFile[]): Document[] => {
    const missing = [...new Set(files.map(({ blob }) => blob))].filter((blob) => !known.has(blob));
    for (const [blob, text] of readBlobs(gitDir, missing)) known.set(blob, countWords(text));
    return files.flatMap(({ path, blob }) => {
      const counted = known.get(blob);
      return counted === undefined ? [] : [{ path, ...counted }];
    });
  };
  return {
    bm25: (files, query) => rankByBm25(documentsOf(files), query),
    ripgrep: (files, query) => rankByRareWords(documentsOf(files), query),
  };
}

function rankByBm25(documents: readonly Document[], query: string): string[] {
  const [k1, b] = [0.9, 0.4];
  const mean = documents.reduce((sum, { length }) => sum + length, 0) / Math.max(1, documents.length);
  const wanted = [...countWords(query).stems].map(([stem, count]) => {
    const holding = documents.reduce((sum, { stems }) => sum + (stems.has(stem) ? 1 : 0), 0);
    return { stem, count, idf: Math.log(1 + (documents.length - holding + 0.5) / (holding + 0.5)) };
  });
  return byScore(documents, ({ stems, length }) =>
    wanted.reduce((sum, { stem, count, idf }) => {
      const times = stems.get(stem) ?? 0;
      return times === 0 ? sum : sum + (count * idf * times) / (times + k1 * (1 - b + (b * length) / mean));
    }, 0),
  );
}

function rankByRareWords(documents: readonly Document[], query: string): string[] {
  const words = [...countWords(query).words].filter((word) => word.length > 2 && !isStopWord(word));
  const rarest = words
    .map((word) => ({ word, holding: documents.reduce((sum, one) => sum + (one.words.has(word) ? 1 : 0), 0) }))
    .filter(({ holding }) => holding > 0)
    .toSorted((a, b) => a.holding - b.holding)
    .slice(0, 12);
  return byScore(documents, (document) =>
    rarest.reduce((sum, { word, holding }) => sum + (document.words.has(word) ? 1 / holding : 0), 0),
  );
}

function byScore(documents: readonly Document[], score: (document: Document) => number): string[] {
  return documents
    .map((document) => ({ path: document.path, score: score(document) }))
    .filter((one) => one.score > 0)
    .toSorted((a, b) => b.score - a.score || (a.path < b.path ? -1 : 1))
    .map(({ path }) => path);
}

function countWords(text: string): Omit<Document, 'path'> {
  const words = new Set<string>();
  const stems = new Map<string, number>();
  let length = 0;
  for (const [word] of text.matchAll(/[\p{L}\p{N}_]+/gu)) {
    const lower = word.toLowerCase();
    words.add(lower);
    if (isStopWord(lower)) continue;
    const stem = stemmer(lower);
    stems.set(stem, (stems.get(stem) ?? 0) + 1);
    length++;
  }
  return { words, stems, length };
}

function* readBlobs(gitDir: string, blobs: readonly string[]): Iterable<[string, string]> {
  if (blobs.length === 0) return;
  const output = execFileSync('git', ['--git-dir', gitDir, 'cat-file', '--batch'], {
    input: `${blobs.join('\n')}\n`,
    maxBuffer: 2 ** 31 - 1,
  });
  let at = 0;
  for (const blob of blobs) {
    const end = output.indexOf(10, at);
    const size = Number(output.toString('latin1', at, end).split(' ')[2]);
    yield [blob, output.toString('utf8', end + 1, end + 1 + size)];
    at = end + 2 + size;
  }
}
