import { symbolKinds, type SymbolKind } from '@yudai/contract';
import type { Node, Tree } from 'web-tree-sitter';
import type { Definition, Import } from '#codebase/facts.ts';
import type { Grammar } from '#codebase/parse/grammars.ts';
import { docAbove } from '#codebase/symbols/doc.ts';
import { lateImportsOf, parseImport } from '#codebase/symbols/imports/index.ts';

export interface Extracted {
  readonly namespaces: readonly string[];
  readonly definitions: readonly Definition[];
  readonly imports: readonly Import[];
}

/** How deep a definition may stand; deeper ones are details of a function, and looking for them costs as much as parsing. */
const deepest = 8;
const longestSignature = 200;
const mostDefinitions = 5_000;
const kinds: ReadonlySet<string> = new Set(symbolKinds);

/** Definitions, imports and namespaces of one parsed text, in the order of its lines. */
export function extractSymbols(tree: Tree, grammar: Grammar, text: string, language: string): Extracted {
  const found: Found[] = [];
  const imports: Import[] = [];
  const namespaces: string[] = [];
  for (const { captures } of grammar.query.matches(tree.rootNode, { maxStartDepth: deepest })) {
    const parts = new Map(captures.map(({ name, node }) => [name, node]));
    const namespace = parts.get('namespace.name');
    const imported = parts.get('import');
    if (namespace !== undefined) namespaces.push(namespace.text);
    else if (imported !== undefined) imports.push(...importsOf(imported, language));
    else if (found.length < mostDefinitions) found.push(...toFound(parts));
  }
  imports.push(...lateImportsOf(tree, text, language));
  const definitions = toDefinitions(found, text, language);
  return {
    namespaces: [...new Set(namespaces)],
    definitions,
    imports: inContext(unique(imports), definitions, text, language),
  };
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

interface Found {
  readonly kind: SymbolKind | 'scope';
  readonly name: string;
  readonly container: string;
  readonly start: number;
  readonly end: number;
  readonly startLine: number;
  readonly endLine: number;
  readonly bodyStart: number | null;
}

function importsOf(node: Node, language: string): Import[] {
  const line = node.startPosition.row + 1;
  return parseImport(language, node.text).map((found) => ({ ...found, line }));
}

function toFound(parts: ReadonlyMap<string, Node>): Found[] {
  for (const [kind, node] of parts) {
    if (kind !== 'scope' && !isKind(kind)) continue;
    const declarator = parts.get('declarator');
    const written = declarator === undefined ? parts.get('name')?.text : declaredName(declarator);
    if (written === undefined) return [];
    const { name, container } =
      kind === 'namespace' ? { name: written, container: '' } : splitName(written, parts.get('container')?.text ?? '');
    if (name === '') return [];
    return [
      {
        kind,
        name,
        container,
        start: node.startIndex,
        end: node.endIndex,
        startLine: node.startPosition.row + 1,
        endLine:
          node.endPosition.column === 0 && node.endPosition.row > node.startPosition.row
            ? node.endPosition.row
            : node.endPosition.row + 1,
        bodyStart: bodyOf(node)?.startIndex ?? null,
      },
    ];
  }
  return [];
}

function bodyOf(node: Node): Node | null {
  return node.childForFieldName('body') ?? node.childForFieldName('value')?.childForFieldName('body') ?? null;
}

/** The name inside a C declarator such as `*Queue::push(int x) const`. */
function declaredName(declarator: Node): string | undefined {
  let node: Node | null = declarator;
  while (node !== null && !namesOfC.has(node.type)) {
    node =
      node.childForFieldName('declarator') ??
      node.namedChildren.find((child) => child !== null && child.type.includes('declarator')) ??
      null;
  }
  return node?.text;
}

const namesOfC = new Set([
  'identifier',
  'field_identifier',
  'qualified_identifier',
  'destructor_name',
  'operator_name',
  'template_function',
]);

/** `Queue::push` is `push` of `Queue`; receivers and type arguments lose what is not the name. */
function splitName(written: string, container: string): { name: string; container: string } {
  const plain = written.replaceAll(/\s+/g, ' ').replace(/^["'#]+|["']+$/g, '');
  const around = container.replaceAll(/[*&\s]|\[.*\]/g, '');
  const at = plain.startsWith('operator') ? -1 : plain.lastIndexOf('::');
  if (at === -1) return { name: plain.replace(/<.*>$/s, '').slice(0, 200), container: around };
  return {
    name: plain.slice(at + 2),
    container: plain
      .slice(0, at)
      .replaceAll(/<[^>]*>/g, '')
      .replaceAll('::', '.'),
  };
}

/** Sorts by position, drops what two patterns found twice, and says in what each stands. */
function toDefinitions(found: readonly Found[], text: string, language: string): Definition[] {
  const sorted = found.toSorted((a, b) => a.start - b.start || b.end - a.end || rankOf(b.kind) - rankOf(a.kind));
  const around: Found[] = [];
  const definitions: Definition[] = [];
  const seen = new Set<string>();
  const lines = text.split('\n');
  for (const item of sorted) {
    while ((around.at(-1)?.end ?? Infinity) <= item.start) around.pop();
    const id = `${item.start} ${item.name}`;
    if (seen.has(id)) continue;
    seen.add(id);
    if (item.kind !== 'scope') {
      const isInType = typeKinds.has(around.at(-1)?.kind ?? '');
      definitions.push({
        name: item.name,
        container: [...around.map(({ name }) => name), ...(item.container === '' ? [] : [item.container])].join('.'),
        kind: kindIn(item, isInType || item.container !== ''),
        startLine: item.startLine,
        endLine: item.endLine,
        signature: signatureOf(item, text, language),
        doc: docOf(item, text, lines, language),
      });
    }
    if (!leafKinds.has(item.kind)) around.push(item);
  }
  return definitions;
}

const typeKinds = new Set<string>(['class', 'interface', 'struct', 'enum', 'trait', 'scope']);
const leafKinds = new Set<string>(['field', 'property', 'constant', 'variable', 'type', 'macro']);

/** Go names one type by two patterns: the more exact one wins; a function beats the constant it is the value of. */
function rankOf(kind: Found['kind']): number {
  if (kind === 'type' || kind === 'variable') return 0;
  return kind === 'constant' ? 1 : 2;
}

function kindIn({ kind, name }: Found, isInType: boolean): SymbolKind {
  if (kind === 'scope') return 'type';
  if (kind === 'function' && isInType) return 'method';
  if (kind === 'method' && (name === 'constructor' || name === '__construct')) return 'constructor';
  return kind === 'variable' && /^[A-Z][A-Z0-9_]+$/.test(name) ? 'constant' : kind;
}

/** A definition that shares its line with what comes before it does not own the comment above. */
function docOf(item: Found, text: string, lines: readonly string[], language: string): string | null {
  if (!startsLine(item.start, text)) return null;
  const body = item.bodyStart === null ? '' : text.slice(item.bodyStart, item.bodyStart + 600);
  return docAbove(lines, item.startLine, language, body);
}

/** The declaration on one line, from the start of its line to its body. */
function signatureOf({ start, end, bodyStart }: Found, text: string, language: string): string {
  const from = startsLine(start, text) ? text.lastIndexOf('\n', start - 1) + 1 : start;
  const written = text.slice(from, Math.min(bodyStart ?? end, start + 600));
  const head =
    language === 'Ruby' ? written.split('\n', 1).join('') : bodyStart === null ? firstLines(written) : written;
  const oneLine = head.replaceAll(/\s+/g, ' ').trim();
  return oneLine.replace(/\s*(?:=>|[{:=;])$/, '').slice(0, longestSignature);
}

/** Whether only modifiers such as `export` stand before it on its line. */
function startsLine(start: number, text: string): boolean {
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  return start - lineStart <= 200 && !/[{};]/.test(text.slice(lineStart, start));
}

/** Without a body (fields, constants, types), three lines say enough. */
function firstLines(text: string): string {
  return text.split('\n', 3).join('\n');
}

function unique(imports: readonly Import[]): Import[] {
  const byText = new Map(imports.map((item) => [`${item.specifier}\n${item.names.join(',')}\n${item.line}`, item]));
  return [...byText.values()].toSorted((a, b) => a.line - b.line);
}

function isKind(name: string): name is SymbolKind {
  return kinds.has(name);
}
