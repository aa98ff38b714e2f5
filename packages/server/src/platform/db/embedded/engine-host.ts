import { Engine } from './engine.ts';
import { Gate } from './gate.ts';
import type { EngineOptions } from './messages.ts';
import { type WireEngine, WireStream } from './wire-stream.ts';

export interface EngineHostOptions extends EngineOptions {
  /** A batch that runs longer ends the engine's thread, for the engine cannot interrupt itself. */
  readonly statementTimeoutMs: number;
  /** A transaction that its client leaves alone for longer is rolled back. */
  readonly idleInTransactionMs: number;
  /** Told when the engine stopped by itself; it is opened again by the next query. */
  readonly onStopped: (reason: Error) => void;
}

/** Keeps one engine running and gives out connections to it. */
export class EngineHost implements WireEngine {
  readonly gate = new Gate();
  readonly #options: EngineHostOptions;
  readonly #connections = new Set<WireStream>();
  #engine: Promise<Engine> | null = null;
  #closed = false;

  constructor(options: EngineHostOptions) {
    this.#options = options;
  }

  /** Opens the database; rejects with the engine's own words. */
  async open(): Promise<void> {
    await this.#running();
  }

  /** A new connection, for the `stream` option of node-postgres. */
  connect(): WireStream {
    const connection = new WireStream(this, this.#options.idleInTransactionMs);
    this.#connections.add(connection);
    return connection;
  }

  async run(bytes: Uint8Array<ArrayBuffer>, onData: (bytes: Uint8Array) => void): Promise<string | null> {
    const engine = await this.#running();
    const watchdog = setTimeout(() => void engine.kill(), this.#options.statementTimeoutMs);
    try {
      return await engine.run(bytes, onData);
    } finally {
      clearTimeout(watchdog);
    }
  }

  forget(connection: WireStream): void {
    this.#connections.delete(connection);
  }

  /** Ends every connection, closes the database cleanly and ends its thread. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const connection of this.#connections) connection.destroy();
    await this.gate.enter(this);
    const engine = await this.#engine?.catch(() => null);
    await engine?.close();
  }

  async #running(): Promise<Engine> {
    if (this.#closed) throw new Error('The embedded database is closed.');
    this.#engine ??= this.#start();
    return this.#engine;
  }

  async #start(): Promise<Engine> {
    try {
      const engine = await Engine.open(this.#options, (frame) => {
        for (const connection of this.#connections) connection.notify(frame);
      });
      void engine.ended.then((reason) => this.#stopped(reason));
      return engine;
    } catch (error) {
      this.#engine = null;
      throw error;
    }
  }

  /** Nothing committed is lost: the next query opens the directory again. Open transactions are gone, so their clients go too. */
  #stopped(reason: Error): void {
    this.#engine = null;
    if (this.#closed) return;
    for (const connection of this.#connections) connection.destroy(reason);
    this.#options.onStopped(reason);
  }
}
