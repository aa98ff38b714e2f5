import { createGrammars, type Grammar } from '#codebase/parse/grammars.ts';
import { loadOxc, type ScriptParser } from '#codebase/parse/oxc.ts';

/** What reads texts: a tree-sitter grammar for every language, and a much faster parser for JavaScript and TypeScript. */
export interface Parsers {
  /** Throws `GrammarError` when the grammar is not installed. */
  grammarOf(language: string): Promise<Grammar>;
  /** Null where it cannot be had; then the grammars read those languages too. */
  scripts(): Promise<ScriptParser | null>;
}

/**
 * The parsers of one process, each loaded when first needed. `careful` are those that survive every text: oxc is native code without a
 * limit on nesting, so that some texts end the process. `onWarning` hears once that oxc is missing.
 */
export function createParsers(
  onWarning: (message: string) => void = () => {},
): Parsers & { readonly careful: Parsers } {
  const grammarOf = createGrammars();
  let scripts: Promise<ScriptParser | null> | undefined;
  return {
    grammarOf,
    scripts: () => (scripts ??= loadOxc(onWarning)),
    careful: { grammarOf, scripts: () => Promise.resolve(null) },
  };
}
