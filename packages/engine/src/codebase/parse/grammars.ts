import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { Language, Parser, Query } from 'web-tree-sitter';

/** A language that can be parsed: its parser and what to look for. */
export interface Grammar {
  readonly parser: Parser;
  readonly query: Query;
}

interface GrammarSource {
  readonly wasm: string;
  /** Files of `symbols/queries`, joined in this order. */
  readonly queries: readonly string[];
}

const sources: Readonly<Record<string, GrammarSource>> = {
  TypeScript: { wasm: 'tree-sitter-typescript/tree-sitter-typescript.wasm', queries: ['javascript', 'typescript'] },
  TSX: { wasm: 'tree-sitter-typescript/tree-sitter-tsx.wasm', queries: ['javascript', 'typescript'] },
  JavaScript: {
    wasm: 'tree-sitter-javascript/tree-sitter-javascript.wasm',
    queries: ['javascript', 'javascript-only'],
  },
  Python: { wasm: 'tree-sitter-python/tree-sitter-python.wasm', queries: ['python'] },
  Go: { wasm: 'tree-sitter-go/tree-sitter-go.wasm', queries: ['go'] },
  Rust: { wasm: 'tree-sitter-rust/tree-sitter-rust.wasm', queries: ['rust'] },
  Java: { wasm: 'tree-sitter-java/tree-sitter-java.wasm', queries: ['java'] },
  C: { wasm: 'tree-sitter-c/tree-sitter-c.wasm', queries: ['c'] },
  'C++': { wasm: 'tree-sitter-cpp/tree-sitter-cpp.wasm', queries: ['c', 'cpp'] },
  'C#': { wasm: 'tree-sitter-c-sharp/tree-sitter-c_sharp.wasm', queries: ['csharp'] },
  Ruby: { wasm: 'tree-sitter-ruby/tree-sitter-ruby.wasm', queries: ['ruby'] },
  PHP: { wasm: 'tree-sitter-php/tree-sitter-php.wasm', queries: ['php'] },
};

/** A grammar that cannot be loaded: a broken installation, not a broken file. */
export class GrammarError extends Error {
  override readonly name = 'GrammarError';
}

export function isParsed(language: string | null): language is string {
  return language !== null && Object.hasOwn(sources, language);
}

/** Loads each grammar once, when its language is first met. */
export function createGrammars(): (language: string) => Promise<Grammar> {
  const loaded = new Map<string, Promise<Grammar>>();
  return (language) => {
    const known = loaded.get(language);
    if (known !== undefined) return known;
    const loading = loadGrammar(language).catch((cause: unknown) => {
      throw new GrammarError(`The grammar of ${language} cannot be loaded.`, { cause });
    });
    loaded.set(language, loading);
    return loading;
  };
}

const require = createRequire(import.meta.url);
let runtime: Promise<void> | undefined;

async function loadGrammar(name: string): Promise<Grammar> {
  const source = sources[name];
  if (source === undefined) throw new Error(`no grammar for ${name}`);
  // The wasm runtime is one per thread, like the module that holds it.
  runtime ??= Parser.init();
  await runtime;
  const language = await Language.load(await readFile(require.resolve(source.wasm)));
  const text = source.queries.map((query) =>
    readFileSync(new URL(`../symbols/queries/${query}.scm`, import.meta.url), 'utf8'),
  );
  const parser = new Parser();
  parser.setLanguage(language);
  return { parser, query: new Query(language, text.join('\n')) };
}
