import type { BlobTask } from '#codebase/workers/extract-facts.ts';

/** To a worker: blobs to read, answered by one pack. */
export interface BatchRequest {
  readonly tasks: readonly BlobTask[];
  /** Read with the parsers that no text can bring down: a worker has died over these. */
  readonly isCareful: boolean;
}

/** From a worker: how far it is with its batch, and its pack at the end. */
export type WorkerAnswer =
  /** It has started; a worker that dies before cannot work at all, whatever the blobs are. */
  | { readonly type: 'ready' }
  | { readonly type: 'progress'; readonly path: string }
  /** Something that the one who runs this should know; said once by each worker. */
  | { readonly type: 'warning'; readonly message: string }
  | { readonly type: 'pack'; readonly keys: readonly string[]; readonly bytes: Uint8Array<ArrayBuffer> }
  /** With `isBroken` no batch can succeed, such as when a grammar is not installed. */
  | { readonly type: 'failed'; readonly message: string; readonly isBroken: boolean };
