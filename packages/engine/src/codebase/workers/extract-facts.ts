import { chunkLines } from '#codebase/chunk/chunk-lines.ts';
import { decodeText } from '#codebase/classify/decode.ts';
import { languageOfText } from '#codebase/classify/languages.ts';
import { countLines, isMinified, skipOfContent } from '#codebase/classify/skip.ts';
import { type BlobFacts, factsKeyOf } from '#codebase/facts.ts';
import { estimateTokens } from '#codebase/parse/estimate-tokens.ts';
import type { Parsers } from '#codebase/parse/parsers.ts';
import { extractSymbols, noSymbols } from '#codebase/symbols/extract.ts';
import { termsOf } from '#codebase/terms/index.ts';

/** One blob to read. */
export interface BlobTask {
  readonly key: string;
  readonly blob: string;
  /** What the path tells; part of the key. */
  readonly language: string | null;
  readonly path: string;
  /** Declared not to be generated, whatever its text says; part of the key. */
  readonly isPlain: boolean;
}

/** Everything that can be known of one blob; a text that cannot be parsed in time still gets its chunks and terms. */
export async function extractFacts(task: BlobTask, bytes: Uint8Array, parsers: Parsers): Promise<BlobFacts> {
  const skipped = skipOfContent(bytes, task.isPlain);
  if (skipped !== null) return skippedFacts(task, bytes.length, skipped);
  const { text, encoding } = decodeText(bytes);
  const language = languageOfText(task.language, text);
  if (!task.isPlain && isMinified(text, language)) return skippedFacts(task, bytes.length, 'minified');

  const lines = countLines(text);
  const { namespaces, definitions, imports } = await extractSymbols(text, language, parsers);
  const chunks = chunkLines(lines, definitions);
  return {
    key: task.key,
    blob: task.blob,
    language,
    skipped: null,
    encoding,
    lines,
    bytes: bytes.length,
    tokens: estimateTokens(text),
    namespaces,
    definitions,
    imports,
    chunks,
    terms: termsOf(text, language, definitions, chunks),
  };
}

/** The facts of a blob that is not indexed, such as one that the parser does not survive. */
export function skippedFacts(task: BlobTask, bytes: number, skipped: NonNullable<BlobFacts['skipped']>): BlobFacts {
  const { key, blob, language } = task;
  return { key, blob, language, skipped, encoding: 'utf-8', lines: 0, bytes, tokens: 0, ...noSymbols, chunks: [] };
}

export function taskOf(path: string, blob: string, language: string | null, isPlain: boolean): BlobTask {
  return { key: `${factsKeyOf(blob, language)}${isPlain ? ':plain' : ''}`, blob, language, path, isPlain };
}
