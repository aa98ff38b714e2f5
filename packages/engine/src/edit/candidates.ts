import { contentOf, plain } from '#edit/ladder.ts';

/** A place that was perhaps meant: what stands there, as the file has it, and why it is not taken. */
export interface Candidate {
  /** From 1. */
  readonly startLine: number;
  /** At most 12 lines of at most 200 characters. */
  readonly text: string;
  readonly why: string;
}

const mostCandidates = 3;
const mostLines = 12;
const longestLine = 200;
/** A line that stands this often in what is looked for says little about where it belongs. */
const mostRepeats = 4;

/** Places that are all what was looked for. */
export function placesOf(lines: readonly string[], starts: readonly number[], height: number): Candidate[] {
  return starts.slice(0, mostCandidates).map((start) => ({
    startLine: start + 1,
    text: excerpt(lines, start, height),
    why: `This is one of ${starts.length} places that fit.`,
  }));
}

/** One place that was found, and why it cannot be changed. */
export function placeOf(lines: readonly string[], start: number, height: number, why: string): Candidate {
  return { startLine: start + 1, text: excerpt(lines, start, height), why };
}

/** The places most alike, best first: those where most lines agree, else the lines that share most words. Linear in the file. */
export function nearest(lines: readonly string[], wanted: readonly string[]): Candidate[] {
  const votes = votesFor(lines, wanted);
  const starts = (votes.size > 0 ? votes : wordsShared(lines, wanted))
    .entries()
    .toArray()
    .toSorted(([a, much], [b, more]) => more - much || a - b)
    .slice(0, mostCandidates)
    .map(([start]) => start);
  return starts.map((start) => placeOf(lines, start, wanted.length, differenceAt(lines, wanted, start)));
}

/** Each line that agrees votes for the place where the whole would begin. */
function votesFor(lines: readonly string[], wanted: readonly string[]): Map<number, number> {
  const places = new Map<string, number[]>();
  for (const [at, line] of wanted.entries()) {
    const form = loose(line);
    const known = places.get(form) ?? [];
    if (/[\p{L}\p{N}]/u.test(form) && known.length < mostRepeats) places.set(form, [...known, at]);
  }
  const votes = new Map<number, number>();
  if (places.size === 0) return votes;
  for (const [at, line] of lines.entries()) {
    for (const offset of places.get(loose(line)) ?? []) {
      const start = Math.max(0, at - offset);
      votes.set(start, (votes.get(start) ?? 0) + 1);
    }
  }
  return votes;
}

function wordsShared(lines: readonly string[], wanted: readonly string[]): Map<number, number> {
  const words = new Set(wordsOf(wanted.find((line) => wordsOf(line).length > 0) ?? ''));
  const shared = new Map<number, number>();
  if (words.size === 0) return shared;
  for (const [at, line] of lines.entries()) {
    const common = new Set(wordsOf(line).filter((word) => words.has(word))).size;
    if (common * 2 >= words.size) shared.set(at, common);
  }
  return shared;
}

function differenceAt(lines: readonly string[], wanted: readonly string[], start: number): string {
  const at = wanted.findIndex((line, offset) => loose(line) !== loose(lines[start + offset] ?? ''));
  if (at < 0) return 'Only blanks inside its lines differ.';
  const line = lines[start + at];
  if (line === undefined) return 'The file ends before the text does.';
  if (line.normalize('NFC') === wanted[at]?.normalize('NFC')) return `Line ${start + at + 1} has another Unicode form.`;
  return `Line ${start + at + 1} differs.`;
}

function excerpt(lines: readonly string[], start: number, height: number): string {
  return lines
    .slice(start, start + Math.max(1, Math.min(height, mostLines)))
    .map((line) => (line.length > longestLine ? `${line.slice(0, longestLine)}…` : line))
    .join('\n');
}

function loose(line: string): string {
  const form = plain(line);
  const { start, end } = contentOf(form);
  return form.slice(start, end).replace(/\s+/g, '').toLowerCase();
}

function wordsOf(line: string): string[] {
  return (
    plain(line)
      .toLowerCase()
      .match(/[\p{L}\p{N}_]+/gu) ?? []
  );
}
