import { readlink } from 'node:fs/promises';

const mostLinks = 40;

/**
 * Whether following a link within a folder comes past anything outside of it, or into its `.git`: by an absolute target, by `..`, or by another link on the
 * way. What is missing at its end does not matter. Nothing may change the folder meanwhile.
 */
export async function leadsOut(folder: string, path: Buffer): Promise<boolean> {
  // As latin1 every byte is a character, so no name is changed.
  const pending = path.toString('latin1').split('/');
  const at: string[] = [];
  let links = 0;
  for (let part = pending.shift(); part !== undefined; part = pending.shift()) {
    if (part === '' || part === '.') continue;
    if (part === '..') {
      if (at.pop() === undefined) return true;
      continue;
    }
    if (part.toLowerCase() === '.git') return true;
    const target = await targetOf(folder, [...at, part]);
    if (target === null) {
      at.push(part);
      continue;
    }
    links += 1;
    if (links > mostLinks || target.startsWith('/')) return true;
    pending.unshift(...target.split('/'));
  }
  return false;
}

/** Null when it is no link, or is not there. */
async function targetOf(folder: string, parts: readonly string[]): Promise<string | null> {
  const place = Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(parts.join('/'), 'latin1')]);
  return readlink(place, { encoding: 'buffer' }).then(
    (target) => target.toString('latin1'),
    () => null,
  );
}
