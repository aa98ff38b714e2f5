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
