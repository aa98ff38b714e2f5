import { type FilePatch, type Hunk, PatchError } from '#edit/file-patch.ts';
import { readHunk } from '#edit/read-hunk.ts';
import { endOfName, pathsOf } from '#edit/patch-names.ts';

/**
 * Reads a unified diff as `diff -u` and git write it, and as models do: numbers may be wrong or missing (`@@`), empty lines may lack their blank, and
 * text may stand before it and code fences around it. Throws `PatchError` for what cannot be read for certain: a hunk that is shorter than it
 * says, a line without a sign, a hunk without a file, binary files, links, merges.
 */
export function readUnified(patch: string): FilePatch[] {
  const lines = patch.replaceAll('\r\n', '\n').split('\n');
  const files: FilePatch[] = [];
  let at = 0;
  while (at < lines.length) {
    const line = lines[at] ?? '';
    if (startsFile(lines, at)) {
      const read = readFilePatch(lines, at);
      files.push(read.file);
      at = read.next;
    } else if (line.startsWith('@@'))
      throw new PatchError(at + 1, 'This hunk belongs to no file: write --- and +++ lines before it.');
    else if (files.length > 0 && /^[+-](?!- $)/.test(line)) {
      throw new PatchError(at + 1, 'This line belongs to no hunk.');
    } else at += 1;
  }
  if (files.length === 0) throw new PatchError(1, 'This is no unified diff: it has no --- and +++ lines.');
  return files;
}

/** Lines before the first hunk, by what they say. */
interface Header {
  old: string | null;
  fresh: string | null;
  git: string | null;
  renameFrom: string | null;
  renameTo: string | null;
  copyFrom: string | null;
  copyTo: string | null;
  newMode: string | null;
  created: boolean;
  deleted: boolean;
  blob: string | null;
}

function readFilePatch(lines: readonly string[], first: number): { file: FilePatch; next: number } {
  const { header, next } = readHeader(lines, first);
  const hunks: Hunk[] = [];
  let at = next;
  while ((lines[at] ?? '').startsWith('@@')) {
    const read = readHunk(lines, at);
    hunks.push(read.hunk);
    at = read.next;
    // Blank lines between hunks belong to neither.
    let after = at;
    while (lines[after] === '') after += 1;
    if ((lines[after] ?? '').startsWith('@@')) at = after;
  }
  return { file: toFilePatch(header, hunks, first + 1), next: at };
}

function readHeader(lines: readonly string[], first: number): { header: Header; next: number } {
  const header: Header = {
    old: null,
    fresh: null,
    git: null,
    renameFrom: null,
    renameTo: null,
    copyFrom: null,
    copyTo: null,
    newMode: null,
    created: false,
    deleted: false,
    blob: null,
  };
  let at = first;
  for (; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    if (line.startsWith('@@') || (at > first && startsGitFile(line))) break;
    if (line.startsWith('--- ') && (lines[at + 1] ?? '').startsWith('+++ ')) {
      if (header.old !== null) break;
      header.old = endOfName(line.slice(4));
      header.fresh = endOfName((lines[at + 1] ?? '').slice(4));
      at += 1;
    } else if (!readExtended(header, line, at + 1)) break;
  }
  return { header, next: at };
}

/** False for a line that no header has. */
function readExtended(header: Header, line: string, number: number): boolean {
  const [, key = '', value = ''] =
    /^(diff --git|index|rename from|rename to|copy from|copy to|old mode|new mode|new file mode|deleted file mode|similarity index|dissimilarity index|Index:|=+$|diff) ?(.*)$/.exec(
      line,
    ) ?? [];
  if (/^(Binary files .* differ|GIT binary patch)$/.test(line))
    throw new PatchError(number, 'Binary files cannot be patched.');
  if (/^diff --(cc|combined) /.test(line)) throw new PatchError(number, 'The diff of a merge cannot be applied.');
  if (key === '') return false;
  if (key === 'diff --git') header.git = value;
  else if (key === 'index') header.blob = /^([0-9a-f]{7,64})\.\./.exec(value)?.[1] ?? null;
  else if (key === 'rename from') header.renameFrom = value;
  else if (key === 'rename to') header.renameTo = value;
  else if (key === 'copy from') header.copyFrom = value;
  else if (key === 'copy to') header.copyTo = value;
  else if (key.endsWith('mode')) readMode(header, key, value, number);
  return true;
}

function readMode(header: Header, key: string, mode: string, number: number): void {
  if (!/^100(644|755)$/.test(mode))
    throw new PatchError(number, `Only regular files can be patched, not mode ${mode}.`);
  if (key === 'new mode') header.newMode = mode;
  else if (key === 'new file mode') [header.created, header.newMode] = [true, mode];
  else if (key === 'deleted file mode') header.deleted = true;
}

function toFilePatch(header: Header, hunks: readonly Hunk[], line: number): FilePatch {
  const names = pathsOf(header, line);
  const executable = header.newMode === null ? undefined : header.newMode === '100755';
  const common = { line, hunks, blob: header.blob ?? undefined, executable };
  if (header.renameFrom !== null || header.renameTo !== null) return { ...common, kind: 'rename', ...names };
  if (header.copyFrom !== null || header.copyTo !== null) return { ...common, kind: 'copy', ...names };
  if (header.created || header.old === '/dev/null') return { ...common, kind: 'create', from: names.to, to: names.to };
  const isDeleted = header.deleted || header.fresh === '/dev/null';
  if (hunks.length === 0 && isDeleted && header.blob === null) {
    throw new PatchError(line, 'A removed file needs the lines that it had.');
  }
  if (isDeleted) return { ...common, kind: 'delete', from: names.from, to: names.from };
  if (names.from !== names.to) {
    throw new PatchError(line, 'This names two files: say rename from and rename to, or name one.');
  }
  if (hunks.length === 0 && executable === undefined)
    throw new PatchError(line, 'This file has no hunk: lines that begin with @@.');
  return { ...common, kind: 'change', ...names };
}

function startsFile(lines: readonly string[], at: number): boolean {
  const line = lines[at] ?? '';
  return startsGitFile(line) || (line.startsWith('--- ') && (lines[at + 1] ?? '').startsWith('+++ '));
}

function startsGitFile(line: string): boolean {
  return /^diff --(git|cc|combined) /.test(line);
}
