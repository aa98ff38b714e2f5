/** Characters of all that one call may answer with. */
const mostCharacters = 100_000;
const mostOfOneText = 50_000;

interface Limits {
  readonly items: number;
  readonly text: number;
}

export interface Shortened {
  readonly value: unknown;
  /** What was left out, in words; empty when it is whole. */
  readonly left: readonly string[];
}

/**
 * The same value with long lists and texts cut, until it is short enough to be read by a model. Its shape stays what the contract says. A model
 * that is given too much forgets what it was asked, and a client may refuse it.
 */
export function shorten(value: unknown): Shortened {
  let limits: Limits = { items: 200, text: mostOfOneText };
  for (;;) {
    const left: string[] = [];
    const short = cut(value, limits, '', left);
    if (JSON.stringify(short).length <= mostCharacters || limits.items <= 5) return { value: short, left };
    limits = { items: Math.floor(limits.items / 2), text: Math.max(500, Math.floor(limits.text / 2)) };
  }
}

function cut(value: unknown, limits: Limits, at: string, left: string[]): unknown {
  if (typeof value === 'string') {
    if (value.length <= limits.text) return value;
    left.push(`${at}: ${value.length - limits.text} of ${value.length} characters`);
    return `${value.slice(0, limits.text).toWellFormed()}…`;
  }
  if (Array.isArray(value)) {
    if (value.length > limits.items) left.push(`${at}: ${value.length - limits.items} of ${value.length}`);
    return value.slice(0, limits.items).map((item: unknown) => cut(item, limits, at, left));
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, cut(inner, limits, at === '' ? key : `${at}.${key}`, left)]),
  );
}
