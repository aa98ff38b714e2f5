import { createHash } from 'node:crypto';
import { categoryOf } from '#codebase/classify/categories.ts';
import { languageOfPath } from '#codebase/classify/languages.ts';
import { chunkLines } from '#codebase/chunk/chunk-lines.ts';
import type { Definition } from '#codebase/facts.ts';
import { termsOf } from '#codebase/terms/index.ts';
import { createRankIndexBuilder } from '../build-index.ts';
import { readFileHistory, type HistoryCommit } from '../history.ts';
import type { RankIndex } from '../rank-index.ts';

const definition =
  /^(\s*)(?:export |async |pub |public )*(?:def|class|function|fn|func|struct|interface|const)\s+([A-Za-z_]\w*)/;

/** A small repository written in a test: an index of it, and a reader of its texts. */
export interface InlineRepository {
  readonly index: RankIndex;
  readonly readText: (blob: string) => Promise<string | null>;
}

/** Indexes files given as text. Definitions are found line by line and end where the next one of their depth starts. */
export async function indexOf(
  files: Readonly<Record<string, string>>,
  commits: readonly HistoryCommit[] = [],
): Promise<InlineRepository> {
  const texts = new Map<string, string>();
  const builder = createRankIndexBuilder();
  for (const [path, text] of Object.entries(files)) {
    const blob = createHash('sha1')
      .update(`blob ${Buffer.byteLength(text)}\0${text}`)
      .digest('hex');
    const lines = text.split('\n').length;
    const language = languageOfPath(path);
    const definitions = definitionsOf(text);
    const chunks = chunkLines(lines, definitions);
    texts.set(blob, text);
    builder.add(
      { path, blob, language, category: categoryOf(path, language), lines, tokens: Math.ceil(text.length / 4) },
      { definitions, chunks, terms: termsOf(text, language, definitions, chunks) },
    );
  }
  const history = await readFileHistory(commits, new Set(Object.keys(files)));
  return { index: builder.finish(history), readText: (blob) => Promise.resolve(texts.get(blob) ?? null) };
}

function definitionsOf(text: string): Definition[] {
  const lines = text.split('\n');
  const found = lines.flatMap((line, at) => {
    const [, indent = '', name = ''] = definition.exec(line) ?? [];
    return name === '' ? [] : [{ name, depth: indent.length, startLine: at + 1, signature: line.trim() }];
  });
  return found.map(({ name, depth, startLine, signature }, at) => {
    const next = found.slice(at + 1).find((other) => other.depth <= depth);
    const around = found.slice(0, at).findLast((other) => other.depth < depth);
    return {
      name,
      container: around?.name ?? '',
      kind: 'function',
      startLine,
      endLine: next === undefined ? lines.length : next.startLine - 1,
      signature,
      doc: null,
    };
  });
}
