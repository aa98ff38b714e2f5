import type { Tree } from 'web-tree-sitter';
import type { BlobFacts } from '#codebase/facts.ts';
import type { Grammar } from '#codebase/parse/grammars.ts';
import { isParsed } from '#codebase/parse/grammars.ts';
import { parseText } from '#codebase/parse/parse-text.ts';
import { isNameUnit } from '#codebase/terms/words.ts';

/** One use of a name. Lines and columns count from 1; columns in UTF-16 units. */
export interface Reference {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  /** Its line, trimmed to 200 characters. */
  readonly text: string;
  readonly definition: boolean;
}

export interface ReferenceFile {
  readonly path: string;
  readonly text: string;
  readonly facts: Pick<BlobFacts, 'language' | 'definitions'>;
}

const longestLine = 200;

/** The uses of a name in one file; not in its comments and strings, where the language has a grammar that tells. */
export async function referencesIn(
  file: ReferenceFile,
  name: string,
  grammarOf: (language: string) => Promise<Grammar>,
): Promise<Reference[]> {
  const found = placesOf(file.text, name);
  if (found.length === 0) return [];
  const { language } = file.facts;
  const grammar = isParsed(language) ? await grammarOf(language) : null;
  const inCode =
    grammar === null
      ? found
      : (parseText(grammar, file.text, (tree) => found.filter((at) => isCode(tree, at))) ?? found);
  const lines = file.text.split('\n');
  const starts = lineStarts(lines);
  return inCode.map((at) => toReference(file, name, at, lines, starts));
}

/** Where the name stands as a whole word. */
function placesOf(text: string, name: string): number[] {
  const places: number[] = [];
  for (let at = text.indexOf(name); at !== -1; at = text.indexOf(name, at + name.length)) {
    if (!isWordUnit(text, at - 1) && !isWordUnit(text, at + name.length)) places.push(at);
  }
  return places;
}

// Whatever the search terms take for part of a name is one here too, so that the files to look into can be found by their terms.
function isWordUnit(text: string, at: number): boolean {
  return isNameUnit(text.charCodeAt(at)) || /[\p{L}\p{N}_$]/u.test(text.charAt(at));
}

function isCode(tree: Tree, at: number): boolean {
  const node = tree.rootNode.descendantForIndex(at);
  if (node === null) return true;
  return (
    !/comment|string|char_literal|heredoc|template_chars|jsx_text|regex/.test(node.type) || /identifier/.test(node.type)
  );
}

function lineStarts(lines: readonly string[]): number[] {
  const starts: number[] = [];
  let at = 0;
  for (const line of lines) {
    starts.push(at);
    at += line.length + 1;
  }
  return starts;
}

function toReference(
  file: ReferenceFile,
  name: string,
  at: number,
  lines: readonly string[],
  starts: readonly number[],
): Reference {
  const after = starts.findIndex((start) => start > at);
  const index = after === -1 ? starts.length - 1 : after - 1;
  const line = index + 1;
  return {
    path: file.path,
    line,
    column: at - (starts[index] ?? 0) + 1,
    text: (lines[index] ?? '').trim().slice(0, longestLine),
    definition: file.facts.definitions.some(
      (definition) => definition.name === name && declaresOn(definition, line, lines),
    ),
  };
}

/** Decorators and doc lines may stand between the start of a definition and its name. */
function declaresOn(
  definition: { readonly name: string; readonly startLine: number; readonly endLine: number },
  line: number,
  lines: readonly string[],
): boolean {
  for (let at = definition.startLine; at <= Math.min(definition.endLine, definition.startLine + 20); at += 1) {
    if (placesOf(lines[at - 1] ?? '', definition.name).length > 0) return at === line;
  }
  return false;
}
