import { z } from 'zod';
import { failure } from '#errors.ts';
import { idSchema } from '#ids.ts';
import { symbolKinds } from '#symbol-kinds.ts';

/** What a file is for. */
export const fileCategories = [
  'source',
  'test',
  'web',
  'docs',
  'config',
  'scripts',
  'data',
  'build',
  'project',
  'lock',
  'media',
  'other',
] as const;
export const fileCategory = z.enum(fileCategories);
export type FileCategory = z.infer<typeof fileCategory>;

/** Why a file is listed but its text is not indexed. */
export const skipReasons = [
  'binary',
  'minified',
  'generated',
  'vendored',
  'lock',
  'secret',
  'oversized',
  'submodule',
  'symlink',
  'lfs',
  'unreadable',
  'long_path',
] as const;
export const skipReason = z.enum(skipReasons);
export type SkipReason = z.infer<typeof skipReason>;

export const symbolKind = z.enum(symbolKinds);
export type SymbolKind = z.infer<typeof symbolKind>;

/** A definition. Lines count from 1, both ends included. */
export const codeSymbol = z.object({
  name: z.string(),
  /** Dotted names of the definitions around it, such as `Queue`; empty at the top level. */
  container: z.string(),
  kind: symbolKind,
  path: z.string(),
  language: z.string(),
  startLine: z.number().int(),
  endLine: z.number().int(),
  /** The declaration on one line, at most 200 characters. */
  signature: z.string(),
  /** The first sentence of its documentation comment, if it has one. */
  doc: z.string().nullable(),
});
export type CodeSymbol = z.infer<typeof codeSymbol>;

export const treeEntry = z.object({
  name: z.string(),
  path: z.string(),
  kind: z.enum(['directory', 'file', 'symlink', 'submodule']),
  /** Bytes; of a directory, the sum of all files below it. */
  size: z.number().int(),
  /** Tokens (o200k_base) of the indexed text, estimated within about 5 %; of a directory, the sum below it. */
  tokens: z.number().int(),
  /** Files below a directory; 1 for a file. */
  files: z.number().int(),
  language: z.string().nullable(),
  /** What it is for, as a person has corrected it; null for a directory. */
  category: fileCategory.nullable(),
  skipped: skipReason.nullable(),
  blob: z.string().nullable(),
});
export type TreeEntry = z.infer<typeof treeEntry>;

export const sourceFile = z.object({
  path: z.string(),
  blob: z.string(),
  size: z.number().int(),
  tokens: z.number().int(),
  lines: z.number().int(),
  language: z.string().nullable(),
  category: fileCategory,
  /** What its path and language say it is for: another than `category` when a person has corrected it. */
  ownCategory: fileCategory,
  mime: z.string(),
  skipped: skipReason.nullable(),
  /** Null when it is not text, is secret-looking, or is over 2 MB; `reason` says which. */
  text: z.string().nullable(),
  reason: z.string().nullable(),
  outline: z.array(codeSymbol),
});
export type SourceFile = z.infer<typeof sourceFile>;

/** One index run and what came of it. */
export const analysis = z.object({
  id: idSchema('analysis'),
  projectId: idSchema('project'),
  jobId: idSchema('job').nullable(),
  status: z.enum(['pending', 'running', 'completed', 'failed', 'cancelled']),
  ref: z.string().nullable(),
  commit: z.string().nullable(),
  startedAt: z.iso.datetime().nullable(),
  completedAt: z.iso.datetime().nullable(),
  failure: failure.nullable(),
  /** Counts of the finished run; null until then. */
  summary: z
    .object({
      files: z.number().int(),
      indexed: z.number().int(),
      bytes: z.number().int(),
      tokens: z.number().int(),
      symbols: z.number().int(),
      imports: z.number().int(),
      chunks: z.number().int(),
      vectors: z.number().int(),
      /** Blobs that had to be read and parsed; the rest came from earlier runs. */
      parsed: z.number().int(),
      skipped: z.partialRecord(skipReason, z.number().int()),
      languages: z.array(z.object({ language: z.string(), files: z.number().int(), bytes: z.number().int() })),
      ms: z.number().int(),
    })
    .nullable(),
});
export type Analysis = z.infer<typeof analysis>;

export const searchModes = ['ranked', 'text', 'regex', 'symbol', 'path'] as const;
export const searchMode = z.enum(searchModes);
export type SearchMode = z.infer<typeof searchMode>;

/** One reason why a hit is there: the signal, its share of the score (0–1), and what matched. */
export const searchReason = z.object({ signal: z.string(), share: z.number(), detail: z.string() });
export type SearchReason = z.infer<typeof searchReason>;

export const searchHit = z.object({
  path: z.string(),
  blob: z.string(),
  language: z.string().nullable(),
  startLine: z.number().int(),
  endLine: z.number().int(),
  /** `path:start-end@sha`, with the first 12 characters of the blob's id. */
  cite: z.string(),
  score: z.number(),
  symbol: z.object({ name: z.string(), container: z.string(), kind: symbolKind }).nullable(),
  /** At most six lines around what matched. */
  preview: z.array(z.object({ line: z.number().int(), text: z.string() })),
  reasons: z.array(searchReason),
});
export type SearchHit = z.infer<typeof searchHit>;

export const searchResult = z.object({
  mode: searchMode,
  hits: z.array(searchHit),
  /** True when more matched than were returned. */
  truncated: z.boolean(),
  /** Which signals took part, such as `vectors: no embedder is configured`. */
  notes: z.array(z.string()),
  commit: z.string(),
  ms: z.number(),
});
export type SearchResult = z.infer<typeof searchResult>;

/** The import graph with a stored layout. Edges are index pairs into `nodes`: importer, imported. */
export const dependencyGraph = z.object({
  nodes: z.array(
    z.object({
      path: z.string(),
      language: z.string().nullable(),
      /** The top-level part of the tree that colours it. */
      group: z.string(),
      x: z.number(),
      y: z.number(),
      imports: z.number().int(),
      importedBy: z.number().int(),
    }),
  ),
  edges: z.array(z.tuple([z.number().int(), z.number().int()])),
  /** External packages, most used first. */
  packages: z.array(z.object({ name: z.string(), files: z.number().int() })),
  /** Import cycles as lists of paths, largest first. */
  cycles: z.array(z.array(z.string())),
  unresolved: z.number().int(),
  totalNodes: z.number().int(),
  /** True when only the best connected files are included. */
  truncated: z.boolean(),
  commit: z.string(),
});
export type DependencyGraph = z.infer<typeof dependencyGraph>;

export const fileDependencies = z.object({
  path: z.string(),
  imports: z.array(
    z.object({
      specifier: z.string(),
      line: z.number().int(),
      path: z.string().nullable(),
      package: z.string().nullable(),
    }),
  ),
  importedBy: z.array(z.object({ path: z.string(), line: z.number().int() })),
  cycles: z.array(z.array(z.string())),
});
export type FileDependencies = z.infer<typeof fileDependencies>;

export const packFormats = ['markdown', 'xml', 'json'] as const;
export const contextPack = z.object({
  /** The text to paste into a model, in the asked format. */
  text: z.string(),
  tokens: z.number().int(),
  budget: z.number().int(),
  items: z.array(
    z.object({
      path: z.string(),
      form: z.enum(['whole', 'range', 'signatures']),
      startLine: z.number().int(),
      endLine: z.number().int(),
      tokens: z.number().int(),
      cite: z.string(),
    }),
  ),
  /** Files that would have come next, with what each would have cost. */
  leftOut: z.array(z.object({ path: z.string(), tokens: z.number().int() })),
  commit: z.string(),
});
export type ContextPack = z.infer<typeof contextPack>;

/** A commit and what it changed. */
export const commitEntry = z.object({
  sha: z.string(),
  at: z.iso.datetime(),
  /** At most 4,000 characters. */
  message: z.string(),
  /** Empty where the history was cut off and the changes are not known. */
  paths: z.array(z.string()),
});
export type CommitEntry = z.infer<typeof commitEntry>;
