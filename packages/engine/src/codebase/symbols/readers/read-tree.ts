import type { SymbolKind } from '@yudai/contract';
import { symbolKinds } from '@yudai/contract/symbol-kinds';
import type { Node, Tree } from 'web-tree-sitter';
import type { Import } from '#codebase/facts.ts';
import type { Grammar } from '#codebase/parse/grammars.ts';
import { isScript } from '#codebase/parse/oxc.ts';
import { parseImport } from '#codebase/symbols/imports/index.ts';
import {
  deepest,
  type Found,
  lateImportsIn,
  mostDefinitions,
  splitName,
  type Written,
} from '#codebase/symbols/readers/written.ts';

const kinds: ReadonlySet<string> = new Set(symbolKinds);

/** What the query of a grammar finds in a tree. */
export function readTree(tree: Tree, grammar: Grammar, text: string, language: string): Written {
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
  if (isScript(language)) imports.push(...lateImportsOf(tree, text));
  return { namespaces, found, imports };
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
    const first = afterDecorators(node);
    return [
      {
        kind,
        name,
        container,
        start: first.startIndex,
        end: node.endIndex,
        startLine: first.startPosition.row + 1,
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

/** Where a definition of a script starts: what its decorators say is not its signature. */
function afterDecorators(node: Node): Node {
  if (node.firstChild?.type !== 'decorator') return node;
  return node.children.find((child) => child !== null && !/^(?:decorator|comment)$/.test(child.type)) ?? node;
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

function lateImportsOf(tree: Tree, text: string): Import[] {
  return lateImportsIn(text).flatMap(({ specifier, at }) => {
    const node = tree.rootNode.descendantForIndex(at);
    if (node === null || /comment|string|regex|template|jsx_text/.test(node.type)) return [];
    return [{ specifier, names: [], line: node.startPosition.row + 1 }];
  });
}

function isKind(name: string): name is SymbolKind {
  return kinds.has(name);
}
