import { expect, test } from 'vitest';
import type { BlobFacts } from '#codebase/facts.ts';
import { createParsers, type Parsers } from '#codebase/parse/parsers.ts';
import { extractFacts, taskOf } from '#codebase/workers/extract-facts.ts';

const parsers = createParsers();

function factsOf(language: string, text: string, able: Parsers = parsers): Promise<BlobFacts> {
  return extractFacts(taskOf('file', '0'.repeat(40), language, false), Buffer.from(text), able);
}

const cases: { language: string; text: string; symbols: string[]; imports: string[] }[] = [
  {
    language: 'TypeScript',
    text: `import x, {\n y } from './x.js';\nimport type { Z } from "z";\nexport * from '../all';\nimport 'side';\nexport async function add<T>(a: number): Promise<T> {\n  const inner = () => 1; const r = require('deep'); // import('no')\n}\nexport const f = (a: string) => 1;\nexport class Q extends P {\n  #x = 1;\n  static async m(a) { await import('./dyn'); }\n  constructor() {}\n}\nexport interface I { a(): void }\nexport type T = string;\nenum E { A }\nconst K = 4;\n`,
    symbols: [
      'function add',
      'function add.inner',
      'function f',
      'class Q',
      'field Q.x',
      'method Q.m',
      'constructor Q.constructor',
      'interface I',
      'method I.a',
      'type T',
      'enum E',
      'constant K',
    ],
    imports: ['./x.js', 'z', '../all', 'side', 'deep', './dyn'],
  },
  {
    language: 'TSX',
    text: `import { a } from 'a';\nexport function App() {\n  return <div onClick={() => a}>text</div>;\n}\n`,
    symbols: ['function App'],
    imports: ['a'],
  },
  {
    language: 'JavaScript',
    text: `const a = require('a');\nmodule.exports.run = function () {};\nclass B { c = 1; d() {} }\n`,
    symbols: ['constant a', 'function run', 'class B', 'field B.c', 'method B.d'],
    imports: ['a'],
  },
  {
    language: 'Python',
    text: `import os, a.b as c\nfrom . import views, x\nfrom ..m.n import (a,\n b as d)\nLIMIT = 1\nclass A(B):\n    y = 2\n    def m(self):\n        import late\n@dec\ndef f(): pass\n`,
    symbols: ['constant LIMIT', 'class A', 'field A.y', 'method A.m', 'function f'],
    imports: ['os', 'a.b', '.', '..m.n', 'late'],
  },
  {
    language: 'Go',
    text: `package main\nimport (\n "fmt"\n x "github.com/a/b"\n)\nfunc Run() error { return nil }\ntype S struct { a int }\nfunc (s *S) M() {}\ntype I interface { N() }\ntype D = S\nconst C = 1\nvar V = 2\n`,
    symbols: [
      'function Run',
      'struct S',
      'method S.M',
      'interface I',
      'method I.N',
      'type D',
      'constant C',
      'variable V',
    ],
    imports: ['fmt', 'github.com/a/b'],
  },
  {
    language: 'Rust',
    text: `mod a;\nuse crate::b::{self, c::{D as E, f}, g::*};\npub struct S<T> { a: T }\nimpl<T> S<T> { pub fn new() -> Self { } }\ntrait Tr { fn m(&self); }\nmacro_rules! mm { () => {} }\nmod tests { fn t() {} }\nconst N: u8 = 1;\n`,
    symbols: [
      'struct S',
      'method S.new',
      'trait Tr',
      'method Tr.m',
      'macro mm',
      'module tests',
      'function tests.t',
      'constant N',
    ],
    imports: ['mod a', 'crate::b', 'crate::b::c::D', 'crate::b::c::f', 'crate::b::g::*'],
  },
  {
    language: 'Java',
    text: `package a.b;\nimport java.util.List;\nimport static a.c.D.e;\nimport a.d.*;\npublic class A<T> extends B {\n  private int x, y;\n  public A() {}\n  void m(int a) { }\n  enum E { A }\n}\ninterface I { void n(); }\nrecord R(int a) {}\n`,
    symbols: [
      'class A',
      'field A.x',
      'field A.y',
      'constructor A.A',
      'method A.m',
      'enum A.E',
      'interface I',
      'method I.n',
      'class R',
    ],
    imports: ['java.util.List', 'a.c.D.e', 'a.d.*'],
  },
  {
    language: 'C',
    text: `#include "a.h"\n#define N 3\nstruct s { int a; };\ntypedef struct { int x; } t;\nstatic int *f(int a) { return 0; }\nint prototype(void);\n`,
    symbols: ['macro N', 'struct s', 'type t', 'function f'],
    imports: ['"a.h"'],
  },
  {
    language: 'C++',
    text: `#include <vector>\nnamespace a::b {\ntemplate <class T>\nclass Q {\n public:\n  void push(T x) { }\n};\n}\nvoid Q::pop(int x) const { }\nusing X = int;\n`,
    symbols: ['namespace a::b', 'class a::b.Q', 'method a::b.Q.push', 'method Q.pop', 'type X'],
    imports: ['<vector>'],
  },
  {
    language: 'C#',
    text: `using System;\nusing static A.B;\nnamespace N.M;\npublic class C : D { public int P { get; set; } public C() {} void M(int a) { } }\ninterface I {}\nstruct S {}\n`,
    symbols: ['class C', 'property C.P', 'constructor C.C', 'method C.M', 'interface I', 'struct S'],
    imports: ['System', 'A.B'],
  },
  {
    language: 'Ruby',
    text: `require 'json'\nrequire_relative 'x/y'\nmodule M\n  class C < D\n    X = 1\n    def self.s(a)\n    end\n    def m; end\n  end\nend\n`,
    symbols: ['module M', 'class M.C', 'constant M.C.X', 'method M.C.s', 'method M.C.m'],
    imports: ['json', 'x/y'],
  },
  {
    language: 'PHP',
    text: `<?php\nnamespace App;\nuse Other\\{A, B as C};\nrequire __DIR__ . '/x.php';\nclass U extends A { private $x; const K = 1; function m() {} function __construct() {} }\ninterface I {}\ntrait T {}\nfunction f() {}\n`,
    symbols: [
      'class U',
      'property U.x',
      'constant U.K',
      'method U.m',
      'constructor U.__construct',
      'interface I',
      'trait T',
      'function f',
    ],
    imports: ['Other\\A', 'Other\\B', '/x.php'],
  },
];

test.each(cases)('$language definitions and imports are found (G7)', async ({ language, text, symbols, imports }) => {
  const facts = await factsOf(language, text);

  expect(
    facts.definitions.map(({ kind, container, name }) => `${kind} ${container === '' ? '' : `${container}.`}${name}`),
  ).toEqual(symbols);
  expect(facts.imports.map(({ specifier }) => specifier)).toEqual(imports);
});

test('a definition has its lines, its signature on one line and the first sentence of its comment', async () => {
  const { definitions } = await factsOf(
    'TypeScript',
    `/**\n * Adds two numbers. Not more.\n */\n@decorated\nexport class Sum {\n  // Copyright somebody\n  add(\n    a: number,\n    b: number,\n  ): number {\n    return a + b;\n  }\n}\n`,
  );

  expect(definitions[0]).toMatchObject({ name: 'Sum', startLine: 5, endLine: 13, doc: 'Adds two numbers.' });
  expect(definitions[1]).toMatchObject({
    name: 'add',
    startLine: 7,
    endLine: 12,
    signature: 'add( a: number, b: number, ): number',
    doc: null,
  });
});

test('super inside an inline Rust module is the file itself, and an opened namespace knows the types named beside it', async () => {
  const rust = await factsOf('Rust', 'use super::a;\nmod tests {\n  use super::*;\n  use super::super::b;\n}\n');
  const java = await factsOf('Java', 'import a.b.*;\nimport c.D;\nclass E { Queue q; }\n');

  expect(rust.imports.map(({ specifier }) => specifier)).toEqual(['super::a', 'self::*', 'self::super::b']);
  expect(java.imports.map(({ names }) => names)).toEqual([['D', 'E', 'Queue'], []]);
});

test('a docstring documents Python', async () => {
  const { definitions } = await factsOf(
    'Python',
    'class A:\n    """Keeps things.\n\n    Long story.\n    """\n    def f(self):\n        pass\n',
  );

  expect(definitions.map(({ doc }) => doc)).toEqual(['Keeps things.', null]);
});

test.each(['[', '{', '(', 'f(', 'if (a) {'])('5,000 nested %j do not stop the careful parsers', async (opening) => {
  for (const language of ['TypeScript', 'Python', 'C++', 'PHP']) {
    const facts = await factsOf(
      language,
      `${language === 'PHP' ? '<?php ' : ''}${`${opening}\n`.repeat(5_000)}`,
      parsers.careful,
    );
    expect(facts.skipped).toBeNull();
    expect(facts.chunks.length).toBeGreaterThan(50);
  }
});

test('chunks cover every line once', async () => {
  const { lines, chunks } = await factsOf(
    'TypeScript',
    Array.from({ length: 500 }, (_, at) => `function f${at}() {\n}\n`).join(''),
  );

  const covered = chunks.flatMap(({ startLine, endLine }) =>
    Array.from({ length: endLine - startLine + 1 }, (_, at) => startLine + at),
  );
  expect(covered).toEqual(Array.from({ length: lines }, (_, at) => at + 1));
});
