import type { Node, Tree } from 'web-tree-sitter';
import { parse as parseJsonc, type ParseError, printParseErrorCode } from 'jsonc-parser';
import { languageOfPath, languageOfText } from '#codebase/classify/languages.ts';
import { isParsed } from '#codebase/parse/grammars.ts';
import { parseText } from '#codebase/parse/parse-text.ts';
import { createParsers } from '#codebase/parse/parsers.ts';

export type SyntaxVerdict =
  /** It parses. */
  | { readonly kind: 'parses' }
  /** Nobody can say: no parser, one that took too long, or a text that did not parse before either. */
  | { readonly kind: 'unknown'; readonly why: 'language' | 'time' | 'broken_before' }
  /** It parsed before and does not any more. Lines and columns from 1, in UTF-16 units. */
  | {
      readonly kind: 'broken';
      readonly line: number;
      readonly column: number;
      readonly message: string;
      /** The line there, at most 200 characters of it. */
      readonly text: string;
    };

/** Judges a change of a file; `before` is null for a new one. Throws `GrammarError` when a grammar is not installed. */
export type SyntaxCheck = (path: string, before: string | null, after: string) => Promise<SyntaxVerdict>;

/**
 * The gate behind every edit. Of the parsers only those that survive every text are asked. In C and C++, where macros make texts that no parser
 * reads without preprocessing, only brackets that no longer pair are held against a change.
 */
export function createSyntaxCheck(): SyntaxCheck {
  const { careful } = createParsers();
  return async (path, before, after) => {
    const language = languageOfText(languageOfPath(path), after);
    if (language === 'JSON') return judge((text) => errorsInJson(text, isStrictJson(path)), before, after);
    if (!isParsed(language)) return { kind: 'unknown', why: 'language' };
    const grammar = await careful.grammarOf(language);
    const find = hasMacros(language) ? unpairedIn : errorIn;
    return judge((text) => parseText(grammar, text, (tree) => ({ error: find(tree) })), before, after);
  };
}

interface SyntaxError {
  /** UTF-16 units from the start. */
  readonly at: number;
  readonly message: string;
}

function judge(
  parse: (text: string) => { readonly error: SyntaxError | null } | null,
  before: string | null,
  after: string,
): SyntaxVerdict {
  const parsed = parse(withoutMark(after));
  if (parsed === null) return { kind: 'unknown', why: 'time' };
  if (parsed.error === null) return { kind: 'parses' };
  const old = before === null ? { error: null } : parse(withoutMark(before));
  if (old === null) return { kind: 'unknown', why: 'time' };
  if (old.error !== null) return { kind: 'unknown', why: 'broken_before' };
  return { kind: 'broken', ...placeIn(withoutMark(after), parsed.error.at), message: parsed.error.message };
}

/** The first place at which the grammar had to skip or invent something. */
function errorIn(tree: Tree): SyntaxError | null {
  if (!tree.rootNode.hasError) return null;
  let node: Node = tree.rootNode;
  for (;;) {
    if (node.isMissing) return { at: node.startIndex, message: `${JSON.stringify(node.type)} is missing here.` };
    const inner = node.children.find((child) => child !== null && (child.hasError || child.isMissing));
    if (inner === undefined || inner === null) return { at: node.startIndex, message: 'This cannot be parsed.' };
    node = inner;
  }
}

const pairs: ReadonlyMap<string, string> = new Map([
  [')', '('],
  [']', '['],
  ['}', '{'],
]);

/** The first bracket without its partner, outside strings and comments. */
function unpairedIn(tree: Tree): SyntaxError | null {
  if (!tree.rootNode.hasError) return null;
  const open: { readonly type: string; readonly at: number }[] = [];
  const cursor = tree.walk();
  try {
    for (;;) {
      const { nodeType: type, startIndex: at } = cursor;
      if (!cursor.nodeIsMissing && [...pairs.values()].includes(type)) open.push({ type, at });
      const partner = cursor.nodeIsMissing ? undefined : pairs.get(type);
      if (partner !== undefined && open.pop()?.type !== partner) return { at, message: `${type} closes nothing.` };
      if (cursor.gotoFirstChild() || cursor.gotoNextSibling()) continue;
      while (cursor.gotoParent()) if (cursor.gotoNextSibling()) break;
      if (cursor.currentDepth === 0) break;
    }
  } finally {
    cursor.delete();
  }
  const [last] = open.slice(-1);
  return last === undefined ? null : { at: last.at, message: `${last.type} is never closed.` };
}

function hasMacros(language: string): boolean {
  return language === 'C' || language === 'C++';
}

/** Files whose readers take no comments or trailing commas; of others it is not known. */
function isStrictJson(path: string): boolean {
  return /(^|\/)(package|package-lock|composer|manifest)\.json$/.test(path);
}

function errorsInJson(text: string, isStrict: boolean): { readonly error: SyntaxError | null } {
  const errors: ParseError[] = [];
  parseJsonc(text, errors, { allowTrailingComma: !isStrict, disallowComments: isStrict });
  const [first] = errors;
  return { error: first === undefined ? null : { at: first.offset, message: `${printParseErrorCode(first.error)}.` } };
}

function withoutMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}

function placeIn(text: string, at: number): { readonly line: number; readonly column: number; readonly text: string } {
  const start = at === 0 ? 0 : text.lastIndexOf('\n', at - 1) + 1;
  const end = text.indexOf('\n', at);
  const line = text.slice(start, end < 0 ? text.length : end);
  return { line: text.slice(0, start).split('\n').length, column: at - start + 1, text: line.slice(0, 200) };
}
