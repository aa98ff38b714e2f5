/** Frame types of the Postgres wire protocol that the bridge looks at. */
export const frameTypes = {
  /** From the client. */
  flush: 0x48,
  parse: 0x50,
  query: 0x51,
  sync: 0x53,
  terminate: 0x58,
  /** From the server. */
  notification: 0x41,
  readyForQuery: 0x5a,
} as const;

/** Cuts a byte stream into whole wire frames: one type byte, four bytes of length, then the body. */
export class FrameSplitter {
  #rest: Buffer = Buffer.alloc(0);

  /** Adds bytes and returns every frame that is complete now. The frames share memory with what was added. */
  push(bytes: Buffer): Buffer[] {
    this.#rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    const frames: Buffer[] = [];
    let start = 0;
    while (this.#rest.length - start >= 5) {
      const end = start + 1 + this.#rest.readInt32BE(start + 1);
      if (end > this.#rest.length) break;
      frames.push(this.#rest.subarray(start, end));
      start = end;
    }
    this.#rest = this.#rest.subarray(start);
    return frames;
  }
}

/** One server frame of this type. */
export function frame(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.write(type, 0, 'latin1');
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

/** The client's message for a plain SQL text without parameters. */
export function queryFrame(sql: string): Buffer {
  return frame('Q', Buffer.from(`${sql}\0`));
}

/** What a server says before it takes queries: authenticated, its settings, ready. */
export function greeting(parameters: Readonly<Record<string, string>>): Buffer {
  const settings = Object.entries(parameters).map(([name, value]) => frame('S', Buffer.from(`${name}\0${value}\0`)));
  const authenticated = frame('R', Buffer.alloc(4));
  const backendKey = frame('K', Buffer.from([0, 0, 0, 1, 0, 0, 0, 1]));
  return Buffer.concat([authenticated, ...settings, backendKey, frame('Z', Buffer.from('I'))]);
}

/** An error as the server sends it: severity, five-character code, text. */
export function errorFrame(code: string, message: string): Buffer {
  return frame('E', Buffer.from(`SFATAL\0VFATAL\0C${code}\0M${message}\0\0`));
}
