import { type Hunk, PatchError } from '#edit/file-patch.ts';
import type { Step } from '#edit/lines.ts';

/** Reads the hunk of a unified diff that begins at a line (from 0). Its counts are believed when they fit, else its signs. */
export function readHunk(lines: readonly string[], first: number): { readonly hunk: Hunk; readonly next: number } {
  const [, start, old = '1', , fresh = '1'] =
    /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(lines[first] ?? '') ?? [];
  const counts = start === undefined ? null : { old: Number(old), fresh: Number(fresh) };
  if ((lines[first] ?? '').startsWith('@@@')) throw new PatchError(first + 1, 'The diff of a merge cannot be applied.');
  const body = (counts === null ? null : bodyByCounts(lines, first + 1, counts)) ?? bodyBySigns(lines, first + 1);
  if (counts !== null && isCutOff(body, counts)) {
    throw new PatchError(
      first + 1,
      'This hunk has fewer lines than it counts, so some may be missing. Write it whole, or @@ without numbers.',
    );
  }
  const hunk = {
    line: first + 1,
    oldStart: start === undefined ? null : Number(start),
    anchors: [],
    ...read(body, first + 2),
  };
  if (hunk.steps.every(({ kind }) => kind === 'keep')) throw new PatchError(first + 1, 'This hunk changes nothing.');
  return { hunk, next: body.next };
}

interface Body {
  readonly lines: readonly string[];
  readonly next: number;
}

interface Counts {
  readonly old: number;
  readonly fresh: number;
}

/** As many lines as the header counts; null when they do not end where a hunk can end. */
function bodyByCounts(lines: readonly string[], first: number, { old, fresh }: Counts): Body | null {
  let [oldLeft, freshLeft, at] = [old, fresh, first];
  for (; oldLeft > 0 || freshLeft > 0; at += 1) {
    const line = lines[at];
    if (line === undefined || !/^([ +\-\\]|$)/.test(line) || (line === '' && at === lines.length - 1)) return null;
    if (!/^[+\\]/.test(line)) oldLeft -= 1;
    if (!/^[-\\]/.test(line)) freshLeft -= 1;
    if (oldLeft < 0 || freshLeft < 0) return null;
  }
  while ((lines[at] ?? '').startsWith('\\')) at += 1;
  // An empty line may be a kept one that lost its blank, with more of the hunk behind it.
  let after = at;
  while (lines[after] === '') after += 1;
  const next = lines[after] ?? '';
  const goesOn = /^[ +-]/.test(next) && !isSignature(next) && !startsFile(lines, after);
  return goesOn ? null : { lines: lines.slice(first, at), next: at };
}

function bodyBySigns(lines: readonly string[], first: number): Body {
  let at = first;
  while (/^([ +\-\\]|$)/.test(lines[at] ?? '@@') && !isSignature(lines[at] ?? '') && !startsFile(lines, at)) at += 1;
  const after = lines[at];
  if (after !== undefined && !/^(@@|diff |Index: |-- $|```|--- )/.test(after)) {
    throw new PatchError(at + 1, 'A line of a hunk begins with a blank, + or -; this one does not.');
  }
  let end = at;
  while (end > first && lines[end - 1] === '') end -= 1;
  return { lines: lines.slice(first, end), next: at };
}

/** Whether some of what the hunk counts may be missing. More than it counts is only counted wrong. */
function isCutOff(body: Body, counts: Counts): boolean {
  const count = (signs: RegExp) => body.lines.filter((line) => signs.test(line)).length;
  return count(/^([ -]|$)/) < counts.old || count(/^([ +]|$)/) < counts.fresh;
}

function read(body: Body, firstLine: number): Omit<Hunk, 'line' | 'oldStart' | 'anchors'> {
  const steps: Step[] = [];
  const open = { old: false, fresh: false };
  for (const [at, line] of body.lines.entries()) {
    const last = steps.at(-1);
    if (open.old && open.fresh) throw new PatchError(firstLine + at, 'Lines follow the last line of the file.');
    if (!line.startsWith('\\')) steps.push({ kind: kinds[line[0] ?? ' '] ?? 'keep', text: line.slice(1) });
    else if (last !== undefined) {
      if (last.kind !== 'add') open.old = true;
      if (last.kind !== 'remove') open.fresh = true;
    }
  }
  return {
    steps,
    atEnd: open.old || open.fresh,
    openEnd: open.old,
    ...(open.old || open.fresh ? { finalNewline: !open.fresh } : {}),
  };
}

const kinds: Readonly<Record<string, Step['kind']>> = { ' ': 'keep', '-': 'remove', '+': 'add' };

function isSignature(line: string): boolean {
  return line === '-- ';
}

function startsFile(lines: readonly string[], at: number): boolean {
  return (
    (lines[at] ?? '').startsWith('--- ') &&
    (lines[at + 1] ?? '').startsWith('+++ ') &&
    (lines[at + 2] ?? '').startsWith('@@')
  );
}
