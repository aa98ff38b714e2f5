/** The blanks before a line as they were asked for, and as the file has them. */
export interface IndentPair {
  readonly asked: string;
  readonly found: string;
}

/** The indentation that a new line takes; null when what is known does not tell. */
export type Shift = (indent: string) => string | null;

/**
 * The one shift that explains all pairs: blanks put before each, blanks taken from each, or other steps (tabs for spaces, four for two).
 * Null when there is none: a text whose lines lost their own depths cannot say how deep new ones are.
 */
export function shiftOf(pairs: readonly IndentPair[]): Shift | null {
  const known = new Map(pairs.map(({ asked, found }) => [asked, found]));
  if (pairs.some(({ asked, found }) => known.get(asked) !== found)) return null;
  const distinct = [...known].map(([asked, found]) => ({ asked, found }));
  const rule = putBefore(distinct) ?? takenFrom(distinct) ?? otherSteps(distinct);
  return rule === null ? null : (indent) => known.get(indent) ?? rule(indent);
}

function putBefore(pairs: readonly IndentPair[]): Shift | null {
  const [first] = pairs;
  if (first === undefined) return (indent) => indent;
  const put = first.found.slice(0, Math.max(0, first.found.length - first.asked.length));
  if (pairs.some(({ asked, found }) => found !== put + asked)) return null;
  if (put === '') return (indent) => indent;
  const mayMix = pairs.some(({ found }) => isMixed(found));
  // A tab before spaces is deeper in one editor and not in another: such a line is not guessed.
  return (indent) => (!mayMix && isMixed(put + indent) ? null : put + indent);
}

function takenFrom(pairs: readonly IndentPair[]): Shift | null {
  const [first] = pairs;
  if (first === undefined) return null;
  const taken = first.asked.slice(0, Math.max(0, first.asked.length - first.found.length));
  if (pairs.some(({ asked, found }) => asked !== taken + found)) return null;
  return (indent) => (indent.startsWith(taken) ? indent.slice(taken.length) : null);
}

function otherSteps(pairs: readonly IndentPair[]): Shift | null {
  const from = kindOf(pairs.map(({ asked }) => asked));
  const to = kindOf(pairs.map(({ found }) => found));
  if (from === null || to === null) return null;
  const sorted = pairs.toSorted((a, b) => a.asked.length - b.asked.length);
  const [low, high] = [sorted[0], sorted.at(-1)];
  if (low === undefined || high === undefined) return null;
  const isOneDepth = low === high;
  // One depth alone tells the step only where a tab stands for a usual number of spaces, and then only for what is deeper.
  const [base, top] = isOneDepth ? [{ asked: '', found: '' }, high] : [low, high];
  const run = top.asked.length - base.asked.length;
  const rise = top.found.length - base.found.length;
  if (rise <= 0 || (isOneDepth && (from === to || ![2, 4, 8].includes(Math.max(run / rise, rise / run))))) return null;
  const depthOf = (indent: string) => base.found.length + ((indent.length - base.asked.length) * rise) / run;
  if (pairs.some(({ asked, found }) => depthOf(asked) !== found.length)) return null;
  return (indent) => {
    const depth = depthOf(indent);
    if (kindOf([indent, from]) === null || !Number.isInteger(depth) || depth < 0) return null;
    return isOneDepth && indent.length < top.asked.length ? null : to.repeat(depth);
  };
}

/** The one character that all are made of; null when there are several, or none. */
function kindOf(indents: readonly string[]): string | null {
  const kinds = new Set(indents.flatMap((indent) => indent.split('')));
  const [kind] = kinds;
  return kinds.size === 1 && kind !== undefined ? kind : null;
}

function isMixed(indent: string): boolean {
  return indent.includes(' ') && indent.includes('\t');
}
