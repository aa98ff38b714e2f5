import type { SymbolKind } from '@yudai/contract';
import type { Import } from '#codebase/facts.ts';

/** A definition as a parser finds it, before it is known in what it stands. Places are UTF-16 units. */
export interface Found {
  /** A `scope` is not defined here, but what stands in it belongs to it (`impl` of Rust). */
  readonly kind: SymbolKind | 'scope';
  readonly name: string;
  /** What the definition itself says it belongs to (`Queue::push`); empty for nearly all. */
  readonly container: string;
  readonly start: number;
  readonly end: number;
  readonly startLine: number;
  readonly endLine: number;
  /** Where its body starts: what stands before is its signature. */
  readonly bodyStart: number | null;
}

/** What every reader of symbols answers: definitions in any order, the same one perhaps twice. */
export interface Written {
  readonly namespaces: readonly string[];
  readonly found: readonly Found[];
  readonly imports: readonly Import[];
}

/** How deep a definition may stand; deeper ones are details of a function, and looking for them costs as much as parsing. */
export const deepest = 8;

export const mostDefinitions = 5_000;

/** `require('x')` and `import('x')` stand at any depth of a script: found by their text, believed where its reader says that it is code. */
export function lateImportsIn(text: string): { readonly specifier: string; readonly at: number }[] {
  return [...text.matchAll(/\b(?:require|import)\s*\(\s*(['"`])([^'"`\n$]+)\1/g)].map((match) => ({
    specifier: match[2] ?? '',
    at: match.index,
  }));
}

/** `Queue::push` is `push` of `Queue`; receivers and type arguments lose what is not the name. */
export function splitName(written: string, container: string): { name: string; container: string } {
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
