import type * as Oxc from 'oxc-parser';

/** A node of oxc's tree. Its fields are read from memory of the parser when asked for, and only while the text is parsed. */
export interface ScriptNode {
  readonly type: string;
  /** UTF-16 units from the start of the text. */
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
}

export interface Script {
  readonly body: readonly ScriptNode[];
  /** Which of the places, ascending, stand in code: not in comments, strings, templates, regular expressions or text between tags. */
  inCode(places: readonly number[]): readonly number[];
}

export interface ScriptParser {
  /**
   * Parses a text of `JavaScript`, `TypeScript` or `TSX` and gives its tree to `use`, after which the tree is gone. Null when the text
   * cannot be parsed to its end. A text that nests thousands deep ends the process.
   */
  parse<T>(language: string, text: string, use: (script: Script) => T): T | null;
}

const dialects: ReadonlyMap<string, string> = new Map([
  ['JavaScript', 'jsx'],
  ['TypeScript', 'ts'],
  ['TSX', 'tsx'],
]);

export function isScript(language: string | null): language is string {
  return language !== null && dialects.has(language);
}

/** Null, and a warning, where the package has no binary for this machine or cannot read trees in place (32 bit, limited addresses). */
export async function loadOxc(onWarning: (message: string) => void): Promise<ScriptParser | null> {
  try {
    const oxc = await import('oxc-parser');
    const parser = createScriptParser(oxc);
    // Throws where it would with every text.
    parser.parse('JavaScript', '', () => null);
    return parser;
  } catch (cause) {
    onWarning(`${slower} ${cause instanceof Error ? cause.message : String(cause)}`);
    return null;
  }
}

const slower = 'JavaScript and TypeScript are parsed by tree-sitter, which takes about three times as long:';

/** What `experimentalLazy` answers; the package's own types leave it out, so the version is pinned and tests hold the shape. */
interface LazyResult {
  readonly program: { readonly body: readonly ScriptNode[] };
  readonly comments: readonly { readonly start: number; readonly end: number }[];
  readonly errors: readonly unknown[];
  visit(visitor: object): void;
  dispose(): void;
}

interface LazyOxc {
  parseSync(name: string, text: string, options: object): LazyResult;
  experimentalGetLazyVisitor(): new (visitors: Readonly<Record<string, (node: ScriptNode) => void>>) => object;
}

function createScriptParser(oxc: typeof Oxc): ScriptParser {
  // Boundary: see `LazyResult`.
  const { parseSync, experimentalGetLazyVisitor } = oxc as unknown as LazyOxc;
  const Visitor = experimentalGetLazyVisitor();
  return {
    parse(language, text, use) {
      const result = parseSync('text', text, { lang: dialects.get(language), experimentalLazy: true });
      try {
        const { body } = result.program;
        // After an error that it cannot recover from, oxc keeps nothing.
        if (body.length === 0 && result.errors.length > 0) return null;
        return use({ body, inCode: (places) => withoutProse(result, places) });
      } finally {
        result.dispose();
      }
    },
  };

  function withoutProse(result: LazyResult, places: readonly number[]): readonly number[] {
    const dead = new Set<number>();
    const leave = ({ start, end }: { readonly start: number; readonly end: number }) => {
      for (let at = firstFrom(places, start); (places[at] ?? end) < end; at += 1) dead.add(places[at] ?? -1);
    };
    for (const comment of result.comments) leave(comment);
    result.visit(new Visitor({ StringLiteral: leave, TemplateElement: leave, RegExpLiteral: leave, JSXText: leave }));
    return places.filter((place) => !dead.has(place));
  }
}

/** The first of ascending values that is not below `from`. */
function firstFrom(values: readonly number[], from: number): number {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((values[middle] ?? 0) < from) low = middle + 1;
    else high = middle;
  }
  return low;
}
