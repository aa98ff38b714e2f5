/** A text by its lines, so that every line can keep its own end. `ends` is `\n`, `\r\n`, or empty for a last line without one. */
export interface TextLines {
  /** The byte order mark, or nothing. */
  readonly bom: string;
  readonly lines: readonly string[];
  readonly ends: readonly string[];
}

/** One line of a change: kept as the file has it, removed, or new. `text` is what was asked, which may differ from the file in blanks. */
export interface Step {
  readonly kind: 'keep' | 'remove' | 'add';
  readonly text: string;
}

/** A change and the line (from 0) where its first step stands. */
export interface Placement {
  readonly start: number;
  readonly steps: readonly Step[];
  /** Whether the text ends with a line end afterwards; left out, it stays as it is. */
  readonly finalNewline?: boolean | undefined;
}

export function readLines(text: string): TextLines {
  const bom = text.startsWith('\uFEFF') ? '\uFEFF' : '';
  const lines: string[] = [];
  const ends: string[] = [];
  for (let at = bom.length; at < text.length;) {
    const feed = text.indexOf('\n', at);
    if (feed < 0) {
      lines.push(text.slice(at));
      ends.push('');
      break;
    }
    const end = feed > at && text[feed - 1] === '\r' ? '\r\n' : '\n';
    lines.push(text.slice(at, feed + 1 - end.length));
    ends.push(end);
    at = feed + 1;
  }
  return { bom, lines, ends };
}

/**
 * The text with the changes made; they are in order and do not touch each other. A kept line is the file's, byte for byte; a new one ends like
 * the line that it stands for, else like the line before it, else like the one after it, else with `newEnd`.
 */
export function replaceLines(file: TextLines, placements: readonly Placement[], newEnd: string): string {
  const lines: string[] = [];
  const ends: string[] = [];
  let at = 0;
  const keep = () => {
    lines.push(file.lines[at] ?? '');
    ends.push(file.ends[at] ?? '');
    at += 1;
  };
  for (const { start, steps } of placements) {
    while (at < start) keep();
    let removed: string[] = [];
    for (const step of steps) {
      if (step.kind === 'keep') {
        keep();
        removed = [];
      } else if (step.kind === 'remove') {
        removed.push(file.ends[at] ?? '');
        at += 1;
      } else {
        lines.push(step.text);
        ends.push(removed.shift() ?? '');
      }
    }
  }
  while (at < file.lines.length) keep();
  giveEnds(ends, endsWithNewline(file, placements), newEnd);
  return file.bom + lines.map((line, index) => line + (ends[index] ?? '')).join('');
}

function endsWithNewline(file: TextLines, placements: readonly Placement[]): boolean {
  const asked = placements.findLast(({ finalNewline }) => finalNewline !== undefined)?.finalNewline;
  return asked ?? (file.ends.length === 0 || file.ends.at(-1) !== '');
}

/** Fills in the ends that are still open, and settles the last one. */
function giveEnds(ends: string[], finalNewline: boolean, newEnd: string): void {
  let before = ends.find((end) => end !== '') ?? newEnd;
  for (const [index, end] of ends.entries()) {
    if (end === '') ends[index] = before;
    else before = end;
  }
  if (!finalNewline && ends.length > 0) ends[ends.length - 1] = '';
}
