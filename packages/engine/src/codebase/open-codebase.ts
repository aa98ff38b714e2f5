import type {
  CodeSymbol,
  ContextPack,
  DependencyGraph,
  FileDependencies,
  SearchResult,
  SymbolKind,
} from '@yudai/contract';
import { openBlobReader } from '#checkout/index.ts';
import { decodeText } from '#codebase/classify/decode.ts';
import type { NearChunk } from '#codebase/embed/index.ts';
import type { BlobFacts, FactsStore, SnapshotEntry } from '#codebase/facts.ts';
import { type ImportGraph, buildImportGraph } from '#codebase/graph/import-graph.ts';
import { chooseFiles, dependenciesOf, groupOf, type GraphView, toDependencyGraph } from '#codebase/graph/view.ts';
import { layOut } from '#codebase/layout/lay-out.ts';
import { unpackFacts } from '#codebase/pack-facts.ts';
import { type PackRequest, packContext } from '#codebase/pack/index.ts';
import { createGrammars } from '#codebase/parse/grammars.ts';
import { createRankIndexBuilder } from '#codebase/rank/build-index.ts';
import { type HistoryCommit, readFileHistory } from '#codebase/rank/history.ts';
import type { RankIndex } from '#codebase/rank/rank-index.ts';
import { type Reference, referencesIn } from '#codebase/references/find-references.ts';
import { blobsThatMayHold } from '#codebase/references/may-hold.ts';
import { type SearchDeps, type SearchRequest, searchCodebase } from '#codebase/search/index.ts';
import { findSymbols, toCodeSymbols } from '#codebase/symbols/find-symbols.ts';

export interface OpenOptions {
  readonly gitDir: string;
  readonly commit: string;
  /** The listing that `indexSnapshot` answered. */
  readonly entries: readonly SnapshotEntry[];
  readonly store: Pick<FactsStore, 'load'>;
  /** Ancestors of the commit, for ranking; newest first. */
  readonly history?: AsyncIterable<HistoryCommit> | Iterable<HistoryCommit>;
  /** The chunks nearest to the query at hand; words why there are none; null without an embedder. */
  readonly near?: () => readonly NearChunk[] | string | null;
}

/** A snapshot that answers questions. Everything that is expensive is made once, when it is first asked for. */
export interface Codebase extends AsyncDisposable {
  readonly commit: string;
  search(request: SearchRequest, signal: AbortSignal): Promise<SearchResult>;
  pack(request: PackRequest, signal: AbortSignal): Promise<ContextPack>;
  /** The definitions of one file, in order of their lines. */
  symbolsOf(path: string): CodeSymbol[];
  /** Definitions by name, best first. */
  findSymbols(query: string, kind?: SymbolKind): CodeSymbol[];
  /** Uses of a name by path and line, at most `limit`; comments and strings do not count where a grammar tells. */
  references(name: string, limit: number, signal: AbortSignal): Promise<Reference[]>;
  graph(view: GraphView, signal: AbortSignal): Promise<DependencyGraph>;
  /** Null when the file is not indexed. */
  dependencies(path: string): Promise<FileDependencies | null>;
  /** The bytes of a blob of the repository, at most 32 MiB. */
  readBlob(blob: string): Promise<Uint8Array>;
  /** Every chunk that is searched, once per blob. */
  chunks(): { blob: string; startLine: number; endLine: number }[];
  close(): Promise<void>;
}

type LightFacts = Omit<BlobFacts, 'terms' | 'chunks'>;

/** Opens an indexed snapshot: reads its facts from the store, keeps what questions need, and throws the rest away. */
export async function openCodebase(options: OpenOptions): Promise<Codebase> {
  const { commit, entries } = options;
  const { facts, index } = await loadFacts(options);
  const reader = openBlobReader(options.gitDir);
  const byPath = new Map(entries.map((entry) => [entry.path, entry]));
  const indexed = entries.flatMap((entry) => {
    const own = facts.get(entry.facts ?? '');
    return own === undefined ? [] : [{ entry, facts: own }];
  });
  const factsOf = (path: string) => facts.get(byPath.get(path)?.facts ?? '');
  const readText = async (blob: string) => decodeText(await reader.read(blob)).text;
  const readPath = async (path: string) => {
    const entry = byPath.get(path);
    return entry?.facts === null || entry === undefined ? null : readText(entry.blob);
  };

  const allSymbols = once(() => indexed.flatMap(({ entry, facts: own }) => toCodeSymbols(entry.path, own)));
  const imports = once(() =>
    buildImportGraph({
      paths: entries.map(({ path }) => path),
      files: indexed.map(({ entry, facts: { imports: list, namespaces } }) => ({
        path: entry.path,
        language: entry.language,
        imports: list,
        namespaces,
      })),
      readText: readPath,
    }),
  );
  const grammarOf = createGrammars();
  const deps: SearchDeps = { index, listed: entries, commit, readText };
  const vectorsOf = (near: ReturnType<NonNullable<OpenOptions['near']>>): Pick<SearchDeps, 'vectors'> =>
    near === null ? {} : { vectors: async () => placesOf(index, near) };
  const close = () => reader.close();

  return {
    commit,
    search: (request, signal) => searchCodebase({ ...deps, ...vectorsOf(options.near?.() ?? null) }, request, signal),
    async pack(request, signal) {
      const graph = await imports();
      const importedBy = new Map(graph.paths.map((path, file) => [path, graph.importers[file]?.length ?? 0]));
      return packContext({ ...deps, importedBy: (path) => importedBy.get(path) ?? 0 }, request, signal);
    },
    symbolsOf(path) {
      const own = factsOf(path);
      return own === undefined ? [] : toCodeSymbols(path, own);
    },
    findSymbols: (query, kind) => findSymbols(allSymbols(), query, kind),
    async references(name, limit, signal) {
      const found: Reference[] = [];
      const blobs = blobsThatMayHold(index, name);
      for (const { entry, facts: own } of indexed) {
        signal.throwIfAborted();
        if (found.length >= limit) break;
        if (blobs?.has(entry.blob) === false) continue;
        const text = await readText(entry.blob);
        if (text.includes(name))
          found.push(...(await referencesIn({ path: entry.path, text, facts: own }, name, grammarOf)));
      }
      return found.slice(0, limit);
    },
    graph: async (view, signal) => pictureOf(await imports(), view, commit, signal),
    dependencies: async (path) => dependenciesOf(await imports(), path),
    readBlob: (blob) => reader.read(blob),
    chunks: () => chunksOf(index),
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function loadFacts({
  entries,
  store,
  history,
}: OpenOptions): Promise<{ facts: Map<string, LightFacts>; index: RankIndex }> {
  const indexed = entries.filter((entry) => entry.facts !== null);
  const byKey = Map.groupBy(indexed, ({ facts }) => facts ?? '');
  const fileHistory =
    history === undefined ? undefined : await readFileHistory(history, new Set(indexed.map(({ path }) => path)));
  const facts = new Map<string, LightFacts>();
  const builder = createRankIndexBuilder();
  for await (const pack of store.load([...byKey.keys()])) {
    for (const own of unpackFacts(pack)) {
      const users = byKey.get(own.key);
      if (users === undefined || facts.has(own.key)) continue;
      const { terms: _terms, chunks: _chunks, ...light } = own;
      facts.set(own.key, light);
      for (const entry of users) builder.add(entry, own);
    }
  }
  return { facts, index: builder.finish(fileHistory) };
}

async function pictureOf(
  graph: ImportGraph,
  view: GraphView,
  commit: string,
  signal: AbortSignal,
): Promise<DependencyGraph> {
  const chosen = chooseFiles(graph, view);
  const groups = chosen.files.map((file) => groupOf(graph.paths[file] ?? ''));
  const places = await layOut({ groups, edges: chosen.edges }, signal);
  return toDependencyGraph(graph, chosen, places, commit);
}

/** Cosines by chunk number; a blob at several paths is found at each. Throws what kept the vectors away. */
function placesOf(index: RankIndex, near: readonly NearChunk[] | string): Map<number, number> {
  if (typeof near === 'string') throw new Error(near);
  const cosines = new Map(near.map(({ blob, startLine, cosine }) => [`${blob}:${startLine}`, cosine]));
  const places = new Map<number, number>();
  const blobs = new Set(near.map(({ blob }) => blob));
  for (const [file, { blob }] of index.files.entries()) {
    if (!blobs.has(blob)) continue;
    for (let chunk = index.chunks.starts[file] ?? 0; chunk < (index.chunks.starts[file + 1] ?? 0); chunk += 1) {
      const cosine = cosines.get(`${blob}:${index.chunks.startLine[chunk]}`);
      if (cosine !== undefined) places.set(chunk, cosine);
    }
  }
  return places;
}

function chunksOf({ files, chunks }: RankIndex): { blob: string; startLine: number; endLine: number }[] {
  const seen = new Set<string>();
  return files.flatMap(({ blob }, file) => {
    if (seen.has(blob)) return [];
    seen.add(blob);
    const rows: { blob: string; startLine: number; endLine: number }[] = [];
    for (let chunk = chunks.starts[file] ?? 0; chunk < (chunks.starts[file + 1] ?? 0); chunk += 1) {
      rows.push({ blob, startLine: chunks.startLine[chunk] ?? 1, endLine: chunks.endLine[chunk] ?? 1 });
    }
    return rows;
  });
}

/** Makes a value when it is first asked for. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
