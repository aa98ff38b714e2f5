import type { Citation } from '@yudai/contract';

// A path with a dot or slash in it, lines, and the start of a blob's id. Without an id the lines are looked up in what is there now.
const pattern =
  /(?<![\w/.@-])([\w@.+()[\]-][\w@./+()[\] -]*?[\w)\]]):(\d{1,7})(?:-(\d{1,7}))?(?:@([0-9a-f]{7,40}))?(?![\w-])/g;

/** What is at a path now; null when nothing is. */
export interface CitedFile {
  readonly blob: string;
  readonly lines: number;
}

interface Named {
  readonly text: string;
  readonly path: string;
  readonly startLine: number;
  readonly endLine: number;
  readonly blob: string | null;
}

/** Every place that a text names in the form `path:start-end@blob`, once. URLs, times and the like are none. */
export function citationsIn(text: string): Named[] {
  const found = new Map<string, Named>();
  for (const [whole, path = '', start = '', end = start, blob = null] of text.matchAll(pattern)) {
    if (!/[./]/.test(path) || path.startsWith('//') || /^\d+(\.\d+)*$/.test(path)) continue;
    if (blob === null && !/\.\w{1,10}$/.test(path)) continue;
    const named = { text: whole, path, startLine: Number(start), endLine: Number(end), blob };
    found.set(whole, named);
  }
  return [...found.values()];
}

/**
 * Looks every citation of a text up. `verified`: the file has this content and these lines; `stale`: the file is there with another content;
 * `missing`: no such file, or no such lines.
 */
export async function checkCitations(
  text: string,
  fileAt: (path: string) => Promise<CitedFile | null>,
): Promise<Citation[]> {
  const checked: Citation[] = [];
  for (const named of citationsIn(text)) checked.push({ ...named, state: stateOf(named, await fileAt(named.path)) });
  return checked;
}

function stateOf(named: Named, file: CitedFile | null): Citation['state'] {
  if (file === null || named.startLine < 1 || named.endLine < named.startLine) return 'missing';
  if (named.blob !== null && !file.blob.startsWith(named.blob)) return 'stale';
  return named.endLine <= file.lines ? 'verified' : 'missing';
}
