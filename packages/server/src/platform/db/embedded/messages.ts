/** What the thread of the database engine is started with. */
export interface EngineOptions {
  /** The directory of the database, filled when it is empty. */
  readonly directory: string;
}

/** What is asked of the engine's thread. */
export type EngineRequest =
  | { readonly kind: 'run'; readonly id: number; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'close'; readonly id: number };

/** What the engine's thread answers. `status` is the transaction state of the wire protocol: I idle, T inside, E failed. */
export type EngineReply =
  | { readonly kind: 'opened' }
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'data'; readonly id: number; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'notification'; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'done'; readonly id: number; readonly status: string | null }
  | { readonly kind: 'failed'; readonly id: number; readonly message: string };
