/** The same as JSON that PostgreSQL takes: what a command prints may hold NUL and halves of characters, which its `jsonb` refuses. */
export function storable<T>(value: T): T {
  return JSON.parse(JSON.stringify(value, (_key, part: unknown) => (typeof part === 'string' ? asText(part) : part)));
}

/** A text without what no column of text can hold. */
export function asText(text: string): string {
  return text.replaceAll('\0', '\u{fffd}').toWellFormed();
}
