const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** A path as text. Bytes that are not UTF-8 are shown as `\xff`, so two such names never become the same. */
export function decodePath(bytes: Uint8Array): string {
  try {
    return strict.decode(bytes);
  } catch {
    // A name from a file system with another encoding: shown byte by byte.
    return Array.from(bytes, (byte) => (byte < 0x80 ? String.fromCharCode(byte) : `\\x${byte.toString(16)}`)).join('');
  }
}
