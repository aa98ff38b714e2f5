import type { Scoring } from '../scoring.ts';

const markup = new Set([
  'CSS',
  'SCSS',
  'Sass',
  'Less',
  'HTML',
  'SQL',
  'Shell',
  'Bash',
  'Makefile',
  'PowerShell',
  'Batchfile',
  'Dockerfile',
]);

/** The share of the repository's code files that are in the file's language. */
export function languageShare({ index: { files, groups }, limit }: Scoring): Float32Array {
  const counts = new Map<string | null, number>();
  for (let file = 0; file < groups.code; file++) {
    const language = files[file]?.language ?? null;
    counts.set(language, (counts.get(language) ?? 0) + 1);
  }
  return Float32Array.from(
    { length: limit },
    (_, file) => (counts.get(files[file]?.language ?? null) ?? 0) / Math.max(1, groups.code),
  );
}

/** 1 for style sheets, pages, queries and shell scripts: they are seldom what an issue is about. */
export function sideLanguage({ index: { files }, limit }: Scoring): Float32Array {
  return Float32Array.from({ length: limit }, (_, file) => (markup.has(files[file]?.language ?? '') ? 1 : 0));
}

/** 1 for what is not code: documents, configuration, data. */
export function notCode({ index: { groups }, limit }: Scoring): Float32Array {
  return Float32Array.from({ length: limit }, (_, file) => (file >= groups.code && file < groups.offered ? 1 : 0));
}
