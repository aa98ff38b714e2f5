export { directoryFactsStore } from '#codebase/directory-facts-store.ts';
export {
  type BlobFacts,
  type Chunk,
  type Definition,
  type FactsPack,
  type FactsStore,
  type Import,
  type SnapshotEntry,
  type SnapshotSummary,
  type TermBags,
  factsKeyOf,
  factsVersion,
} from '#codebase/facts.ts';
export {
  type IndexOptions,
  type IndexProgress,
  type IndexedSnapshot,
  indexSnapshot,
} from '#codebase/index-snapshot.ts';
export { type FactsHead, packFacts, readHeads, unpackFacts } from '#codebase/pack-facts.ts';
export { decodeText } from '#codebase/classify/decode.ts';
export { isSecretPath } from '#codebase/classify/skip.ts';
export { type Codebase, type OpenOptions, openCodebase } from '#codebase/open-codebase.ts';
export { type PackRequest } from '#codebase/pack/index.ts';
export { type SearchRequest, SearchError } from '#codebase/search/index.ts';
export { languageOfPath } from '#codebase/classify/languages.ts';
export {
  createEndpointEmbedder,
  createLocalEmbedder,
  createVectorIndex,
  type Embedder,
  EmbedderError,
  findLocalEmbedder,
  localEmbedderInstall,
  type NearChunk,
  textOfChunk,
  type VectorBatch,
  type VectorIndex,
} from '#codebase/embed/index.ts';
export { readSnapshotHistory } from '#codebase/read-snapshot-history.ts';
export type { PackFormat } from '#codebase/pack/index.ts';
export { toCodeSymbols } from '#codebase/symbols/find-symbols.ts';
