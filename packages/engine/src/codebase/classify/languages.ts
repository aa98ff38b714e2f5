/** How a language is recognised: by extension, by whole file name, by the program a `#!` line names. */
interface LanguageRule {
  readonly extensions?: string;
  readonly names?: string;
  readonly interpreters?: string;
}

// Names as GitHub's Linguist writes them; lists are separated by spaces.
const rules: Readonly<Record<string, LanguageRule>> = {
  TypeScript: { extensions: 'ts mts cts', interpreters: 'deno ts-node tsx' },
  TSX: { extensions: 'tsx' },
  JavaScript: { extensions: 'js mjs cjs jsx es6 jsm', names: 'Jakefile', interpreters: 'node nodejs bun' },
  Python: {
    extensions: 'py pyi pyw',
    names: 'SConstruct SConscript wscript',
    interpreters: 'python python2 python3 pypy',
  },
  Cython: { extensions: 'pyx pxd pxi' },
  Go: { extensions: 'go' },
  Rust: { extensions: 'rs' },
  Java: { extensions: 'java' },
  Kotlin: { extensions: 'kt kts' },
  Scala: { extensions: 'scala sc sbt' },
  Groovy: { extensions: 'groovy gradle', names: 'Jenkinsfile' },
  C: { extensions: 'c h' },
  'C++': { extensions: 'cc cpp cxx c++ hh hpp hxx h++ inl ipp tcc cu cuh' },
  'C#': { extensions: 'cs csx' },
  'F#': { extensions: 'fs fsi fsx' },
  'Visual Basic': { extensions: 'vb' },
  'Objective-C': { extensions: 'm mm' },
  Swift: { extensions: 'swift' },
  Dart: { extensions: 'dart' },
  Ruby: {
    extensions: 'rb rake gemspec ru',
    names: 'Gemfile Rakefile Guardfile Vagrantfile Podfile Fastfile',
    interpreters: 'ruby',
  },
  PHP: { extensions: 'php php3 php4 php5 phtml inc', interpreters: 'php' },
  Perl: { extensions: 'pl pm t', interpreters: 'perl' },
  Lua: { extensions: 'lua', interpreters: 'lua' },
  R: { extensions: 'r', interpreters: 'Rscript' },
  Julia: { extensions: 'jl', interpreters: 'julia' },
  Haskell: { extensions: 'hs lhs' },
  OCaml: { extensions: 'ml mli' },
  Elm: { extensions: 'elm' },
  Elixir: { extensions: 'ex exs' },
  Erlang: { extensions: 'erl hrl' },
  Clojure: { extensions: 'clj cljs cljc edn' },
  Scheme: { extensions: 'scm ss' },
  Zig: { extensions: 'zig' },
  Nim: { extensions: 'nim' },
  Crystal: { extensions: 'cr' },
  Solidity: { extensions: 'sol' },
  Fortran: { extensions: 'f f90 f95 f03 f08 for' },
  Assembly: { extensions: 'asm s' },
  Shell: {
    extensions: 'sh bash zsh ksh fish',
    names: '.bashrc .zshrc .profile PKGBUILD',
    interpreters: 'sh bash zsh ksh dash fish',
  },
  PowerShell: { extensions: 'ps1 psm1 psd1', interpreters: 'pwsh' },
  Batchfile: { extensions: 'bat cmd' },
  SQL: { extensions: 'sql psql ddl' },
  HTML: { extensions: 'html htm xhtml jinja jinja2 j2 hbs handlebars mustache ejs erb' },
  CSS: { extensions: 'css' },
  SCSS: { extensions: 'scss' },
  Sass: { extensions: 'sass' },
  Less: { extensions: 'less' },
  Vue: { extensions: 'vue' },
  Svelte: { extensions: 'svelte' },
  Astro: { extensions: 'astro' },
  GraphQL: { extensions: 'graphql gql graphqls' },
  'Protocol Buffer': { extensions: 'proto' },
  Thrift: { extensions: 'thrift' },
  Prisma: { extensions: 'prisma' },
  HCL: { extensions: 'tf tfvars hcl nomad' },
  Nix: { extensions: 'nix' },
  Starlark: { extensions: 'bzl star', names: 'BUILD BUILD.bazel WORKSPACE WORKSPACE.bazel MODULE.bazel' },
  CMake: { extensions: 'cmake', names: 'CMakeLists.txt' },
  Makefile: { extensions: 'mk mak', names: 'Makefile makefile GNUmakefile', interpreters: 'make' },
  Meson: { names: 'meson.build meson_options.txt' },
  Just: { names: 'justfile Justfile' },
  Dockerfile: { extensions: 'dockerfile', names: 'Dockerfile Containerfile' },
  JSON: {
    extensions: 'json jsonc json5 geojson webmanifest ipynb map',
    names: '.babelrc .eslintrc .prettierrc composer.lock',
  },
  YAML: { extensions: 'yml yaml', names: '.clang-format .clang-tidy' },
  TOML: { extensions: 'toml', names: 'Pipfile Cargo.lock poetry.lock uv.lock' },
  INI: {
    extensions: 'ini cfg conf properties editorconfig',
    names: '.editorconfig .gitconfig .npmrc .flake8 .pylintrc',
  },
  XML: { extensions: 'xml xsd xsl xslt plist csproj vbproj fsproj props targets resx svg' },
  CSV: { extensions: 'csv tsv' },
  Markdown: { extensions: 'md markdown mkd' },
  MDX: { extensions: 'mdx' },
  reStructuredText: { extensions: 'rst' },
  AsciiDoc: { extensions: 'adoc asciidoc' },
  TeX: { extensions: 'tex sty cls bib' },
  Text: {
    extensions: 'txt text log',
    names: 'README LICENSE COPYING NOTICE AUTHORS CHANGELOG CONTRIBUTORS INSTALL TODO NEWS',
  },
};

const byExtension = table('extensions');
const byName = table('names');
const byInterpreter = table('interpreters');

/** The language of a path by its name alone; null when the name does not say. */
export function languageOfPath(path: string): string | null {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const known = byName.get(name) ?? (/^Dockerfile[.-]/.test(name) ? 'Dockerfile' : undefined);
  if (known !== undefined) return known;
  const dot = name.lastIndexOf('.');
  return dot < 0 ? null : (byExtension.get(name.slice(dot + 1).toLowerCase()) ?? null);
}

/** The language that the text itself tells: a `#!` line, or C++ in a `.h` file. */
export function languageOfText(language: string | null, text: string): string | null {
  if (language === null) {
    const program = /^#!\s*(?:\S*\/)?(?:env\s+(?:-\S+\s+)*)?([\w.-]+)/.exec(text)?.[1];
    return program === undefined
      ? null
      : (byInterpreter.get(program.replace(/[\d.]+$/, '')) ?? byInterpreter.get(program) ?? null);
  }
  if (language === 'C' && /^\s*(?:class\s+\w+[^;]*\{|namespace\b|template\s*<|using\s+\w|public:|private:)/m.test(text))
    return 'C++';
  return language;
}

function table(column: keyof LanguageRule): ReadonlyMap<string, string> {
  const entries = Object.entries(rules).flatMap(([language, rule]) =>
    (rule[column] ?? '').split(' ').flatMap((key) => (key === '' ? [] : [[key, language] as const])),
  );
  return new Map(entries);
}
