import type {
  CodeSymbol,
  ContextPack,
  DependencyGraph,
  FileDependencies,
  SearchResult,
  SymbolKind,
} from '@yudai/contract';
import {
  type Codebase,
  decodeText,
  type NearChunk,
  type PackRequest,
  type SearchRequest,
  type SnapshotEntry,
  textOfChunk,
  type VectorIndex,
} from '@yudai/engine/codebase';
import type { ChunkPlace } from '../vector-store.ts';

/** A snapshot in the thread's memory. */
export interface OpenSnapshot {
  readonly codebase: Codebase;
  readonly entries: readonly SnapshotEntry[];
  /** The vectors of its chunks; null until they have been brought. */
  vectors: VectorIndex | null;
  /** What the next ranked search knows of vectors: set right before it. */
  setNear(near: readonly NearChunk[] | string | null): void;
}

interface Reference {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly text: string;
  readonly definition: boolean;
}

// As many as can move a file into an answer.
const nearChunks = 100;

// References are paged by offset over one list, so the list has an end.
const mostReferences = 5000;

/** What the thread can be asked, one function per question. Arguments and answers are copied between threads. */
export function createCalls(snapshot: OpenSnapshot, signal: AbortSignal) {
  const { codebase, entries } = snapshot;
  return {
    /** With the vector of the query, why it has none, or null without an embedder. */
    search(request: SearchRequest, vector: Float32Array | string | null): Promise<SearchResult> {
      snapshot.setNear(vector instanceof Float32Array ? nearTo(snapshot, vector) : vector);
      return codebase.search(request, signal);
    },
    pack: (request: PackRequest): Promise<ContextPack> => codebase.pack(request, signal),
    symbols(input: {
      query: string;
      kind: SymbolKind | undefined;
      path: string | undefined;
      offset: number;
      limit: number;
    }): CodeSymbol[] {
      const { query, kind, path, offset, limit } = input;
      const found = path === undefined ? codebase.findSymbols(query, kind) : ofFile(codebase, path, query, kind);
      return found.slice(offset, offset + limit);
    },
    async references({ name, offset, limit }: { name: string; offset: number; limit: number }): Promise<Reference[]> {
      const found = await codebase.references(name, Math.min(mostReferences, offset + limit), signal);
      return found.slice(offset, offset + limit);
    },
    graph: (view: { limit: number; path: string | undefined }): Promise<DependencyGraph> =>
      codebase.graph(view, signal),
    async dependencies(path: string): Promise<FileDependencies> {
      // A file without indexed text imports nothing that is known.
      return (await codebase.dependencies(path)) ?? { path, imports: [], importedBy: [], cycles: [] };
    },
    chunks: (): ChunkPlace[] => codebase.chunks(),
    async chunkTexts(chunks: readonly ChunkPlace[]): Promise<string[]> {
      const pathOf = new Map(entries.map(({ blob, path }) => [blob, path]));
      const lines = new Map<string, string[]>();
      for (const { blob } of chunks) {
        if (!lines.has(blob)) lines.set(blob, decodeText(await codebase.readBlob(blob)).text.split('\n'));
      }
      return chunks.map((chunk) => textOfChunk(pathOf.get(chunk.blob) ?? '', lines.get(chunk.blob) ?? [], chunk));
    },
  };
}

function nearTo({ vectors }: OpenSnapshot, vector: Float32Array): NearChunk[] | string {
  if (vectors === null || vectors.size === 0)
    return 'none of this model are stored for the project yet; indexing it makes them';
  return vectors.nearest(vector, nearChunks);
}

export type ReaderCalls = ReturnType<typeof createCalls>;

function ofFile(codebase: Codebase, path: string, query: string, kind: SymbolKind | undefined): CodeSymbol[] {
  const wanted = query.toLowerCase();
  return codebase
    .symbolsOf(path)
    .filter((symbol) => (kind === undefined || symbol.kind === kind) && symbol.name.toLowerCase().includes(wanted));
}
