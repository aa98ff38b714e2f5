export { createLive, type Live, type LiveDeps, type SubscribeOptions } from './live.ts';
export { type BufferLimit, SlowReaderError } from './subscription.ts';
export { liveChannel, type SizedEvent } from './store.ts';
export { createRelay, type Relay } from './relay.ts';
