import { scrubSecrets } from '#platform/log/index.ts';

/** Characters that one text may have; longer ones are cut, since an entry stays for ever. */
const longest = 2000;

/** The same details without what looks like a secret, and as text that a database keeps. */
export function cleanDetails(details: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(details).flatMap(([key, value]) => (value === undefined ? [] : [[cleanText(key), clean(value)]])),
  );
}

/** Words from outside, such as a name that somebody tried to sign in with. */
export function cleanText(text: string): string {
  return scrubSecrets(text.toWellFormed().replaceAll('\0', '\u{FFFD}')).slice(0, longest).toWellFormed();
}

function clean(value: unknown): unknown {
  if (typeof value === 'string') return cleanText(value);
  if (Array.isArray(value)) return value.map(clean);
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'object' && value !== null) return cleanDetails({ ...value });
  return value;
}
