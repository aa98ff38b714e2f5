import { PatchError } from '#edit/file-patch.ts';

/** The names that the lines before the hunks of a unified diff give. */
export interface WrittenNames {
  readonly old: string | null;
  readonly fresh: string | null;
  readonly git: string | null;
  readonly renameFrom: string | null;
  readonly renameTo: string | null;
  readonly copyFrom: string | null;
  readonly copyTo: string | null;
}

/** Which file is read and which is written; without git's `a/` and `b/`. Throws `PatchError` when the lines do not say. */
export function pathsOf(names: WrittenNames, line: number): { readonly from: string; readonly to: string } {
  const [movedFrom, movedTo] = [names.renameFrom ?? names.copyFrom, names.renameTo ?? names.copyTo];
  if (movedFrom !== null || movedTo !== null) {
    if (movedFrom === null || movedTo === null)
      throw new PatchError(line, 'A rename or copy needs both its from and its to.');
    return { from: safePath(unquote(movedFrom), line), to: safePath(unquote(movedTo), line) };
  }
  const [old, fresh] =
    names.old === null || names.fresh === null ? gitNames(names.git, line) : [unquote(names.old), unquote(names.fresh)];
  if (old === nothing && fresh === nothing) throw new PatchError(line, 'This names no file.');
  const prefixed = (old === nothing || old.startsWith('a/')) && (fresh === nothing || fresh.startsWith('b/'));
  const [from, to] = prefixed ? [withoutPrefix(old), withoutPrefix(fresh)] : [old, fresh];
  return { from: safePath(from === nothing ? to : from, line), to: safePath(to === nothing ? from : to, line) };
}

/** A name in a `---` or `+++` line ends before a tab, after which stands a time. */
export function endOfName(written: string): string {
  return written.replace(/\t.*$/, '').replace(/ +$/, '');
}

/** The path if it stays in the tree; throws `PatchError` otherwise. */
export function safePath(path: string, line: number): string {
  const clean = path.replace(/^(?:\.\/)+/, '');
  const parts = clean.split('/');
  if (
    clean === '' ||
    /^([A-Za-z]:|[\\/])/.test(clean) ||
    clean.includes('\0') ||
    parts.some((part) => /^(\.{0,2}|\.git)$/i.test(part))
  ) {
    throw new PatchError(line, `${JSON.stringify(path)} is no path of a file in the tree.`);
  }
  return clean;
}

const nothing = '/dev/null';

/** Both names of a `diff --git` line; without other lines they are the same, so that the middle is known despite blanks in them. */
function gitNames(written: string | null, line: number): [string, string] {
  const quoted = /^("(?:[^"\\]|\\.)*") ("(?:[^"\\]|\\.)*")$/.exec(written ?? '');
  if (quoted !== null) return [unquote(quoted[1] ?? ''), unquote(quoted[2] ?? '')];
  const half = ((written ?? '').length - 1) / 2;
  const [old, fresh] = [(written ?? '').slice(0, half), (written ?? '').slice(half + 1)];
  if (!Number.isInteger(half) || old.slice(1) !== fresh.slice(1))
    throw new PatchError(line, 'This does not say which file it is about.');
  return [old, fresh];
}

function withoutPrefix(name: string): string {
  return name === nothing ? name : name.slice(2);
}

const escapes: Readonly<Record<string, number>> = { a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13 };

/** A name as git quotes it: C escapes, bytes of UTF-8 in octal. */
function unquote(written: string): string {
  if (!/^".*"$/.test(written)) return written;
  const bytes: number[] = [];
  for (const [, octal, escaped, plain] of written.slice(1, -1).matchAll(/\\([0-7]{3})|\\(.)|([^\\]+)/gsu)) {
    if (octal !== undefined) bytes.push(Number.parseInt(octal, 8));
    else if (escaped !== undefined) bytes.push(escapes[escaped] ?? escaped.charCodeAt(0));
    else bytes.push(...Buffer.from(plain ?? '', 'utf8'));
  }
  return Buffer.from(bytes).toString('utf8');
}
