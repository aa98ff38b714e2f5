import { createHash } from 'node:crypto';
import type { Candidate } from '#edit/candidates.ts';
import { type FilePatch, PatchError } from '#edit/file-patch.ts';
import type { How } from '#edit/ladder.ts';
import { readLines, replaceLines } from '#edit/lines.ts';
import { type HunkRefusal, placeHunks } from '#edit/place-hunks.ts';
import { readUnified } from '#edit/read-unified.ts';
import { readV4a } from '#edit/read-v4a.ts';

/** The text of a file of the tree, byte order mark included; null when there is none. */
export type ReadText = (path: string) => string | null | Promise<string | null>;

/** What to do to one file. A renamed one is to be removed at `from`. */
export interface FileChange {
  readonly kind: 'created' | 'changed' | 'deleted' | 'renamed';
  readonly path: string;
  readonly from: string | null;
  /** The whole new text; null for a deleted file. */
  readonly text: string | null;
  /** The loosest rung that a hunk needed. */
  readonly how: How;
  /** Set when the patch says whether the file can be executed. */
  readonly executable?: boolean | undefined;
}

export type PatchRefusal = HunkRefusal | 'malformed' | 'missing' | 'exists' | 'unchanged';

export interface RefusedPart {
  /** Null when the patch cannot be read that far. */
  readonly path: string | null;
  /** The line of the patch, from 1. */
  readonly line: number;
  readonly reason: PatchRefusal;
  readonly message: string;
  readonly candidates: readonly Candidate[];
}

export type PatchResult =
  | { readonly kind: 'applied'; readonly changes: readonly FileChange[] }
  | { readonly kind: 'refused'; readonly parts: readonly RefusedPart[] };

/**
 * Works out what a unified diff makes of the files, all of it or nothing: one refused hunk refuses the patch, and every reason is told. Sections
 * follow each other, so that a second one of a file sees what the first has made of it. Where hunks go is `placeHunks`; what is
 * kept of a file is as with `applyEdit`. Never throws for what a patch says.
 */
export function applyPatch(read: ReadText, patch: string): Promise<PatchResult> {
  return applyFiles(read, patch, readUnified);
}

/** The same for a patch of the form `*** Begin Patch`. */
export function applyV4a(read: ReadText, patch: string): Promise<PatchResult> {
  return applyFiles(read, patch, readV4a);
}

async function applyFiles(read: ReadText, patch: string, reader: (patch: string) => FilePatch[]): Promise<PatchResult> {
  let files: readonly FilePatch[];
  try {
    files = reader(patch);
  } catch (error) {
    if (!(error instanceof PatchError)) throw error;
    return {
      kind: 'refused',
      parts: [{ path: null, line: error.line, reason: 'malformed', message: error.message, candidates: [] }],
    };
  }
  const tree = createOverlay(read);
  const refused: RefusedPart[] = [];
  for (const file of files) refused.push(...(await applyFile(tree, file)));
  if (refused.length > 0) return { kind: 'refused', parts: refused };
  const changes = await tree.changes();
  if (changes.length > 0) return { kind: 'applied', changes };
  return {
    kind: 'refused',
    parts: [
      { path: null, line: 1, reason: 'unchanged', message: 'Together these changes change nothing.', candidates: [] },
    ],
  };
}

/** The tree as the sections so far have made it. */
interface Overlay {
  textOf(path: string): Promise<string | null>;
  put(path: string, entry: Entry): void;
  /** What a file was called before the patch. */
  originOf(path: string): string;
  changes(): Promise<FileChange[]>;
}

interface Entry {
  readonly text: string | null;
  readonly how?: How;
  readonly from?: string;
  readonly executable?: boolean | undefined;
}

function createOverlay(read: ReadText): Overlay {
  const original = new Map<string, string | null>();
  const entries = new Map<string, Entry>();
  const originalOf = async (path: string) => {
    const text = original.has(path) ? (original.get(path) ?? null) : await read(path);
    original.set(path, text);
    return text;
  };
  return {
    textOf: async (path) => entries.get(path)?.text ?? (entries.has(path) ? null : await originalOf(path)),
    put(path, entry) {
      entries.set(path, { ...entries.get(path), ...entry });
    },
    originOf: (path) => entries.get(path)?.from ?? path,
    async changes() {
      const changes: FileChange[] = [];
      const moved = new Set<string>();
      for (const [path, { text, how = 'exact', from, executable }] of entries) {
        const before = await originalOf(path);
        const common = { path, text, how, executable };
        if (text === null) {
          if (before !== null) changes.push({ ...common, kind: 'deleted', from: null });
        } else if (from !== undefined && from !== path && (await isGone(from)) && !moved.has(from)) {
          moved.add(from);
          changes.push({ ...common, kind: 'renamed', from });
        } else if (before === null) changes.push({ ...common, kind: 'created', from: null });
        else if (before !== text || executable !== undefined) changes.push({ ...common, kind: 'changed', from: null });
      }
      return changes.filter(({ kind, path }) => kind !== 'deleted' || !moved.has(path));
    },
  };

  async function isGone(path: string): Promise<boolean> {
    return entries.get(path)?.text === null && (await originalOf(path)) !== null;
  }
}

async function applyFile(tree: Overlay, file: FilePatch): Promise<RefusedPart[]> {
  const refuse = (reason: PatchRefusal, message: string, path = file.from): RefusedPart[] => [
    { path, line: file.line, reason, message, candidates: [] },
  ];
  const before = await tree.textOf(file.from);
  const { executable } = file;
  if (file.kind === 'create') {
    if (before !== null) return refuse('exists', 'This file is there already.');
    if (file.hunks.some(({ steps }) => steps.some(({ kind }) => kind !== 'add')) || file.hunks.length > 1) {
      return refuse('malformed', 'A new file has one hunk in which every line begins with +.');
    }
    tree.put(file.to, { text: textOfNew(file), executable });
    return [];
  }
  if (before === null) return refuse('missing', 'There is no such file.');
  if (file.kind === 'delete' && file.hunks.length === 0) {
    if (file.blob !== undefined && !isBlob(before, file.blob)) {
      return refuse('not_found', 'This is not the text that the patch removes.');
    }
    tree.put(file.from, { text: null });
    return [];
  }
  const moves = file.kind === 'rename' || file.kind === 'copy';
  if (moves && (file.from === file.to || (await tree.textOf(file.to)) !== null)) {
    return refuse('exists', 'The file to write is there already.', file.to);
  }
  const changed = changeText(before, file);
  if ('refused' in changed) return changed.refused;
  if (file.kind === 'delete') {
    if (changed.text !== '') return refuse('not_found', 'The file has more than the lines that the patch removes.');
    tree.put(file.from, { text: null });
    return [];
  }
  const origin = tree.originOf(file.from);
  if (file.kind === 'rename') tree.put(file.from, { text: null });
  tree.put(file.to, { ...changed, executable, ...(file.kind === 'rename' ? { from: origin } : {}) });
  return [];
}

function textOfNew({ hunks }: FilePatch): string {
  const lines = hunks.flatMap(({ steps }) => steps.map(({ text }) => text));
  const end = lines.length === 0 || hunks.some(({ finalNewline }) => finalNewline === false) ? '' : '\n';
  return lines.join('\n') + end;
}

function changeText(
  before: string,
  file: FilePatch,
): { readonly text: string; readonly how: How } | { readonly refused: RefusedPart[] } {
  if (file.hunks.length === 0) return { text: before, how: 'exact' };
  const lines = readLines(before);
  const placed = placeHunks(lines, file.hunks, file.blob !== undefined && isBlob(before, file.blob));
  if (placed.kind === 'unplaced') {
    const refused = placed.unplaced.map(({ hunk, reason, message, candidates }) => ({
      path: file.from,
      line: hunk.line,
      reason,
      message,
      candidates,
    }));
    return { refused };
  }
  const text = replaceLines(lines, placed.placements, '\n');
  if (text !== before) return { text, how: placed.how };
  const message = 'This changes nothing in the file.';
  return { refused: [{ path: file.from, line: file.line, reason: 'unchanged', message, candidates: [] }] };
}

/** Whether git's hash of a text begins like this. */
function isBlob(text: string, start: string): boolean {
  const bytes = Buffer.from(text, 'utf8');
  return ['sha1', 'sha256'].some((algorithm) =>
    createHash(algorithm).update(`blob ${bytes.length}\0`).update(bytes).digest('hex').startsWith(start),
  );
}
