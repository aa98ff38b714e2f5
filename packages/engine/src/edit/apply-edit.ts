import { adaptSteps } from '#edit/adapt.ts';
import { type Candidate, nearest, placeOf, placesOf } from '#edit/candidates.ts';
import { flatten } from '#edit/find-text.ts';
import { createLineFinder, type How } from '#edit/ladder.ts';
import { type Placement, readLines, replaceLines, type TextLines } from '#edit/lines.ts';
import { replaceFound } from '#edit/replace-found.ts';
import { stepsBetween } from '#edit/steps.ts';

export interface Edit {
  readonly find: string;
  readonly replace: string;
  /** Change every place that fits on the rung on which one is found, instead of refusing when there are several. */
  readonly all?: boolean | undefined;
}

export type EditRefusal = 'not_found' | 'ambiguous' | 'unchanged' | 'empty';

export type EditResult =
  | {
      readonly kind: 'applied';
      readonly text: string;
      readonly how: How;
      /** The lines of the new text, from 1 and both included, that differ; after a mere removal, the line that stands there now. */
      readonly at: { readonly startLine: number; readonly endLine: number };
      readonly times: number;
    }
  | { readonly kind: 'refused'; readonly reason: EditRefusal; readonly candidates: readonly Candidate[] };

/**
 * Replaces a text that stands once in another, or says why not. The text changes only where the place is certain and so is what is to stand there:
 *
 * - `exact` is literal, wherever the text begins and ends; only line ends are not compared. It wins over every looser place.
 * - The other rungs (see `How`) compare whole lines, `punctuation` also parts of lines. What `find` and `replace` have in common stays as the file
 *   has it. New lines are indented as the found ones are; where that or the file's own typographic characters cannot be carried over for certain,
 *   it is `not_found`.
 * - More than one place on a rung is `ambiguous`, overlapping ones too, even with `all`. A looser rung is never asked to break the tie.
 * - Line ends, the byte order mark, a missing last line end and every line that stays are kept byte for byte. New lines end as their neighbours do.
 * - A `find` that ends with a line end takes no line end away from what stays: `replace` gets one when it has none.
 * - `empty`: `find` has nothing but blanks. `unchanged`: nothing would change.
 */
export function applyEdit(text: string, edit: Edit): EditResult {
  const marked = edit.find.startsWith('\uFEFF');
  const find = withLineFeeds(marked ? edit.find.slice(1) : edit.find);
  const replace = withLineFeeds(marked && edit.replace.startsWith('\uFEFF') ? edit.replace.slice(1) : edit.replace);
  const file = readLines(text);
  if (find.trim() === '') return { kind: 'refused', reason: 'empty', candidates: [] };
  if (find === replace) return { kind: 'refused', reason: 'unchanged', candidates: [] };
  const places = locate(file, find, replace);
  const height = linesOf(find).length;
  if (places === null) return { kind: 'refused', reason: 'not_found', candidates: nearest(file.lines, linesOf(find)) };
  if (places.overlap || (places.starts.length > 1 && edit.all !== true)) {
    return { kind: 'refused', reason: 'ambiguous', candidates: placesOf(file.lines, places.starts, height) };
  }
  const adapted = adaptAll(file, places);
  if ('stuck' in adapted) {
    const candidates = [placeOf(file.lines, adapted.stuck, height, uncertain)];
    return { kind: 'refused', reason: 'not_found', candidates };
  }
  const changed = replaceLines(file, adapted.placements, edit.replace.includes('\r\n') ? '\r\n' : '\n');
  if (changed === text) return { kind: 'refused', reason: 'unchanged', candidates: [] };
  return {
    kind: 'applied',
    text: changed,
    how: places.how,
    at: changedLines(text, changed),
    times: places.starts.length,
  };
}

const uncertain =
  'This fits but for its indentation or punctuation, and how the new lines are to be written here is not certain. Write them as the file does.';

/** Where a text is to change: the line of each place, and the changes, which cover whole lines. */
interface Places {
  readonly how: How;
  readonly starts: readonly number[];
  readonly overlap: boolean;
  readonly placements: readonly Placement[];
}

function locate(file: TextLines, find: string, replace: string): Places | null {
  const flat = flatten(file);
  const finder = createLineFinder(file.lines);
  const wanted = linesOf(find);
  const fresh = linesInPlaceOf(find, replace);
  const lines = (how: How): Places | null => {
    const starts = finder.findOn(how, wanted);
    if (starts.length === 0) return null;
    const steps = stepsBetween(wanted, fresh);
    const overlap = starts.some((start, at) => start < (starts[at - 1] ?? -Infinity) + wanted.length);
    return { how, starts, overlap, placements: starts.map((start) => ({ start, steps })) };
  };
  const part = (how: How, at: readonly number[]): Places | null => {
    if (at.length === 0) return null;
    const overlap = at.some((place, index) => place < (at[index - 1] ?? -Infinity) + find.length);
    const starts = at.map((place) => flat.lineAt(place));
    return { how, starts, overlap, placements: overlap ? [] : replaceFound(flat, at, find, replace) };
  };
  return (
    part('exact', flat.find(find)) ??
    lines('trailing') ??
    lines('indentation') ??
    part('punctuation', flat.findPlain(find)) ??
    lines('punctuation')
  );
}

function adaptAll(
  file: TextLines,
  places: Places,
): { readonly placements: readonly Placement[] } | { readonly stuck: number } {
  const placements: Placement[] = [];
  for (const { start, steps } of places.placements) {
    const height = steps.filter(({ kind }) => kind !== 'add').length;
    const adapted = adaptSteps(steps, file.lines.slice(start, start + height), places.how);
    if (adapted === null) return { stuck: start };
    placements.push({ start, steps: adapted });
  }
  return { placements };
}

function withLineFeeds(text: string): string {
  return text.replaceAll('\r\n', '\n');
}

function linesOf(text: string): string[] {
  const lines = text.split('\n');
  return text.endsWith('\n') ? lines.slice(0, -1) : lines;
}

/** The lines that take the place of those of `find`. */
function linesInPlaceOf(find: string, replace: string): string[] {
  if (!find.endsWith('\n')) return replace.split('\n');
  return replace === '' ? [] : linesOf(replace);
}

function changedLines(before: string, after: string): { startLine: number; endLine: number } {
  const [old, fresh] = [before.split('\n'), after.split('\n')];
  const most = Math.min(old.length, fresh.length);
  let head = 0;
  while (head < most && old[head] === fresh[head]) head += 1;
  let tail = 0;
  while (tail < most - head && old.at(-1 - tail) === fresh.at(-1 - tail)) tail += 1;
  return { startLine: head + 1, endLine: Math.max(head + 1, fresh.length - tail) };
}
