import type { Definition, Import } from '#codebase/facts.ts';
import { isParsed } from '#codebase/parse/grammars.ts';
import { isScript } from '#codebase/parse/oxc.ts';
import { parseText } from '#codebase/parse/parse-text.ts';
import type { Parsers } from '#codebase/parse/parsers.ts';
import { toDefinitions } from '#codebase/symbols/definitions.ts';
import { readScript } from '#codebase/symbols/readers/read-script.ts';
import { readTree } from '#codebase/symbols/readers/read-tree.ts';
import type { Written } from '#codebase/symbols/readers/written.ts';

export interface Extracted {
  readonly namespaces: readonly string[];
  readonly definitions: readonly Definition[];
  readonly imports: readonly Import[];
}

export const noSymbols: Extracted = { namespaces: [], definitions: [], imports: [] };

/** Definitions, imports and namespaces of a text in the order of its lines; none of a language without a parser, or when it takes too long. */
export async function extractSymbols(text: string, language: string | null, parsers: Parsers): Promise<Extracted> {
  if (!isParsed(language)) return noSymbols;
  const written = (await readByOxc(text, language, parsers)) ?? (await readByGrammar(text, language, parsers));
  if (written === null) return noSymbols;
  const definitions = toDefinitions(written.found, text, language);
  return {
    namespaces: [...new Set(written.namespaces)],
    definitions,
    imports: inContext(unique(written.imports), definitions, text, language),
  };
}

/** Scripts only; unfinished ones, of which oxc keeps nothing, are left to the grammar, which makes the best of them. */
async function readByOxc(text: string, language: string, parsers: Parsers): Promise<Written | null> {
  if (!isScript(language)) return null;
  const scripts = await parsers.scripts();
  return scripts?.parse(language, text, (script) => readScript(script, text)) ?? null;
}

async function readByGrammar(text: string, language: string, parsers: Parsers): Promise<Written | null> {
  const grammar = await parsers.grammarOf(language);
  return parseText(grammar, text, (tree) => readTree(tree, grammar, text, language));
}

const mostNames = 500;

/** What a statement alone does not say: which types a namespace is opened for, and in which inline module of Rust it stands. */
function inContext(
  imports: readonly Import[],
  definitions: readonly Definition[],
  text: string,
  language: string,
): readonly Import[] {
  if (language === 'Rust') return imports.map((item) => ({ ...item, specifier: outOfModules(item, definitions) }));
  const opensNamespace = ({ specifier }: Import) =>
    language === 'C#' || (language === 'Java' && specifier.endsWith('.*'));
  if (!imports.some(opensNamespace)) return imports;
  const types = [...new Set(text.match(/\b[A-Z]\w*/g))].slice(0, mostNames);
  return imports.map((item) => (opensNamespace(item) ? { ...item, names: [...item.names, ...types] } : item));
}

/** Within `mod tests { … }`, `super` is the file itself. */
function outOfModules({ specifier, line }: Import, definitions: readonly Definition[]): string {
  const modules = definitions.filter(
    ({ kind, startLine, endLine }) => kind === 'module' && startLine <= line && line <= endLine,
  );
  return modules.reduce((path, _module, index) => {
    const supers = index === 0 ? /^super(?=::|$)/ : /^self::super(?=::|$)/;
    return path.replace(supers, 'self');
  }, specifier);
}

function unique(imports: readonly Import[]): Import[] {
  const byText = new Map(imports.map((item) => [`${item.specifier}\n${item.names.join(',')}\n${item.line}`, item]));
  return [...byText.values()].toSorted((a, b) => a.line - b.line);
}
