import { expect, test } from 'vitest';
import type { Import } from '#codebase/facts.ts';
import { findCycles } from '#codebase/graph/cycles.ts';
import { type ImportGraph, buildImportGraph } from '#codebase/graph/import-graph.ts';
import { chooseFiles, dependenciesOf } from '#codebase/graph/view.ts';
import { languageOfPath } from '#codebase/classify/languages.ts';
import { placeNodes } from '#codebase/layout/place-nodes.ts';

interface Asked {
  readonly specifier: string;
  readonly names?: readonly string[];
}

/** A graph of files that import nothing but what `from` asks for. */
function graphOf(options: {
  readonly files: readonly string[];
  readonly configs?: Readonly<Record<string, string>>;
  readonly from: string;
  readonly asked: readonly Asked[];
  readonly namespaces?: Readonly<Record<string, string>>;
}): Promise<ImportGraph> {
  const { files, configs = {}, from, asked, namespaces = {} } = options;
  const paths = [...new Set([...files, ...Object.keys(configs), from])];
  const imports: Import[] = asked.map(({ specifier, names = [] }, index) => ({ specifier, names, line: index + 1 }));
  return buildImportGraph({
    paths,
    files: paths.map((path) => {
      const namespace = namespaces[path];
      return {
        path,
        language: languageOfPath(path),
        imports: path === from ? imports : [],
        namespaces: namespace === undefined ? [] : [namespace],
      };
    }),
    readText: async (path) => configs[path] ?? null,
  });
}

const json = (value: unknown) => JSON.stringify(value);

const cases: {
  readonly name: string;
  readonly files: readonly string[];
  readonly configs?: Readonly<Record<string, string>>;
  readonly from: string;
  readonly namespaces?: Readonly<Record<string, string>>;
  /** Specifier (and names after a space) to path, `package:` name, or `?`. */
  readonly expected: Readonly<Record<string, string | readonly string[]>>;
}[] = [
  {
    name: 'relative TypeScript',
    files: ['src/b.ts', 'src/dir/index.tsx', 'src/c.tsx', 'types.d.ts', 'src/style.css'],
    from: 'src/a.ts',
    expected: {
      './b': 'src/b.ts',
      './b.js': 'src/b.ts',
      './dir': 'src/dir/index.tsx',
      './c.jsx': 'src/c.tsx',
      '../types': 'types.d.ts',
      './style.css': 'src/style.css',
      './none': '?',
      '../../out': '?',
      react: 'package:react',
      '@a/b/c': 'package:@a/b',
      'node:fs': 'package:node:fs',
      'fs/promises': 'package:node:fs',
    },
  },
  {
    name: 'tsconfig paths through extends, with comments',
    files: ['web/src/ui/button.tsx', 'web/src/lib/util.ts', 'web/base/x.ts'],
    configs: {
      'tsconfig.base.json':
        '{ // base\n "compilerOptions": { "baseUrl": "./web", "paths": { "@/*": ["./src/*"], "@/lib/*": ["./src/lib/*"], }, } }',
      'web/tsconfig.json': json({ extends: '../tsconfig.base.json' }),
    },
    from: 'web/src/app.ts',
    expected: {
      '@/ui/button': 'web/src/ui/button.tsx',
      '@/lib/util': 'web/src/lib/util.ts',
      'base/x': 'web/base/x.ts',
      '@/none': '?',
    },
  },
  {
    name: 'workspaces, exports and # subpaths',
    files: [
      'packages/core/src/index.ts',
      'packages/core/src/db/client.ts',
      'packages/old/lib.js',
      'app/src/inner/x.ts',
    ],
    configs: {
      'packages/core/package.json': json({
        name: '@me/core',
        exports: { '.': { import: './dist/index.js' }, './db/*': './src/db/*.ts' },
      }),
      'packages/old/package.json': json({ name: 'old', main: 'lib.js' }),
      'app/package.json': json({ name: 'app', imports: { '#*': './src/*' } }),
    },
    from: 'app/src/main.ts',
    expected: {
      '@me/core': 'packages/core/src/index.ts',
      '@me/core/db/client': 'packages/core/src/db/client.ts',
      old: 'packages/old/lib.js',
      '#inner/x.ts': 'app/src/inner/x.ts',
      '#none': '?',
      '@me/other': 'package:@me/other',
    },
  },
  {
    name: 'Python packages, src layout, namespaces',
    files: [
      'src/app/__init__.py',
      'src/app/views.py',
      'src/app/models/__init__.py',
      'src/app/models/user.py',
      'src/space/tool.py',
      'scripts/helper.py',
      'pyproject.toml',
    ],
    from: 'src/app/main.py',
    expected: {
      '. views': 'src/app/views.py',
      '.models User': 'src/app/models/__init__.py',
      '.models user': 'src/app/models/user.py',
      'app.models.user User': 'src/app/models/user.py',
      'app.views': 'src/app/views.py',
      'space.tool': 'src/space/tool.py',
      os: 'package:os',
      'django.db models': 'package:django',
      '..gone x': '?',
    },
  },
  {
    name: 'Go modules, replace and vendor',
    files: [
      'pkg/a/a.go',
      'pkg/a/b.go',
      'pkg/a/a_test.go',
      'tools/gen/gen.go',
      'local/x/x.go',
      'vendor/github.com/v/v/v.go',
    ],
    configs: {
      'go.mod':
        'module example.com/me\n\nrequire (\n\tgithub.com/big/thing/v2 v2.0.0\n)\nreplace example.com/x => ./local/x\n',
      'tools/go.mod': 'module example.com/me/tools\n',
    },
    from: 'main.go',
    expected: {
      'example.com/me/pkg/a': ['pkg/a/a.go', 'pkg/a/b.go'],
      'example.com/me/tools/gen': 'tools/gen/gen.go',
      'example.com/x': 'local/x/x.go',
      'github.com/v/v': 'vendor/github.com/v/v/v.go',
      fmt: 'package:fmt',
      'github.com/big/thing/v2/sub': 'package:github.com/big/thing/v2',
      'example.com/me/gone': '?',
    },
  },
  {
    name: 'Java packages, wildcards, nested and static',
    files: ['src/a/B.java', 'src/a/C.java'],
    namespaces: { 'src/a/B.java': 'x.a', 'src/a/C.java': 'x.a' },
    from: 'src/m/Main.java',
    expected: {
      'x.a.B': 'src/a/B.java',
      'x.a.B.Inner': 'src/a/B.java',
      'x.a.C.run static': 'src/a/C.java',
      'x.a.*': ['src/a/B.java', 'src/a/C.java'],
      'x.a.* C': 'src/a/C.java',
      'java.util.List': 'package:java.util',
      'org.junit.jupiter.api.Test': 'package:org.junit.jupiter',
    },
  },
  {
    name: 'Rust modules and workspaces',
    files: [
      'core/src/lib.rs',
      'core/src/net.rs',
      'core/src/net/tcp.rs',
      'core/src/util/mod.rs',
      'util-x/src/lib.rs',
      'util-x/src/fs.rs',
    ],
    configs: { 'core/Cargo.toml': '[package]\nname = "core-a"\n', 'util-x/Cargo.toml': '[package]\nname = "util-x"\n' },
    from: 'core/src/net/udp.rs',
    expected: {
      'crate::net::tcp::Stream': 'core/src/net/tcp.rs',
      'crate::util': 'core/src/util/mod.rs',
      'crate::Error': 'core/src/lib.rs',
      'super::tcp': 'core/src/net/tcp.rs',
      'self::Own': 'core/src/net/udp.rs',
      'super::Thing': 'core/src/net.rs',
      'super::super::util::X': 'core/src/util/mod.rs',
      'util_x::fs::read': 'util-x/src/fs.rs',
      'std::io': 'package:std',
      'serde::Serialize': 'package:serde',
      'mod gone': '?',
    },
  },
  {
    name: 'Rust programs and tests with roots of their own',
    files: [
      'crates/core/main.rs',
      'crates/core/flags/mod.rs',
      'crates/core/flags/defs.rs',
      'tests/tests.rs',
      'src/lib.rs',
    ],
    configs: {
      'Cargo.toml':
        '[package]\nname = "tool"\n[[bin]]\nname = "t"\npath = "crates/core/main.rs"\n[[test]]\nname = "i"\npath = "tests/tests.rs"\n',
    },
    from: 'crates/core/flags/hi.rs',
    expected: {
      'crate::flags::defs::FLAGS': 'crates/core/flags/defs.rs',
      'crate::flags::Flag': 'crates/core/flags/mod.rs',
      'crate::run': 'crates/core/main.rs',
      'tool::x': 'src/lib.rs',
    },
  },
  {
    name: 'C includes beside, by path end, and of the system',
    files: ['src/a.h', 'include/net/socket.h', 'other/net/socket.h', 'include/b.hpp'],
    from: 'src/main.c',
    expected: {
      '"a.h"': 'src/a.h',
      '"net/socket.h"': 'other/net/socket.h',
      '<b.hpp>': 'include/b.hpp',
      '<stdio.h>': 'package:stdio.h',
      '"gone.h"': '?',
    },
  },
  {
    name: 'C# namespaces',
    files: ['A/One.cs', 'A/Two.cs'],
    namespaces: { 'A/One.cs': 'My.A', 'A/Two.cs': 'My.A' },
    from: 'Main.cs',
    expected: {
      'My.A': ['A/One.cs', 'A/Two.cs'],
      'My.A Two': 'A/Two.cs',
      'My.A.One': 'A/One.cs',
      'System.Linq': 'package:System',
      'Newtonsoft.Json.Linq': 'package:Newtonsoft.Json',
    },
  },
  {
    name: 'Ruby load paths',
    files: ['lib/my/tool.rb', 'app/models/user.rb', 'bin/near.rb'],
    from: 'bin/run.rb',
    expected: {
      'my/tool': 'lib/my/tool.rb',
      user: 'app/models/user.rb',
      './near': 'bin/near.rb',
      '../lib/my/tool relative': 'lib/my/tool.rb',
      json: 'package:json',
      'gone relative': '?',
    },
  },
  {
    name: 'PHP PSR-4, declared namespaces and includes',
    files: ['src/Model/User.php', 'legacy/Old.php', 'inc/x.php'],
    configs: { 'composer.json': json({ autoload: { 'psr-4': { 'App\\': 'src/' } } }) },
    namespaces: { 'legacy/Old.php': 'Legacy' },
    from: 'public/index.php',
    expected: {
      'App\\Model\\User': 'src/Model/User.php',
      'Legacy\\Old': 'legacy/Old.php',
      '/../inc/x.php include': 'inc/x.php',
      'Monolog\\Logger': 'package:Monolog\\Logger',
      '/gone.php include': '?',
    },
  },
];

test.each(cases)('$name are resolved to files (G7)', async ({ expected, ...options }) => {
  const asked = Object.keys(expected).map((key) => {
    const [specifier = '', ...names] = key.startsWith('mod ') ? [key] : key.split(' ');
    return { specifier, names };
  });
  const graph = await graphOf({ ...options, asked });

  const imports = dependenciesOf(graph, options.from)?.imports ?? [];
  const answers = Object.fromEntries(
    Object.keys(expected).map((key, index) => {
      const lines = imports.filter(({ line }) => line === index + 1);
      const found = lines.map(({ path, package: name }) => path ?? (name === null ? '?' : `package:${name}`));
      return [key, found.length === 1 ? found[0] : found];
    }),
  );
  expect(answers).toEqual(expected);
});

test('a graph counts what it could not resolve and the packages that files use', async () => {
  const graph = await graphOf({
    files: ['b.ts'],
    from: 'a.ts',
    asked: [{ specifier: './b' }, { specifier: './gone' }, { specifier: 'react' }, { specifier: 'react/jsx' }],
  });

  expect(graph.unresolved).toBe(1);
  expect(graph.packages).toEqual([{ name: 'react', files: 1 }]);
  expect(dependenciesOf(graph, 'b.ts')?.importedBy).toEqual([{ path: 'a.ts', line: 1 }]);
  expect(dependenciesOf(graph, 'gone.ts')).toBeNull();
});

test('cycles are found, largest first, without a deep stack', () => {
  const length = 100_000;
  const chain = Array.from({ length }, (_, node) => (node + 1 < length ? [node + 1] : []));

  expect(findCycles(chain)).toEqual([]);
  expect(findCycles([...chain.slice(0, -1), [0]])[0]).toHaveLength(length);
  expect(findCycles([[1], [0], [3], [4], [2, 0], [5]])).toEqual([
    [2, 3, 4],
    [0, 1],
  ]);
});

test('a limited picture shows the best connected files', async () => {
  const graph = await graphOf({
    files: ['b.ts', 'c.ts'],
    from: 'a.ts',
    asked: [{ specifier: './b' }, { specifier: './c' }],
  });

  const chosen = chooseFiles(graph, { limit: 2 });
  expect(chosen.total).toBe(3);
  expect(chosen.files.map((file) => graph.paths[file])).toEqual(['a.ts', 'b.ts']);
  expect(chosen.edges).toEqual([[0, 1]]);
});

test('a layout is the same each time, finite, and no two nodes share a place', () => {
  const groups = Array.from({ length: 400 }, (_, node) => `group ${node % 7}`);
  const edges = groups.map((_, node) => [node, (node * 13 + 1) % 400] as const).filter(([from, to]) => from !== to);

  const places = placeNodes({ groups, edges });
  expect(placeNodes({ groups, edges })).toEqual(places);
  expect(places.every(({ x, y }) => Number.isFinite(x) && Number.isFinite(y))).toBe(true);
  expect(new Set(places.map(({ x, y }) => `${x} ${y}`)).size).toBeGreaterThan(390);
});
