/** Grows as it is written. */
export interface ByteWriter {
  put(value: number): void;
  done(): Uint8Array;
}

/** Unsigned numbers up to 32 bits in 7-bit groups, low ones first. */
export function createByteWriter(capacity = 1024): ByteWriter {
  let bytes = new Uint8Array(capacity);
  let at = 0;
  return {
    put(value) {
      if (at + 5 > bytes.length) {
        const larger = new Uint8Array(bytes.length * 2 + 5);
        larger.set(bytes);
        bytes = larger;
      }
      let rest = value >>> 0;
      while (rest > 127) {
        bytes[at++] = (rest & 127) | 128;
        rest >>>= 7;
      }
      bytes[at++] = rest;
    },
    done: () => bytes.slice(0, at),
  };
}

/** Reads what a `ByteWriter` wrote. Past the end it reads zeros. */
export interface ByteReader {
  at: number;
  readonly bytes: Uint8Array;
}

export function readNumber(reader: ByteReader): number {
  const { bytes } = reader;
  let byte = bytes[reader.at++] ?? 0;
  if (byte < 128) return byte;
  let value = byte & 127;
  let shift = 7;
  do {
    byte = bytes[reader.at++] ?? 0;
    value |= (byte & 127) << shift;
    shift += 7;
  } while (byte > 127);
  return value >>> 0;
}
