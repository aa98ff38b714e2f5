import { AppError } from '#kernel/app-error.ts';

/** Packs the sort key of a page's last row into an opaque string. */
export function encodeCursor(key: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

/** Unpacks a cursor of `length` parts. Throws `bad_request` when it is not one of ours. */
export function decodeCursor(cursor: string, length: number): (string | number)[] {
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (
      Array.isArray(key) &&
      key.length === length &&
      key.every((part) => typeof part === 'string' || typeof part === 'number')
    ) {
      return key;
    }
  } catch {
    // Not JSON: answered like every other foreign cursor, below.
  }
  throw new AppError('bad_request', 'This cursor is not valid. Ask for the list from its start again.');
}
