export interface DecodedText {
  readonly text: string;
  readonly encoding: 'utf-8' | 'latin1';
}

const strict = new TextDecoder('utf-8', { fatal: true });

/** The bytes as text, without a byte order mark: UTF-8, or Latin-1 when they are not valid UTF-8. */
export function decodeText(bytes: Uint8Array): DecodedText {
  try {
    return { text: strict.decode(bytes), encoding: 'utf-8' };
  } catch {
    // Not UTF-8: every byte is a Latin-1 character, so nothing is lost.
    return {
      text: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1'),
      encoding: 'latin1',
    };
  }
}
