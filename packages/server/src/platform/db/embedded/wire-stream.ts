import { Duplex } from 'node:stream';
import { FrameSplitter, errorFrame, frameTypes, greeting, queryFrame } from './frames.ts';
import type { Gate } from './gate.ts';

/** What a connection needs of the engine behind it. */
export interface WireEngine {
  /** Held by one connection from the first message of a transaction to its end: the engine has a single session. */
  readonly gate: Gate;
  run(bytes: Uint8Array<ArrayBuffer>, onData: (bytes: Uint8Array) => void): Promise<string | null>;
  /** Called once, when the connection is closed. */
  forget(connection: WireStream): void;
}

/**
 * One connection of node-postgres to the embedded engine: a Duplex that looks like a socket and speaks the wire protocol.
 *
 * All connections share one session of the engine, so each batch of frames (up to Sync, Query or Flush) passes the gate, and
 * the gate is kept until the engine says that no transaction is open. A connection that goes away inside a transaction is
 * rolled back. Named prepared statements are refused, because they too would be shared.
 */
export class WireStream extends Duplex {
  readonly #engine: WireEngine;
  readonly #idleInTransactionMs: number;
  readonly #splitter = new FrameSplitter();
  #startup: Buffer | null = Buffer.alloc(0);
  #batch: Buffer[] = [];
  /** Batches run one after another. */
  #chain: Promise<void> = Promise.resolve();
  #queued = 0;
  #status = 'I';
  #closed = false;
  #idleTimer: NodeJS.Timeout | undefined;

  constructor(engine: WireEngine, idleInTransactionMs: number) {
    super();
    this.#engine = engine;
    this.#idleInTransactionMs = idleInTransactionMs;
  }

  // What node-postgres calls on a socket.
  connect(): this {
    process.nextTick(() => this.emit('connect'));
    return this;
  }
  setNoDelay(): this {
    return this;
  }
  setKeepAlive(): this {
    return this;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }

  /** Hands over a notification of the engine. */
  notify(frame: Uint8Array): void {
    if (!this.#closed && this.#startup === null) this.push(frame);
  }

  override _read(): void {
    // Answers are pushed when they come; a client of this process asks for no more than it can hold.
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    const bytes = this.#startup === null ? chunk : this.#greet(chunk);
    for (const frame of this.#splitter.push(bytes)) this.#receive(frame);
    done();
  }

  override _final(done: (error?: Error | null) => void): void {
    void this.#finish(done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    void this.#leave();
    done(error);
  }

  async #finish(done: () => void): Promise<void> {
    await this.#leave();
    this.push(null);
    done();
  }

  /** Answers the startup packet, which alone has no type byte; returns the bytes after it. */
  #greet(chunk: Buffer): Buffer {
    const packet = Buffer.concat([this.#startup ?? Buffer.alloc(0), chunk]);
    this.#startup = packet;
    if (packet.length < 4) return Buffer.alloc(0);
    const length = packet.readInt32BE(0);
    if (packet.length < length) return Buffer.alloc(0);
    this.#startup = null;
    this.push(greeting(serverSettings));
    return packet.subarray(length);
  }

  #receive(frame: Buffer): void {
    switch (frame.readUInt8(0)) {
      case frameTypes.terminate:
        this.end();
        return;
      case frameTypes.parse:
        if (frame[5] !== 0) {
          this.destroy(new Error('The embedded database has one session: named prepared statements would be shared.'));
          return;
        }
        this.#batch.push(frame);
        return;
      case frameTypes.sync:
      case frameTypes.query:
      case frameTypes.flush: {
        const bytes = new Uint8Array(Buffer.concat([...this.#batch, frame]));
        this.#batch = [];
        this.#queued += 1;
        this.#chain = this.#chain.then(() => this.#run(bytes));
        return;
      }
      default:
        this.#batch.push(frame);
    }
  }

  async #run(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    clearTimeout(this.#idleTimer);
    await this.#engine.gate.enter(this);
    try {
      if (this.#closed) return;
      // A flushed batch ends without a state: the portal is open, so the gate stays shut.
      this.#status = (await this.#engine.run(bytes, (data) => this.push(data))) ?? 'T';
    } catch (error) {
      this.#status = 'I';
      this.destroy(error instanceof Error ? error : new Error(String(error)));
    } finally {
      this.#queued -= 1;
      if (this.#status === 'I') this.#engine.gate.leave(this);
      else if (this.#queued === 0) this.#watchIdle();
    }
  }

  /** A transaction nobody goes on with would hold up every other client for ever. */
  #watchIdle(): void {
    this.#idleTimer = setTimeout(() => {
      this.push(errorFrame('25P03', 'terminating connection due to idle-in-transaction timeout'));
      this.destroy();
    }, this.#idleInTransactionMs);
    this.#idleTimer.unref();
  }

  /** Runs what was sent, rolls back what is open, lets the next one in. */
  async #leave(): Promise<void> {
    if (this.#closed) return this.#chain;
    clearTimeout(this.#idleTimer);
    const abrupt = this.destroyed;
    if (abrupt) this.#closed = true;
    this.#chain = this.#chain.then(async () => {
      this.#closed = true;
      if (this.#status !== 'I') {
        // Fails only when the engine is gone, and the transaction with it.
        await this.#engine.run(rollback(), () => undefined).catch(() => undefined);
        this.#status = 'I';
      }
      this.#engine.gate.leave(this);
      this.#engine.forget(this);
    });
    return this.#chain;
  }
}

/** What the engine would report at the start of a connection; node-postgres reads its encoding and date style. */
const serverSettings = {
  server_version: '18.6',
  server_encoding: 'UTF8',
  client_encoding: 'UTF8',
  DateStyle: 'ISO, MDY',
  integer_datetimes: 'on',
  standard_conforming_strings: 'on',
  TimeZone: 'UTC',
};

/** Sync ends a portal that a flush left open; the rollback then meets the transaction itself. */
function rollback(): Uint8Array<ArrayBuffer> {
  const sync = Buffer.from([frameTypes.sync, 0, 0, 0, 4]);
  return new Uint8Array(Buffer.concat([sync, queryFrame('rollback')]));
}
