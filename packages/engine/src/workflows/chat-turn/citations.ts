import type { Citation } from '@yudai/contract';

const lines = String.raw`:(\d{1,7})(?:-(\d{1,7}))?(?:@([0-9a-f]{7,40}))?`;
/** Between backticks a path may hold spaces. */
const quoted = new RegExp(`\`([^\`\\n:]{1,1000}?)${lines}\``, 'g');
const bare = new RegExp(String.raw`(?<![\w/.@-])([\w@+()[\]-][\w@./+()[\]-]*[\w)\]])${lines}(?![\w-])`, 'g');

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
  const take = (whole: string, [path = '', start = '', end = start, blob]: readonly (string | undefined)[]) => {
    const named = { text: whole, path, startLine: Number(start), endLine: Number(end), blob: blob ?? null };
    if (isPlace(named)) found.set(whole, named);
  };
  const rest = text.replaceAll(quoted, (whole, ...groups: string[]) => {
    take(whole.slice(1, -1), groups.slice(0, 4));
    return ' ';
  });
  for (const [whole, path = '', ...groups] of rest.matchAll(bare)) {
    const extra = openedBefore(path);
    take(whole.slice(extra), [path.slice(extra), ...groups]);
  }
  return [...found.values()];
}

/** How many brackets at the beginning of a path are closed after it, and so belong to the sentence: `(src/a.ts:1)`, but not `(app)/page.tsx:1`. */
function openedBefore(path: string): number {
  const count = (sign: string) => path.split(sign).length - 1;
  let extra = 0;
  const open = { '(': count('(') - count(')'), '[': count('[') - count(']') };
  for (let sign = path[0]; sign === '(' || sign === '['; sign = path[extra]) {
    if (open[sign] < 1) break;
    open[sign] -= 1;
    extra += 1;
  }
  return extra;
}

/** Without the start of a blob's id it takes the ending of a file's name to tell a place from a time, an address or a version. */
function isPlace({ path, blob }: Named): boolean {
  if (path.startsWith('//') || path.trim() === '') return false;
  return blob !== null || /\.[A-Za-z]\w{0,9}$/.test(path);
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
