import type { Plugin } from 'vite';

const name = '\0not-used';

/** The highlighter's second engine and its WebAssembly, which Yudai never asks for. */
const otherEngines = /^(@pierre\/highlights(\/themes\/loader)?|shiki\/wasm|shiki\/engine\/oniguruma)$/;
/** The page resolves grammars and sends them to the workers, so a worker needs none of its own. */
const grammars = /^shiki\/langs$/;

const stub = `
export const bundledLanguages = {};
export const LiveTokenizer = undefined;
export const codeToTokens = undefined;
export const isSupportedLanguage = () => false;
export const createOnigurumaEngine = undefined;
export const themes = {};
`;

/** Keeps of the code viewer's highlighters only Shiki's JavaScript engine, and its grammars only once. */
export function onlyShiki(where: 'page' | 'worker'): Plugin {
  return {
    name: 'only-shiki',
    enforce: 'pre',
    apply: 'build',
    resolveId: (id) => (otherEngines.test(id) || (where === 'worker' && grammars.test(id)) ? name : null),
    load: (id) => (id === name ? stub : null),
  };
}
