import { type FilePatch, type Hunk, PatchError } from '#edit/file-patch.ts';
import type { Step } from '#edit/lines.ts';
import { safePath } from '#edit/patch-names.ts';

/**
 * Reads a patch between `*** Begin Patch` and `*** End Patch`, as OpenAI's models write them: sections that add, delete, update and move files;
 * hunks without numbers below `@@` lines, each of which may name a line that stands before. Throws `PatchError` for what cannot be
 * read for certain, a missing end among it: then the patch is cut off.
 */
export function readV4a(patch: string): FilePatch[] {
  const lines = patch.replaceAll('\r\n', '\n').split('\n');
  const begin = lines.findIndex((line) => line.trim() === '*** Begin Patch');
  if (begin < 0) throw new PatchError(1, 'A patch begins with *** Begin Patch.');
  const end = lines.findIndex((line, at) => at > begin && line.trim() === '*** End Patch');
  if (end < 0) throw new PatchError(lines.length, 'The patch is cut off: *** End Patch is missing.');
  const starts = lines.flatMap((line, at) => (at > begin && at < end && header.test(line) ? [at] : []));
  const [first = end] = starts;
  const stray = lines.slice(begin + 1, first).findIndex((line) => line !== '');
  if (stray >= 0)
    throw new PatchError(begin + 2 + stray, 'This belongs to no file: write *** Update File: with its path before it.');
  if (starts.length === 0) throw new PatchError(begin + 1, 'The patch names no file.');
  return starts.map((start, index) => readSection(lines, start, starts[index + 1] ?? end));
}

const header = /^\*\*\* (Add|Delete|Update) File: (.*)$/;

function readSection(lines: readonly string[], start: number, end: number): FilePatch {
  const [, verb, name = ''] = header.exec(lines[start] ?? '') ?? [];
  const path = safePath(name.trim(), start + 1);
  const line = start + 1;
  const body = { from: start + 1, to: withoutBlankEnd(lines, start + 1, end) };
  if (verb === 'Add')
    return { line, kind: 'create', from: path, to: path, hunks: readAdded(lines, body.from, body.to) };
  if (verb === 'Delete') {
    if (body.to > body.from) throw new PatchError(body.from + 1, 'Nothing follows the line that deletes a file.');
    return { line, kind: 'delete', from: path, to: path, hunks: [] };
  }
  const move = /^\*\*\* Move to: (.*)$/.exec(lines[body.from] ?? '');
  const hunks = readHunks(lines, move === null ? body.from : body.from + 1, body.to);
  if (move !== null)
    return { line, kind: 'rename', from: path, to: safePath((move[1] ?? '').trim(), body.from + 1), hunks };
  if (hunks.length === 0) throw new PatchError(line, 'This file has no hunk.');
  return { line, kind: 'change', from: path, to: path, hunks };
}

function withoutBlankEnd(lines: readonly string[], from: number, to: number): number {
  let end = to;
  while (end > from && lines[end - 1] === '') end -= 1;
  return end;
}

function readAdded(lines: readonly string[], from: number, to: number): Hunk[] {
  const steps = lines.slice(from, to).map((line, at): Step => {
    if (!line.startsWith('+')) throw new PatchError(from + at + 1, 'Every line of an added file begins with +.');
    return { kind: 'add', text: line.slice(1) };
  });
  return steps.length === 0 ? [] : [{ ...newHunk(from), steps }];
}

function readHunks(lines: readonly string[], from: number, to: number): Hunk[] {
  const hunks: Hunk[] = [];
  let hunk: OpenHunk = newHunk(from);
  const close = () => {
    while (isStrayBlank(hunk.steps.at(-1), hunk.blanks)) {
      hunk.steps.pop();
      hunk.blanks -= 1;
    }
    if (hunk.steps.length > 0 && hunk.steps.every(({ kind }) => kind === 'keep'))
      throw new PatchError(hunk.line, 'This hunk changes nothing.');
    if (hunk.steps.length === 0 && hunk.anchors.length > 0)
      throw new PatchError(hunk.line, 'Nothing follows this @@ line.');
    const { blanks: _, ...read } = hunk;
    if (read.steps.length > 0) hunks.push(read);
  };
  for (let at = from; at < to; at += 1) {
    const line = lines[at] ?? '';
    if (line.startsWith('@@')) {
      if (hunk.steps.length > 0) {
        close();
        hunk = newHunk(at);
      }
      const anchor = anchorOf(line);
      if (anchor !== '') hunk.anchors.push(anchor);
    } else if (line === '*** End of File') {
      hunk.atEnd = true;
      close();
      hunk = newHunk(at + 1);
    } else addStep(hunk, line, at);
  }
  close();
  return hunks;
}

interface OpenHunk extends Hunk {
  readonly steps: Step[];
  readonly anchors: string[];
  atEnd: boolean;
  /** How many of the last steps are empty lines without a sign, which may only set hunks apart. */
  blanks: number;
}

function newHunk(at: number): OpenHunk {
  return { line: at + 1, steps: [], oldStart: null, anchors: [], atEnd: false, openEnd: false, blanks: 0 };
}

function addStep(hunk: OpenHunk, line: string, at: number): void {
  const kind = kinds[line[0] ?? ' '];
  if (kind === undefined)
    throw new PatchError(at + 1, 'A line of a hunk begins with a blank, + or -; this one does not.');
  hunk.steps.push({ kind, text: line.slice(1) });
  hunk.blanks = line === '' ? hunk.blanks + 1 : 0;
}

function isStrayBlank(step: Step | undefined, blanks: number): boolean {
  return blanks > 0 && step?.kind === 'keep' && step.text === '';
}

const kinds: Readonly<Record<string, Step['kind']>> = { ' ': 'keep', '-': 'remove', '+': 'add' };

/** What stands behind `@@`; numbers, which are none of this form's, say nothing. */
function anchorOf(line: string): string {
  return line
    .slice(2)
    .replace(/^ -\d+(?:,\d+)? \+\d+(?:,\d+)? @@/, '')
    .replace(/ @@$/, '')
    .trim();
}
