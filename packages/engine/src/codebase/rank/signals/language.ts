import { ofIndex } from './of-index.ts';

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
export const languageShare = ofIndex(({ files, groups }) => {
  const counts = new Map<string | null, number>();
  for (const { language } of files.slice(0, groups.code)) counts.set(language, (counts.get(language) ?? 0) + 1);
  return Float32Array.from(files, ({ language }) => (counts.get(language) ?? 0) / Math.max(1, groups.code));
});

/** 1 for style sheets, pages, queries and shell scripts: they are seldom what an issue is about. */
export const sideLanguage = ofIndex(({ files }) =>
  Float32Array.from(files, ({ language }) => (markup.has(language ?? '') ? 1 : 0)),
);

/** 1 for what is not code: documents, configuration, data. */
export const notCode = ofIndex(({ files, groups }) =>
  Float32Array.from(files, (_, file) => (file >= groups.code && file < groups.offered ? 1 : 0)),
);
