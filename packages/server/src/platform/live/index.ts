export { createLive, type Live, type LiveDeps, maximumTopics, type SubscribeOptions } from './live.ts';
export { type BufferLimit, SlowReaderError } from './subscription.ts';
