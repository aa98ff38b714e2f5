import { type IndentPair, shiftOf } from '#edit/indentation.ts';
import { contentOf, type How, plain } from '#edit/ladder.ts';
import type { Step } from '#edit/lines.ts';

/**
 * Steps whose new lines fit the file: indented like the lines that were found, and with the file's own quotes, dashes and spaces wherever a new
 * line repeats an old one. `found` are the file's lines at the kept and removed steps. Null when that cannot be told for certain.
 */
export function adaptSteps(steps: readonly Step[], found: readonly string[], how: How): readonly Step[] | null {
  if (how === 'exact' || how === 'trailing') return steps;
  const indented = reindent(steps, found);
  return indented === null || how === 'indentation' ? indented : keepCharacters(indented, found);
}

function reindent(steps: readonly Step[], found: readonly string[]): readonly Step[] | null {
  const shift = shiftOfSteps(steps, found);
  if (shift === null) return steps.some(({ kind }) => kind === 'add') ? null : steps;
  const adapted: Step[] = [];
  for (const [at, step] of steps.entries()) {
    if (step.kind !== 'add' || isBlank(step.text)) {
      adapted.push(step);
      continue;
    }
    const indent = shift(indentOf(step.text), at);
    if (indent === null) return null;
    adapted.push({ kind: 'add', text: indent + step.text.slice(indentOf(step.text).length) });
  }
  return adapted;
}

function shiftOfSteps(
  steps: readonly Step[],
  found: readonly string[],
): ((indent: string, at: number) => string | null) | null {
  const pairs = pairsOf(steps, found);
  const shift = isUncertain(steps, pairs) ? null : shiftOf(pairs);
  if (shift !== null) return shift;
  // Often only the first line lost its indentation, because the text was trimmed as a whole.
  const [first, ...rest] = pairs;
  const restShift = first?.asked === '' && rest.length > 0 ? shiftOf(rest) : null;
  if (first === undefined || restShift === null) return null;
  const firstLine = steps.findIndex(({ text }) => !isBlank(text));
  return (indent, at) => (indent === '' && isFirstNew(steps, at, firstLine) ? first.found : restShift(indent));
}

/** Whether a step is the first line of the replacement: nothing stays before it. */
function isFirstNew(steps: readonly Step[], at: number, firstLine: number): boolean {
  return at >= firstLine && steps.slice(0, at).every(({ kind, text }) => kind === 'remove' || isBlank(text));
}

/**
 * A single line without its indentation does not tell whether the lines that follow it in the replacement lost theirs too. When one of them has
 * what the file has, either reading is possible.
 */
function isUncertain(steps: readonly Step[], pairs: readonly IndentPair[]): boolean {
  const [only] = pairs;
  if (pairs.length !== 1 || only === undefined || only.asked !== '' || only.found === '') return false;
  return steps.some(({ kind, text }) => kind === 'add' && !isBlank(text) && text.startsWith(only.found));
}

function pairsOf(steps: readonly Step[], found: readonly string[]): IndentPair[] {
  const old = steps.filter(({ kind }) => kind !== 'add');
  return old.flatMap(({ text }, at) =>
    isBlank(plain(text)) ? [] : [{ asked: indentOf(text), found: indentOf(found[at] ?? '') }],
  );
}

/** In each stretch of changes, new lines take the file's characters where they repeat the old ones. */
function keepCharacters(steps: readonly Step[], found: readonly string[]): readonly Step[] | null {
  const adapted: Step[] = [];
  let removed: { asked: string; found: string }[] = [];
  let added: string[] = [];
  let old = 0;
  const endStretch = () => {
    const kept = keepInStretch(removed, added);
    if (kept === null) return false;
    adapted.push(...kept.map((text) => ({ kind: 'add' as const, text })));
    [removed, added] = [[], []];
    return true;
  };
  for (const step of steps) {
    if (step.kind === 'add') added.push(step.text);
    else {
      if (step.kind === 'keep' && !endStretch()) return null;
      if (step.kind === 'remove') removed.push({ asked: step.text, found: found[old] ?? '' });
      adapted.push(step);
      old += 1;
    }
  }
  return endStretch() ? adapted : null;
}

function keepInStretch(
  removed: readonly { readonly asked: string; readonly found: string }[],
  added: readonly string[],
): readonly string[] | null {
  if (added.length === 0 || removed.every(({ asked, found }) => bare(asked) === bare(found))) return added;
  // Which new line stands for which old one is only certain when they are as many.
  if (removed.length !== added.length) return null;
  const kept = removed.map(({ asked, found }, at) => keepInLine(bare(asked), bare(found), added[at] ?? ''));
  return kept.some((line) => line === null) ? null : kept.filter((line) => line !== null);
}

/** `asked` and `found` are as long as each other. Null when they differ at a place that the new line does not repeat. */
function keepInLine(asked: string, found: string, line: string): string | null {
  const text = bare(line);
  const most = Math.min(asked.length, text.length);
  let head = 0;
  while (head < most && asked[head] === text[head]) head += 1;
  let tail = 0;
  while (tail < most - head && asked.at(-1 - tail) === text.at(-1 - tail)) tail += 1;
  if (asked.slice(head, asked.length - tail) !== found.slice(head, found.length - tail)) return null;
  const middle = text.slice(head, text.length - tail);
  const blanks = line.slice(contentOf(plain(line)).end);
  return (
    indentOf(line) + found.slice(0, head) + middle + found.slice(found.length - tail) + (isBlank(line) ? '' : blanks)
  );
}

function indentOf(line: string): string {
  const { start } = contentOf(plain(line));
  return line.slice(0, start);
}

/** A line without the blanks around it, typographic ones too. */
function bare(line: string): string {
  const { start, end } = contentOf(plain(line));
  return line.slice(start, end);
}

function isBlank(line: string): boolean {
  return bare(line) === '';
}
