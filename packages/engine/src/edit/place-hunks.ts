import { adaptSteps } from '#edit/adapt.ts';
import { type Candidate, nearest, placeOf, placesOf } from '#edit/candidates.ts';
import type { Hunk } from '#edit/file-patch.ts';
import { contentOf, createLineFinder, type How, type LineFinder, rungs } from '#edit/ladder.ts';
import type { Placement, Step, TextLines } from '#edit/lines.ts';

export type HunkRefusal = 'not_found' | 'ambiguous';

export interface Unplaced {
  readonly hunk: Hunk;
  readonly reason: HunkRefusal;
  readonly message: string;
  readonly candidates: readonly Candidate[];
}

export type PlacedHunks =
  | { readonly kind: 'placed'; readonly placements: readonly Placement[]; readonly how: How }
  | { readonly kind: 'unplaced'; readonly unplaced: readonly Unplaced[] };

/**
 * Finds the one way in which all hunks stand in a file. Line numbers do not count: a model guesses them, and in a file that changed they point at
 * something else. What counts are the kept and removed lines, by the ladder, the lines named before a hunk, and that hunks stand in order and
 * change different lines. Two ways that satisfy all of it are ambiguous. Only when `exact`, because the patch proves that it was made
 * from this very text, a number decides, if the lines really stand there.
 */
export function placeHunks(file: TextLines, hunks: readonly Hunk[], exact: boolean): PlacedHunks {
  const finder = createLineFinder(file.lines);
  const found = hunks.map((hunk) => placesOfHunk(file, finder, hunk, exact));
  const missing = found.flatMap((places) => (places.starts.length === 0 ? [notFound(file, places)] : []));
  if (missing.length > 0) return { kind: 'unplaced', unplaced: missing };
  const chosen = onlyWay(inOrder(found));
  if (chosen === null) return { kind: 'unplaced', unplaced: contested(file, found) };
  const placements: Placement[] = [];
  for (const { hunk, start, how } of chosen) {
    const steps = adaptSteps(hunk.steps, file.lines.slice(start, start + oldLines(hunk)), how);
    if (steps === null) return { kind: 'unplaced', unplaced: [unfit(file, hunk, start)] };
    placements.push(toPlacement(hunk, start, steps));
  }
  const how = rungs.findLast((rung) => chosen.some((it) => it.how === rung)) ?? 'exact';
  return { kind: 'placed', placements, how };
}

/** A hunk and every line (from 0) at which it may begin. */
interface Found {
  readonly hunk: Hunk;
  readonly how: How;
  readonly starts: readonly number[];
}

interface Chosen {
  readonly hunk: Hunk;
  readonly how: How;
  readonly start: number;
}

function placesOfHunk(file: TextLines, finder: LineFinder, hunk: Hunk, exact: boolean): Found {
  const wanted = hunk.steps.filter(({ kind }) => kind !== 'add').map(({ text }) => text);
  if (exact && hunk.oldStart !== null) {
    // A hunk that only adds names the line that it follows.
    const start = wanted.length === 0 ? hunk.oldStart : hunk.oldStart - 1;
    if (start <= file.lines.length && wanted.every((line, at) => file.lines[start + at] === line))
      return { hunk, how: 'exact', starts: [start] };
  }
  const fits = (start: number) =>
    (!hunk.atEnd || start + wanted.length === file.lines.length) && (!hunk.openEnd || file.ends.at(-1) === '');
  // Lines that only say "here" without saying where have a place only at the end, or in an empty file.
  if (wanted.length === 0) {
    const isTold = hunk.atEnd || file.lines.length === 0;
    return { hunk, how: 'exact', starts: isTold && hunk.anchors.length === 0 ? [file.lines.length].filter(fits) : [] };
  }
  for (const how of rungs) {
    const starts = behindAnchors(file, hunk.anchors, finder.findOn(how, wanted).filter(fits));
    if (starts.length > 0) return { hunk, how, starts };
  }
  return { hunk, how: 'exact', starts: [] };
}

/** The places behind the lines named before a hunk, each of which stands behind the one before it. */
function behindAnchors(file: TextLines, anchors: readonly string[], starts: readonly number[]): readonly number[] {
  const [anchor, ...inner] = anchors;
  if (anchor === undefined || starts.length === 0) return starts;
  const named = inner.reduce(
    (lines, next) => behind(file, lines, linesNamed(file.lines, next)),
    linesNamed(file.lines, anchor),
  );
  return behind(file, named, starts);
}

/** The places in the blocks that the lines open (all lines deeper than them), when there are any, else all that follow the first. */
function behind(file: TextLines, lines: readonly number[], starts: readonly number[]): readonly number[] {
  const [first = Infinity] = lines;
  const inBlocks: number[] = [];
  let [at, reach] = [0, 0];
  for (const start of starts) {
    for (; (lines[at] ?? Infinity) <= start; at += 1) reach = Math.max(reach, endOfBlock(file.lines, lines[at] ?? 0));
    if (start < reach) inBlocks.push(start);
  }
  return inBlocks.length > 0 ? inBlocks : starts.filter((start) => start >= first);
}

function linesNamed(lines: readonly string[], anchor: string): readonly number[] {
  const named = (test: (line: string) => boolean) => lines.flatMap((line, at) => (test(line.trim()) ? [at] : []));
  const whole = named((line) => line === anchor);
  return whole.length > 0 ? whole : named((line) => line.startsWith(anchor));
}

function endOfBlock(lines: readonly string[], at: number): number {
  const depth = contentOf(lines[at] ?? '').start;
  let end = at + 1;
  while (end < lines.length && (isBlank(lines[end]) || contentOf(lines[end] ?? '').start > depth)) end += 1;
  return end;
}

/** The one way to stand in this order and change different lines: the earliest way and the latest are the same. Null otherwise. */
function onlyWay(found: readonly Found[]): readonly Chosen[] | null {
  const earliest: Chosen[] = [];
  for (const { hunk, how, starts } of found) {
    const before = earliest.at(-1);
    const start = starts.find((it) => before === undefined || isApart(before.hunk, before.start, hunk, it));
    if (start === undefined) return null;
    earliest.push({ hunk, how, start });
  }
  let after: Chosen | undefined;
  for (const [index, { hunk, how, starts }] of [...found.entries()].toReversed()) {
    const next = after;
    const start = starts.findLast((it) => next === undefined || isApart(hunk, it, next.hunk, next.start));
    if (start === undefined || start !== earliest[index]?.start) return null;
    after = { hunk, how, start };
  }
  return earliest;
}

/** Hunks in the order in which they stand, when each has one place: a patch may tell them in any order. */
function inOrder(found: readonly Found[]): readonly Found[] {
  if (found.some(({ starts }) => starts.length > 1)) return found;
  return found.toSorted((a, b) => (a.starts[0] ?? 0) - (b.starts[0] ?? 0));
}

function isApart(first: Hunk, firstStart: number, second: Hunk, secondStart: number): boolean {
  const [one, two] = [coreOf(first, firstStart), coreOf(second, secondStart)];
  // Two insertions at one point: which comes first is not said.
  return one.end < two.start || (one.end === two.start && !(one.start === one.end && two.start === two.end));
}

/** The lines that a hunk changes, without the kept ones around them. */
function coreOf(hunk: Hunk, start: number): { readonly start: number; readonly end: number } {
  const { lead, trail } = keptAround(hunk.steps);
  return { start: start + lead, end: start + oldLines(hunk) - trail };
}

function toPlacement(hunk: Hunk, start: number, steps: readonly Step[]): Placement {
  const { lead, trail } = keptAround(steps);
  return { start: start + lead, steps: steps.slice(lead, steps.length - trail), finalNewline: hunk.finalNewline };
}

function keptAround(steps: readonly Step[]): { readonly lead: number; readonly trail: number } {
  const lead = steps.findIndex(({ kind }) => kind !== 'keep');
  const last = steps.findLastIndex(({ kind }) => kind !== 'keep');
  return { lead, trail: steps.length - 1 - last };
}

function oldLines(hunk: Hunk): number {
  return hunk.steps.filter(({ kind }) => kind !== 'add').length;
}

function notFound(file: TextLines, { hunk }: Found): Unplaced {
  const wanted = hunk.steps.filter(({ kind }) => kind !== 'add').map(({ text }) => text);
  if (wanted.length === 0) {
    return {
      hunk,
      reason: 'ambiguous',
      message: 'This hunk only adds lines: give lines around them, as the file has them.',
      candidates: [],
    };
  }
  const unknown = hunk.anchors.find((anchor) => linesNamed(file.lines, anchor).length === 0);
  const message =
    unknown === undefined
      ? 'The kept and removed lines of this hunk do not stand in the file like this.'
      : `No line of the file is ${JSON.stringify(unknown)}, which the hunk names before it.`;
  return { hunk, reason: 'not_found', message, candidates: nearest(file.lines, wanted) };
}

function contested(file: TextLines, found: readonly Found[]): Unplaced[] {
  const several = found.filter(({ starts }) => starts.length > 1);
  const message = 'This hunk fits at several places: give more lines around it.';
  if (several.length > 0) {
    return several.map(({ hunk, starts }) => ({
      hunk,
      reason: 'ambiguous',
      message,
      candidates: placesOf(file.lines, starts, oldLines(hunk)),
    }));
  }
  return found.map(({ hunk, starts }) => ({
    hunk,
    reason: 'ambiguous',
    message: 'Two hunks change the same lines: write them as one.',
    candidates: placesOf(file.lines, starts, oldLines(hunk)),
  }));
}

function unfit(file: TextLines, hunk: Hunk, start: number): Unplaced {
  const message =
    'This fits but for its indentation or punctuation, and how its new lines are to be written here is not certain.';
  return { hunk, reason: 'not_found', message, candidates: [placeOf(file.lines, start, oldLines(hunk), message)] };
}

function isBlank(line: string | undefined): boolean {
  return line === undefined || line.trim() === '';
}
