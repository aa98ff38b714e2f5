import type { Client } from '@yudai/contract/client';

/** A way to one Yudai: a server that runs, or the application opened in this process. */
export interface Connection {
  readonly client: Client;
  readonly kind: 'server' | 'in-process';
  /** Where it answers; a name that only `fetch` understands when it is in this process. */
  readonly url: string;
  /** What it shows of who asks; null for nothing. */
  readonly token: string | null;
  /** For what is not a procedure: health and the live feed. */
  readonly fetch: (request: Request) => Promise<Response>;
  close(): Promise<void>;
}

export interface Whereabouts {
  /** A running server, from `--url`. */
  readonly url?: string | undefined;
  /** A data directory, from `--data`. */
  readonly data?: string | undefined;
  /** What shows who asks, instead of what is in the environment or was kept; null for nothing. */
  readonly token?: string | null | undefined;
}
