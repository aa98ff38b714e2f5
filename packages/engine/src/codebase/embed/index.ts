export { textOfChunk } from './chunk-text.ts';
export { type Embedder, EmbedderError } from './embedder.ts';
export { createEndpointEmbedder, type EndpointOptions } from './endpoint-embedder.ts';
export { createLocalEmbedder, findLocalEmbedder, localEmbedderInstall, type LocalOptions } from './local-embedder.ts';
export { createVectorIndex, type NearChunk, type VectorBatch, type VectorIndex } from './vector-index.ts';
