import type { Import } from '#codebase/facts.ts';
import type { Script, ScriptNode } from '#codebase/parse/oxc.ts';
import { createLines } from '#codebase/symbols/readers/lines.ts';
import { childFields } from '#codebase/symbols/readers/script-children.ts';
import {
  deepest,
  type Found,
  lateImportsIn,
  mostDefinitions,
  splitName,
  type Written,
} from '#codebase/symbols/readers/written.ts';

/**
 * What oxc's tree of a script holds: the same as `readTree` with the query of JavaScript or TypeScript, which reads these languages where
 * oxc cannot. `agreement.test.ts` holds them together.
 */
export function readScript(script: Script, text: string): Written {
  const lines = createLines(text);
  const found: Found[] = [];
  const imports: Import[] = [];

  for (const statement of script.body) {
    for (const item of onlyOutside(statement)) add(item);
    visit(statement, 1, false);
  }
  const late = lateImportsIn(text);
  const inCode = new Set(late.length === 0 ? [] : script.inCode(late.map(({ at }) => at)));
  for (const { specifier, at } of late) if (inCode.has(at)) imports.push({ specifier, names: [], line: lines.at(at) });
  return { namespaces: [], found, imports };

  /** `depth` is what a tree-sitter tree has it at. */
  function visit(node: ScriptNode, at: number, isExported: boolean): void {
    const depth = at + levelsAround(node, isExported);
    if (depth > deepest) return;
    const source = sourceOf(node, text);
    if (source !== null) imports.push({ specifier: source, names: [], line: lines.at(node.start) });
    const item = definitionOf(node);
    if (item !== null) add(item);
    if (memberTypes.has(node.type)) return visitMember(node, depth);
    for (const [field, levels] of childFields[node.type] ?? []) visitField(node, field, depth + levels);
  }

  function visitField(node: ScriptNode, field: string, depth: number): void {
    if (depth > deepest) return;
    const value = node[field];
    if (isNode(value)) visit(value, depth, node.type.startsWith('Export'));
    else if (Array.isArray(value)) for (const child of value) if (isNode(child)) visit(child, depth, false);
  }

  /** The function of a method is the method itself in the other tree. */
  function visitMember(node: ScriptNode, depth: number): void {
    if (node['computed'] === true) visitField(node, 'key', depth + 2);
    visitField(node, 'decorators', depth + 1);
    visitField(node, 'value', isMethod(node) ? depth : depth + 1);
  }

  function add({ kind, name, node, bodyStart }: Definition): void {
    if (found.length >= mostDefinitions) return;
    const written = kind === 'namespace' ? { name, container: '' } : splitName(name, '');
    if (written.name === '') return;
    const start = startOf(node, text);
    const end = endOf(node, text);
    found.push({
      kind,
      ...written,
      start,
      end,
      startLine: lines.at(start),
      endLine: lines.at(Math.max(start, end - 1)),
      bodyStart,
    });
  }

  function definitionOf(node: ScriptNode): Definition | null {
    switch (node.type) {
      case 'FunctionDeclaration':
      case 'TSDeclareFunction':
        return named(node, 'function');
      case 'ClassDeclaration':
        return named(node, 'class');
      case 'TSInterfaceDeclaration':
        return named(node, 'interface');
      case 'TSEnumDeclaration':
        return named(node, 'enum');
      case 'TSTypeAliasDeclaration':
        return named(node, 'type');
      case 'TSExternalModuleDeclaration':
        return named(node, 'module');
      case 'TSNamespaceDeclaration':
        return namespaceOf(node);
      case 'VariableDeclarator':
        return isPlainFunction(fieldOf(node, 'init')) ? named(node, 'function') : null;
      case 'TSMethodSignature':
        return { kind: 'method', name: keyOf(node), node, bodyStart: null };
      default:
        return memberTypes.has(node.type) ? memberOf(node) : null;
    }
  }

  function memberOf(node: ScriptNode): Definition | null {
    const value = fieldOf(node, 'value');
    const bodyStart = bodyOf(value);
    if (!isMethod(node))
      return node.type === 'ObjectProperty' ? null : { kind: 'field', name: keyOf(node), node, bodyStart };
    // Overloads, and methods that are only declared, are told by the one with a body.
    if (bodyStart === null && node.type !== 'TSAbstractMethodDefinition') return null;
    return { kind: 'method', name: keyOf(node), node, bodyStart };
  }

  /** Constants, variables and `exports.name = function` count at the top level only. */
  function onlyOutside(statement: ScriptNode): Definition[] {
    const inner = statement.type === 'ExportDeclaration' ? fieldOf(statement, 'declaration') : statement;
    if (inner?.type === 'VariableDeclaration' && inner['declare'] !== true) {
      const kind = inner['kind'] === 'var' ? 'variable' : 'constant';
      return nodesOf(inner, 'declarations').flatMap((node) => named(node, kind) ?? []);
    }
    const assigned = inner?.type === 'ExpressionStatement' ? fieldOf(inner, 'expression') : null;
    if (assigned?.type !== 'AssignmentExpression' || assigned['operator'] !== '=') return [];
    const [left, right] = [fieldOf(assigned, 'left'), fieldOf(assigned, 'right')];
    if (left?.type !== 'StaticMemberExpression') return [];
    if (!isPlainFunction(right) && right?.type !== 'ClassExpression') return [];
    const name = fieldOf(left, 'property');
    return name === null ? [] : [{ kind: 'function', name: written(name), node: assigned, bodyStart: null }];
  }

  function named(node: ScriptNode, kind: Found['kind']): Definition | null {
    const id = fieldOf(node, 'id');
    if (id === null || !namesOfOxc.has(id.type)) return null;
    return { kind, name: written(id), node, bodyStart: bodyOf(node) ?? bodyOf(fieldOf(node, 'init')) };
  }

  /** `namespace A.B { … }` is one namespace in the other tree, and one within another here. */
  function namespaceOf(node: ScriptNode): Definition | null {
    const outer = fieldOf(node, 'id');
    let inner = node;
    for (let next = fieldOf(node, 'body'); next?.type === node.type; next = fieldOf(next, 'body')) inner = next;
    const id = fieldOf(inner, 'id');
    // The inner one is met again on the way down.
    if (outer === null || id === null || isInnerNamespace(node)) return null;
    const kind = node['kind'] === 'module' ? 'module' : 'namespace';
    return { kind, name: text.slice(outer.start, id.end), node, bodyStart: bodyOf(inner) };
  }

  function keyOf(node: ScriptNode): string {
    const key = fieldOf(node, 'key');
    if (key === null) return '';
    if (node['computed'] !== true) return written(key);
    return text.slice(text.lastIndexOf('[', key.start - 1), text.indexOf(']', key.end) + 1);
  }

  function written(node: ScriptNode): string {
    return text.slice(node.start, node.end);
  }
}

interface Definition {
  readonly kind: Found['kind'];
  readonly name: string;
  readonly node: ScriptNode;
  readonly bodyStart: number | null;
}

const memberTypes = new Set([
  'ObjectProperty',
  'MethodDefinition',
  'TSAbstractMethodDefinition',
  'PropertyDefinition',
  'TSAbstractPropertyDefinition',
  'AccessorProperty',
  'TSAbstractAccessorProperty',
]);
const namesOfOxc = new Set(['BindingIdentifier', 'StringLiteral']);

/** `declare` and a namespace that is a statement have a node of their own around them in the other tree. */
function levelsAround(node: ScriptNode, isExported: boolean): number {
  if (node['declare'] === true && node.type !== 'PropertyDefinition') return 1;
  if (node.type !== 'TSNamespaceDeclaration') return 0;
  if (isInnerNamespace(node)) return -1;
  return isExported ? 0 : 1;
}

/** The `B` of `namespace A.B` has no keyword of its own. */
function isInnerNamespace(node: ScriptNode): boolean {
  return fieldOf(node, 'id')?.start === node.start;
}

/** What an import or export statement asks for. */
function sourceOf(node: ScriptNode, text: string): string | null {
  const holder = importTypes.has(node.type)
    ? fieldOf(node, 'source')
    : node.type === 'TSImportEqualsDeclaration'
      ? fieldOf(fieldOf(node, 'moduleReference'), 'expression')
      : null;
  const specifier = holder?.type === 'StringLiteral' ? text.slice(holder.start + 1, holder.end - 1) : '';
  return specifier === '' ? null : specifier;
}

const importTypes = new Set(['ImportDeclaration', 'ExportAllDeclaration', 'ExportFromDeclaration']);

function isMethod(node: ScriptNode): boolean {
  if (node.type !== 'ObjectProperty') return node.type.endsWith('MethodDefinition');
  return node['method'] === true || node['kind'] !== 'init';
}

function isPlainFunction(node: ScriptNode | null): boolean {
  if (node?.type === 'ArrowFunctionExpression') return true;
  return node?.type === 'FunctionExpression' && node['generator'] !== true;
}

function bodyOf(node: ScriptNode | null): number | null {
  return fieldOf(node, 'body')?.start ?? null;
}

/** Past decorators and `declare`, which the other tree keeps apart. */
function startOf(node: ScriptNode, text: string): number {
  const last = nodesOf(node, 'decorators').at(-1);
  const start = last === undefined || last.end > node.end || last.start < node.start ? node.start : last.end;
  const between = /(?:\s|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*(?:declare\s+(?!\())?/y;
  if (last === undefined && node['declare'] !== true) return start;
  between.lastIndex = start;
  between.test(text);
  return Math.max(start, between.lastIndex);
}

/** Members end before their semicolon. */
function endOf(node: ScriptNode, text: string): number {
  if (!memberTypes.has(node.type) && node.type !== 'TSMethodSignature') return node.end;
  let end = node.end;
  while (end > node.start && /[;,\s]/.test(text.charAt(end - 1))) end -= 1;
  return end;
}

function fieldOf(node: ScriptNode | null, field: string): ScriptNode | null {
  const value = node?.[field];
  return isNode(value) ? value : null;
}

function nodesOf(node: ScriptNode, field: string): ScriptNode[] {
  const value = node[field];
  return Array.isArray(value) ? [...value].filter(isNode) : [];
}

function isNode(value: unknown): value is ScriptNode {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value;
}
