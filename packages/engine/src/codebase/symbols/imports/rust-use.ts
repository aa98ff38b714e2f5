import type { WrittenImport } from '#codebase/symbols/imports/index.ts';

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
  return tree === undefined ? [] : leavesOf(tree.replaceAll(' ', '\u0001')).slice(0, 200).map(written);
}

function written(specifier: string): WrittenImport {
  return { specifier, names: [], lineOffset: 0 };
}

/** Spaces arrive as U+0001, so that ` as ` can be told from names that hold these letters. */
function leavesOf(tree: string): string[] {
  const brace = tree.indexOf('{');
  if (brace === -1) {
    const path = tree
      .replace(/\u0001as\u0001.*$/, '')
      .replaceAll('\u0001', '')
      .replace(/^::/, '');
    return path === '' ? [] : [path.replace(/::self$/, '')];
  }
  const prefix = tree.slice(0, brace).replaceAll('\u0001', '').replace(/^::/, '');
  const inside = tree.slice(brace + 1, tree.lastIndexOf('}'));
  return splitOutside(inside).flatMap((part) =>
    leavesOf(part.replace(/^\u0001+|\u0001+$/g, '')).map((leaf) =>
      leaf === 'self' ? prefix.replace(/::$/, '') : `${prefix}${leaf}`,
    ),
  );
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
