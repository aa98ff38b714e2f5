import { createCsharpResolver, createJavaResolver, createPhpResolver } from '#codebase/graph/resolve/by-namespace.ts';
import { createIncludeResolver, createRubyResolver } from '#codebase/graph/resolve/by-path.ts';
import { createGoResolver } from '#codebase/graph/resolve/go.ts';
import { createJavascriptResolver } from '#codebase/graph/resolve/javascript.ts';
import { createPythonResolver } from '#codebase/graph/resolve/python.ts';
import { createRustResolver } from '#codebase/graph/resolve/rust.ts';
import type { Resolve, ResolveContext } from '#codebase/graph/resolve/types.ts';

const factories: Readonly<Record<string, (context: ResolveContext) => Resolve>> = {
  TypeScript: createJavascriptResolver,
  TSX: createJavascriptResolver,
  JavaScript: createJavascriptResolver,
  Python: createPythonResolver,
  Go: createGoResolver,
  Rust: createRustResolver,
  Java: createJavaResolver,
  C: createIncludeResolver,
  'C++': createIncludeResolver,
  'C#': createCsharpResolver,
  Ruby: createRubyResolver,
  PHP: createPhpResolver,
};

const configName =
  /(?:^|\/)(?:[tj]sconfig[^/]*\.json|package\.json|pyproject\.toml|setup\.(?:py|cfg)|go\.mod|Cargo\.toml|composer\.json)$/;

/** Files whose text decides what imports mean. */
export function isResolveConfig(path: string): boolean {
  return configName.test(path);
}

/** The resolver of each language, made when it is first asked for. */
export function createResolvers(context: ResolveContext): (language: string) => Resolve | null {
  const made = new Map<(context: ResolveContext) => Resolve, Resolve>();
  return (language) => {
    const factory = Object.hasOwn(factories, language) ? factories[language] : undefined;
    if (factory === undefined) return null;
    const resolve = made.get(factory) ?? factory(context);
    made.set(factory, resolve);
    return resolve;
  };
}
