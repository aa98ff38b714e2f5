import type { WrittenImport } from '#codebase/symbols/imports/written-import.ts';

/** `mod a;`, `extern crate a;` and `use a::{b::{self, c}, d as e};` as one specifier per leaf; `mod a` is written `mod a`. */
export function parseRustUse(statement: string): WrittenImport[] {
  const plain = statement
    .replaceAll(/\/\/[^\n]*/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
  const module = /\bmod (\w+) ?;$/.exec(plain);
  if (module !== null) return [written(`mod ${module[1] ?? ''}`)];
  const external = /\bextern crate (\w+)/.exec(plain);
  if (external !== null) return [written(external[1] ?? '')];
  const tree = /\buse (.*?);?$/.exec(plain)?.[1];
  return tree === undefined ? [] : leavesOf(tree).slice(0, 200).map(written);
}

function written(specifier: string): WrittenImport {
  return { specifier, names: [] };
}

function leavesOf(tree: string): string[] {
  const brace = tree.indexOf('{');
  if (brace === -1) {
    const path = withoutSpaces(tree.replace(/ as .*$/, '')).replace(/^::/, '');
    return path === '' ? [] : [path.replace(/::self$/, '')];
  }
  const prefix = withoutSpaces(tree.slice(0, brace)).replace(/^::/, '');
  const inside = tree.slice(brace + 1, tree.lastIndexOf('}'));
  const leaves = splitOutside(inside).flatMap((part) => leavesOf(part.trim()));
  return leaves.map((leaf) => (leaf === 'self' ? prefix.replace(/::$/, '') : `${prefix}${leaf}`));
}

function withoutSpaces(text: string): string {
  return text.replaceAll(' ', '');
}

/** Splits at the commas that stand in no inner braces. */
function splitOutside(list: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at < list.length; at += 1) {
    const character = list[at];
    if (character === '{') depth += 1;
    else if (character === '}') depth -= 1;
    else if (character === ',' && depth === 0) {
      parts.push(list.slice(from, at));
      from = at + 1;
    }
  }
  return [...parts, list.slice(from)];
}
