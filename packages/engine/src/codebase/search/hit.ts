import type { SearchHit } from '@yudai/contract';
import type { IndexedFile } from '../rank/rank-index.ts';

const longestPreviewLine = 240;
const previewLines = 6;

/** `path:start-end@sha`, with the first 12 characters of the blob's id: it stays true when the file moves on. */
export function citeOf({ path, blob }: Pick<IndexedFile, 'path' | 'blob'>, startLine: number, endLine: number): string {
  return `${path}:${startLine}-${endLine}@${blob.slice(0, 12)}`;
}

/** At most six lines from `from`, each cut to a readable width. */
export function previewOf(lines: readonly string[], from: number, to: number): SearchHit['preview'] {
  const start = Math.max(1, from);
  const end = Math.min(lines.length, to, start + previewLines - 1);
  return Array.from({ length: Math.max(0, end - start + 1) }, (_, at) => ({
    line: start + at,
    text: (lines[start + at - 1] ?? '').replace(/\r$/, '').slice(0, longestPreviewLine),
  }));
}

export function linesOf(text: string | null): string[] {
  return text === null || text === '' ? [] : text.split('\n');
}

/** Whether the request's filters let a file take part. */
export function acceptsFile(
  file: IndexedFile | undefined,
  { path, language }: { path?: string | undefined; language?: string | undefined },
): boolean {
  if (file === undefined) return false;
  if (path !== undefined && path !== '' && !file.path.startsWith(path)) return false;
  return language === undefined || language === '' || file.language?.toLowerCase() === language.toLowerCase();
}
