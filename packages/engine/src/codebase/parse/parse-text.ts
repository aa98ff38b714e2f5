import type { Tree } from 'web-tree-sitter';
import type { Grammar } from '#codebase/parse/grammars.ts';

/** What a file may take; after that it is indexed as text, without symbols. */
const parseMs = 2_000;

/**
 * Parses a text and gives its tree to `use`; the tree, which is memory outside the heap, is freed afterwards. Null when parsing took
 * too long.
 */
export function parseText<T>(grammar: Grammar, text: string, use: (tree: Tree) => T): T | null {
  const deadline = performance.now() + parseMs;
  const tree = grammar.parser.parse(text, null, { progressCallback: () => performance.now() > deadline });
  if (tree === null) {
    // A cancelled parse would otherwise go on with the next text.
    grammar.parser.reset();
    return null;
  }
  try {
    return use(tree);
  } finally {
    tree.delete();
  }
}
