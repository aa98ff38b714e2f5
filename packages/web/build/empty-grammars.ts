import type { Plugin } from 'vite';

const name = '\0empty-grammars';

/** Leaves the grammars out of the highlighter's worker: the page resolves them and sends them over. */
export function emptyGrammars(): Plugin {
  return {
    name: 'empty-grammars',
    enforce: 'pre',
    resolveId: (id) => (/^shiki\/(langs|wasm)$|\/viewer\/grammars\.ts$/.test(id) ? name : null),
    load: (id) => (id === name ? 'export const bundledLanguages = {};' : null),
  };
}
