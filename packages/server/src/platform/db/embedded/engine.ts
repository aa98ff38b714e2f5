import { Worker } from 'node:worker_threads';
import type { EngineOptions, EngineReply, EngineRequest } from './messages.ts';

interface PendingRun {
  readonly onData: (bytes: Uint8Array) => void;
  readonly resolve: (reply: Extract<EngineReply, { kind: 'done' }>) => void;
  readonly reject: (error: Error) => void;
}

/** The main thread's handle on the thread that PGlite runs in. It does not restart: `EngineHost` makes a new one. */
export class Engine {
  readonly #worker: Worker;
  readonly #pending = new Map<number, PendingRun>();
  readonly #onNotification: (frame: Uint8Array) => void;
  #nextId = 1;
  #failure: Error | null = null;
  #fail: (error: Error) => void = () => undefined;
  /** Resolves with the reason when the thread has ended, expected or not. */
  readonly ended: Promise<Error>;

  private constructor(options: EngineOptions, onNotification: (frame: Uint8Array) => void) {
    this.#onNotification = onNotification;
    this.ended = new Promise((resolve) => {
      this.#fail = (error) => {
        this.#failure ??= error;
        for (const run of this.#pending.values()) run.reject(this.#failure);
        this.#pending.clear();
        resolve(this.#failure);
      };
    });
    this.#worker = new Worker(new URL('./engine-worker.mjs', import.meta.url), {
      workerData: { directory: options.directory } satisfies EngineOptions,
      name: 'database',
      execArgv: [],
    });
  }

  /** Starts the thread and opens the database in it. Rejects with the engine's own words when it cannot be opened. */
  static async open(options: EngineOptions, onNotification: (frame: Uint8Array) => void): Promise<Engine> {
    const engine = new Engine(options, onNotification);
    await engine.#opened();
    return engine;
  }

  async #opened(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#worker.on('message', (reply: EngineReply) => {
        if (reply.kind === 'opened') resolve();
        else if (reply.kind === 'refused') reject(new Error(reply.message));
        else this.#receive(reply);
      });
      this.#worker.on('error', (error: unknown) => {
        const failure = error instanceof Error ? error : new Error(String(error));
        this.#fail(failure);
        reject(failure);
      });
      this.#worker.on('exit', (code) => {
        const failure = new Error(`The embedded database has stopped (${code}).`);
        this.#fail(failure);
        reject(failure);
      });
    });
  }

  #receive(reply: Exclude<EngineReply, { kind: 'opened' | 'refused' }>): void {
    if (reply.kind === 'notification') {
      this.#onNotification(reply.bytes);
      return;
    }
    const run = this.#pending.get(reply.id);
    if (run === undefined) return;
    if (reply.kind === 'data') {
      run.onData(reply.bytes);
      return;
    }
    this.#pending.delete(reply.id);
    if (reply.kind === 'done') run.resolve(reply);
    else run.reject(new Error(reply.message));
  }

  /** Runs one batch of client frames. Whole server frames go to `onData`; resolves with the transaction state (I, T, E). */
  async run(bytes: Uint8Array<ArrayBuffer>, onData: (bytes: Uint8Array) => void): Promise<string | null> {
    const reply = await this.#ask((id) => ({ kind: 'run', id, bytes }), [bytes.buffer], onData);
    return reply.status;
  }

  /** Closes the database cleanly and ends the thread. */
  async close(): Promise<void> {
    if (this.#failure !== null) return;
    await this.#ask((id) => ({ kind: 'close', id }));
    await this.ended;
  }

  /** Ends the thread without closing the database, as a crash would: committed work is kept. */
  async kill(): Promise<void> {
    await this.#worker.terminate();
  }

  async #ask(
    request: (id: number) => EngineRequest,
    transfer: readonly ArrayBuffer[] = [],
    onData: (bytes: Uint8Array) => void = () => undefined,
  ): Promise<Extract<EngineReply, { kind: 'done' }>> {
    if (this.#failure !== null) throw this.#failure;
    const id = this.#nextId;
    this.#nextId += 1;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { onData, resolve, reject });
      this.#worker.postMessage(request(id), transfer);
    });
  }
}
