import type {
  Analysis,
  CodeSymbol,
  CommitEntry,
  ContextPack,
  DependencyGraph,
  FileCategory,
  FileDependencies,
  Id,
  Job,
  SearchMode,
  SearchResult,
  SkipReason,
  SourceFile,
  SymbolKind,
  TreeEntry,
} from '@yudai/contract';
import type { Embedder, PackFormat } from '@yudai/engine/codebase';
import type { Audit } from '#features/audit/index.ts';
import type { Projects } from '#features/projects/index.ts';
import { notFound } from '#kernel/app-error.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Context } from '#kernel/context.ts';
import { decodeCursor, encodeCursor } from '#kernel/cursor.ts';
import type { Database, Db } from '#platform/db/index.ts';
import type { Jobs } from '#platform/jobs/index.ts';
import type { FileRow } from './file-rows.ts';
import { startIndex } from './index-project.ts';
import { readCommits } from './read-commits.ts';
import { readSourceFile } from './read-source-file.ts';
import type { CodebaseReader } from './reader/reader.ts';
import {
  analysesOf,
  type AnalysisRow,
  childrenOf,
  drawnFiles,
  fileAt,
  graphOf,
  placesOf,
  saveCorrection,
  skippedOf,
  snapshotHeadOf,
} from './store.ts';

export interface CodebaseDeps {
  readonly database: Database;
  readonly audit: Pick<Audit, 'record'>;
  readonly projects: Projects;
  readonly jobs: Jobs;
  readonly clock: Clock;
  readonly reader: CodebaseReader;
  readonly embedder: Embedder | null;
}

type OfProject = { readonly projectId: Id<'project'> };
type PageOf<T> = { items: T[]; nextCursor: string | null };
type Paged = { readonly cursor?: string | undefined; readonly limit: number };

// An endpoint that is slower than this takes no part: the rest of the answer is there.
const longestEmbeddingMs = 5000;

export type CodebaseService = ReturnType<typeof createCodebaseService>;

/** What a person can ask of the code of a project. Every use-case asks the project first: unseen and missing are the same. */
export function createCodebaseService(deps: CodebaseDeps) {
  const { database, projects, reader } = deps;

  return {
    /** Indexes again, perhaps another branch or tag. Answers with the job. */
    async index(ctx: Context, { projectId, ref }: OfProject & { ref?: string | null | undefined }): Promise<Job> {
      const { name } = await projects.require(ctx, projectId, 'codebase.index');
      const ownerId = ctx.actor.userId;
      return database.asUser(ownerId, (db) => startIndex(deps, db, { ownerId, projectId, name, ref }));
    },

    async analyses(ctx: Context, { projectId, cursor, limit }: OfProject & Paged): Promise<PageOf<Analysis>> {
      await projects.require(ctx, projectId, 'codebase.read');
      const [time, id] = cursor === undefined ? [] : decodeCursor(cursor, 2);
      const after = time === undefined ? null : { createdAt: new Date(Number(time)), id: String(id) };
      const rows = await database.asUser(ctx.actor.userId, (db) => analysesOf(db, projectId, after, limit + 1));
      return pageOf(rows, limit, toAnalysis, (last) => [last.createdAt.getTime(), last.id]);
    },

    async skipped(
      ctx: Context,
      { projectId, reason, cursor, limit }: OfProject & Paged & { reason?: SkipReason | undefined },
    ) {
      await projects.require(ctx, projectId, 'codebase.read');
      const after = cursor === undefined ? null : String(decodeCursor(cursor, 1)[0]);
      const rows = await database.asUser(ctx.actor.userId, (db) => skippedOf(db, projectId, reason, after, limit + 1));
      const toSkipped = ({ path, size, skipped }: FileRow) => ({ path, size, reason: skipped ?? 'unreadable' });
      return pageOf(rows, limit, toSkipped, (last) => [last.path]);
    },

    /** Children of one directory. Throws `not_found` for a directory that is not there. */
    async tree(
      ctx: Context,
      { projectId, path, cursor, limit }: OfProject & Paged & { path: string },
    ): Promise<PageOf<TreeEntry>> {
      await projects.require(ctx, projectId, 'codebase.read');
      // Who looks at the tree will soon ask for more than the database knows.
      reader.warm(ctx, projectId);
      const directory = path.replace(/\/$/, '');
      const [rank, last] = cursor === undefined ? [] : decodeCursor(cursor, 2);
      const after = rank === undefined ? null : { rank: Number(rank), path: String(last) };
      const rows = await database.asUser(ctx.actor.userId, async (db) => {
        if (directory !== '' && (await fileAt(db, projectId, directory))?.kind !== 'directory')
          throw notFound('directory');
        return childrenOf(db, projectId, directory, after, limit + 1);
      });
      return pageOf(rows, limit, toTreeEntry, (row) => [row.kind === 'directory' ? 0 : 1, row.path]);
    },

    /** One file with its text and outline. Secret-looking files are listed but never shown. */
    async file(ctx: Context, { projectId, path }: OfProject & { path: string }): Promise<SourceFile> {
      await projects.require(ctx, projectId, 'codebase.read');
      const row = await database.asUser(ctx.actor.userId, (db) => fileAt(db, projectId, path));
      if (row === undefined || row.kind === 'directory') throw notFound('file');
      return readSourceFile({ database, gitDirOf: projects.gitDirOf }, ctx, projectId, row);
    },

    /** The last commits that the index is of. None while nothing is indexed, and for a folder without Git. */
    async history(
      ctx: Context,
      { projectId, path, limit }: OfProject & { path?: string | undefined; limit: number },
    ): Promise<{ items: CommitEntry[] }> {
      await projects.require(ctx, projectId, 'codebase.read');
      // The commit of the project may be the tree of a folder without Git; the snapshot tells them apart.
      const head = await database.asUser(ctx.actor.userId, (db) => snapshotHeadOf(db, projectId));
      const commit = head?.commit ?? null;
      if (commit === null) return { items: [] };
      const { signal } = ctx;
      return { items: await readCommits(projects.gitDirOf(projectId), commit, { path, limit, signal }) };
    },

    /** For later features: the tree that is indexed, and where it is from. Undefined while none is. */
    head: async (
      db: Db,
      projectId: Id<'project'>,
    ): Promise<{ tree: string; commit: string | null; ref: string | null } | undefined> => {
      const head = await snapshotHeadOf(db, projectId);
      return head === undefined ? undefined : { tree: head.tree, commit: head.commit, ref: head.ref };
    },

    /**
     * For later features: which files are at these paths now, and which have these contents wherever they are. Null while nothing is
     * indexed. The caller has asked whether the person may read the project.
     */
    places: (ctx: Context, projectId: Id<'project'>, wanted: { paths: readonly string[]; blobs: readonly string[] }) =>
      database.asUser(ctx.actor.userId, async (db) =>
        (await snapshotHeadOf(db, projectId)) === undefined ? null : placesOf(db, projectId, wanted),
      ),

    /**
     * Corrects what a file is for, or with null takes that back. The tree shows it at once, the next question searches by it, and it stays
     * with the path when the project is indexed again. Throws `not_found` for a file that is not there.
     */
    async updateFile(
      ctx: Context,
      { projectId, path, category }: OfProject & { path: string; category: FileCategory | null },
    ): Promise<TreeEntry> {
      const project = await projects.require(ctx, projectId, 'codebase.correct');
      return database.asUser(ctx.actor.userId, async (db) => {
        const row = await fileAt(db, projectId, path);
        if (row === undefined || row.kind === 'directory') throw notFound('file');
        const wanted = category ?? row.ownCategory;
        if (wanted !== row.category) {
          // What the file says of itself is no correction: it need not be kept.
          const kept = wanted === row.ownCategory ? null : wanted;
          await saveCorrection(db, { projectId, path, category: kept, correctedAt: deps.clock.now() });
          await projects.markCorrected(db, project);
          const details = { from: row.category, to: wanted };
          const target = { kind: 'file', id: path };
          await deps.audit.record(db, ctx, { action: 'category.corrected', target, projectId, details });
        }
        return toTreeEntry({ ...row, category: wanted });
      });
    },

    async symbols(
      ctx: Context,
      {
        projectId,
        query,
        kind,
        path,
        cursor,
        limit,
      }: OfProject & Paged & { query: string; kind?: SymbolKind | undefined; path?: string | undefined },
    ): Promise<PageOf<CodeSymbol>> {
      await projects.require(ctx, projectId, 'codebase.read');
      const offset = offsetOf(cursor);
      const found = await reader.ask(ctx, projectId, 'symbols', [{ query, kind, path, offset, limit: limit + 1 }]);
      return pageOf(
        found,
        limit,
        (symbol) => symbol,
        () => [offset + limit],
      );
    },

    async references(ctx: Context, { projectId, name, cursor, limit }: OfProject & Paged & { name: string }) {
      await projects.require(ctx, projectId, 'codebase.read');
      const offset = offsetOf(cursor);
      const found = await reader.ask(ctx, projectId, 'references', [{ name, offset, limit: limit + 1 }]);
      return pageOf(
        found,
        limit,
        (reference) => reference,
        () => [offset + limit],
      );
    },

    async graph(
      ctx: Context,
      { projectId, limit, path }: OfProject & { limit: number; path?: string | undefined },
    ): Promise<DependencyGraph> {
      await projects.require(ctx, projectId, 'codebase.read');
      const stored =
        limit === drawnFiles && path === undefined
          ? await database.asUser(ctx.actor.userId, (db) => graphOf(db, projectId))
          : null;
      return stored ?? reader.ask(ctx, projectId, 'graph', [{ limit, path }]);
    },

    /** Throws `not_found` for a file that is not there. */
    async dependencies(ctx: Context, { projectId, path }: OfProject & { path: string }): Promise<FileDependencies> {
      await projects.require(ctx, projectId, 'codebase.read');
      const row = await database.asUser(ctx.actor.userId, (db) => fileAt(db, projectId, path));
      if (row === undefined || row.kind === 'directory') throw notFound('file');
      return reader.ask(ctx, projectId, 'dependencies', [path]);
    },

    /** The one search. With an embedder its vectors take part in the ranked answer; when it fails the answer says so. */
    async search(
      ctx: Context,
      {
        projectId,
        ...request
      }: OfProject & {
        query: string;
        mode: SearchMode;
        limit: number;
        path?: string | undefined;
        language?: string | undefined;
        caseSensitive: boolean;
        tests: boolean;
      },
    ): Promise<SearchResult> {
      await projects.require(ctx, projectId, 'codebase.read');
      const vector = request.mode === 'ranked' ? await vectorOf(ctx, projectId, request.query) : null;
      return reader.ask(ctx, projectId, 'search', [request, vector]);
    },

    async pack(
      ctx: Context,
      {
        projectId,
        ...request
      }: OfProject & {
        query: string;
        budget: number;
        format: PackFormat;
        paths: readonly string[];
        without?: readonly string[] | undefined;
      },
    ): Promise<ContextPack> {
      await projects.require(ctx, projectId, 'codebase.read');
      return reader.ask(ctx, projectId, 'pack', [request]);
    },
  };

  /** The query's vector, with those of the project in the reader's memory; why there is none; or null without an embedder. */
  async function vectorOf(
    ctx: Context,
    projectId: Id<'project'>,
    query: string,
  ): Promise<Float32Array | string | null> {
    const { embedder } = deps;
    if (embedder === null) return null;
    const late = AbortSignal.timeout(longestEmbeddingMs);
    try {
      const [[vector]] = await Promise.all([
        embedder.embed([query.slice(0, 2000)], AbortSignal.any([ctx.signal, late])),
        reader.bringVectors(ctx, projectId),
      ]);
      return vector ?? 'the embedder gave no vector';
    } catch (error) {
      ctx.signal.throwIfAborted();
      if (late.aborted) return `the embedder did not answer within ${longestEmbeddingMs / 1000} seconds`;
      return error instanceof Error ? error.message : 'the embedder failed';
    }
  }
}

function pageOf<Row, Item>(
  rows: readonly Row[],
  limit: number,
  toItem: (row: Row) => Item,
  keyOf: (last: Row) => (string | number)[],
): PageOf<Item> {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    items: page.map(toItem),
    nextCursor: rows.length > limit && last !== undefined ? encodeCursor(keyOf(last)) : null,
  };
}

function offsetOf(cursor: string | undefined): number {
  return cursor === undefined ? 0 : Math.max(0, Number(decodeCursor(cursor, 1)[0]) || 0);
}

function toTreeEntry({ path, kind, size, tokens, files, language, category, skipped, blob }: FileRow): TreeEntry {
  return {
    name: path.slice(path.lastIndexOf('/') + 1),
    path,
    kind,
    size,
    tokens,
    files,
    language,
    category,
    skipped,
    blob,
  };
}

function toAnalysis(row: AnalysisRow): Analysis {
  const { id, projectId, jobId, status, ref, commit, failure, summary } = row;
  const startedAt = row.startedAt?.toISOString() ?? null;
  return {
    id,
    projectId,
    jobId,
    status,
    ref,
    commit,
    failure,
    summary,
    startedAt,
    completedAt: row.completedAt?.toISOString() ?? null,
  };
}
