/** Calls `visit` with consecutive segments of a text: prose (comments, strings, documents) or code. */
export function forEachSegment(
  text: string,
  language: string | null,
  visit: (from: number, to: number, prose: boolean) => void,
): void {
  const syntax = syntaxOf(language);
  if (syntax === null) {
    visit(0, text.length, true);
    return;
  }
  const { starts } = syntax;
  let from = 0;
  let at = 0;
  while (at < text.length) {
    const unit = text.charCodeAt(at);
    const end = unit > 127 || starts[unit] === 0 ? at : proseEnd(text, at, syntax);
    if (end === at) {
      at++;
      continue;
    }
    if (at > from) visit(from, at, false);
    visit(at, end, true);
    from = end;
    at = end;
  }
  if (from < text.length) visit(from, text.length, false);
}

interface Syntax {
  readonly line: readonly string[];
  readonly block: readonly (readonly [string, string])[];
  /** First characters of the markers and quotes: every other character is passed over at once. */
  readonly starts: Uint8Array;
  readonly quotes: string;
}

const slash = syntax(['//'], [['/*', '*/']], '"\'`');
// An apostrophe is a lifetime here.
const rust = syntax(['//'], [['/*', '*/']], '"');
const hash = syntax(['#'], [], '"\'');
const python = syntax(
  ['#'],
  [
    ['"""', '"""'],
    ["'''", "'''"],
  ],
  '"\'',
);
const dashes = syntax(
  ['--'],
  [
    ['/*', '*/'],
    ['--[[', ']]'],
  ],
  '"\'',
);
const markup = syntax([], [['<!--', '-->']], '"\'');
const percent = syntax(['%'], [], '"');
const semicolon = syntax([';'], [], '"');
const php = syntax(['//', '#'], [['/*', '*/']], '"\'');

const syntaxes = new Map<string, Syntax>([
  ['Rust', rust],
  ...named(
    hash,
    'Ruby Shell Bash YAML TOML Makefile Dockerfile Perl R Elixir Nix PowerShell CMake Crystal Julia Just INI',
  ),
  ...named(python, 'Python Cython Starlark GDScript'),
  ...named(dashes, 'SQL PLSQL PLpgSQL Lua Haskell Elm Ada'),
  ...named(markup, 'HTML XML SVG Vue Svelte Astro'),
  ...named(percent, 'Erlang TeX MATLAB Prolog'),
  ...named(semicolon, 'Clojure Lisp Scheme Racket Assembly'),
  ...named(php, 'PHP HCL Terraform'),
]);
const documents = new Set(['Markdown', 'MDX', 'reStructuredText', 'AsciiDoc', 'Text', 'Plain Text', 'Org', 'RDoc']);

// Most languages read like C; an unknown one does no harm as one of them.
function syntaxOf(language: string | null): Syntax | null {
  if (language === null || documents.has(language)) return null;
  return syntaxes.get(language) ?? slash;
}

/** Where the comment or string that may start here ends; `at` itself when none starts here. */
function proseEnd(text: string, at: number, syntax: Syntax): number {
  for (const [open, close] of syntax.block) {
    if (!text.startsWith(open, at)) continue;
    const end = text.indexOf(close, at + open.length);
    return end < 0 ? text.length : end + close.length;
  }
  for (const open of syntax.line) {
    if (!text.startsWith(open, at)) continue;
    const end = text.indexOf('\n', at);
    return end < 0 ? text.length : end;
  }
  if (syntax.quotes.includes(text.charAt(at))) return stringEnd(text, at);
  return at;
}

// A quote that does not close on its line is no string (a lifetime in Rust, an apostrophe), unless it is a template.
function stringEnd(text: string, at: number): number {
  const quote = text.charCodeAt(at);
  const template = quote === 96;
  const limit = Math.min(text.length, at + (template ? 4000 : 400));
  for (let end = at + 1; end < limit; end++) {
    const unit = text.charCodeAt(end);
    if (unit === 92) end++;
    else if (unit === quote) return end + 1;
    else if (unit === 10 && !template) return at;
  }
  return at;
}

function syntax(line: readonly string[], block: readonly (readonly [string, string])[], quotes: string): Syntax {
  const starts = new Uint8Array(128);
  for (const marker of [...line, ...block.map(([open]) => open), ...quotes.split('')]) starts[marker.charCodeAt(0)] = 1;
  return { line, block, quotes, starts };
}

function named(syntax: Syntax, languages: string): [string, Syntax][] {
  return languages.split(' ').map((language) => [language, syntax]);
}
