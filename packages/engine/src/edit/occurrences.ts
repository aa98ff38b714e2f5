/** Where a sequence stands in another, overlapping places too, in time linear in both (Knuth, Morris, Pratt). An empty one stands nowhere. */
export function occurrences(text: ArrayLike<number>, wanted: ArrayLike<number>): number[] {
  const found: number[] = [];
  if (wanted.length === 0 || wanted.length > text.length) return found;
  const borders = bordersOf(wanted);
  let matched = 0;
  for (let at = 0; at < text.length; at += 1) {
    while (matched > 0 && text[at] !== wanted[matched]) matched = borders[matched - 1] ?? 0;
    if (text[at] === wanted[matched]) matched += 1;
    if (matched === wanted.length) {
      found.push(at + 1 - matched);
      matched = borders[matched - 1] ?? 0;
    }
  }
  return found;
}

/** The UTF-16 units of a text. */
export function unitsOf(text: string): Uint16Array {
  const units = new Uint16Array(text.length);
  for (let at = 0; at < text.length; at += 1) units[at] = text.charCodeAt(at);
  return units;
}

/** For each prefix, how long its longest proper prefix is that also ends it. */
function bordersOf(wanted: ArrayLike<number>): Int32Array {
  const borders = new Int32Array(wanted.length);
  for (let at = 1, length = 0; at < wanted.length; at += 1) {
    while (length > 0 && wanted[at] !== wanted[length]) length = borders[length - 1] ?? 0;
    if (wanted[at] === wanted[length]) length += 1;
    borders[at] = length;
  }
  return borders;
}
