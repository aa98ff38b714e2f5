import { expect, test } from 'vitest';
import { createSyntaxCheck } from '#edit/check-syntax.ts';

const check = createSyntaxCheck();

test.each([
  ['a.ts', 'const a: number = 1;\n', 'const a: number = ;\n', 1],
  ['a.tsx', 'const a = <b>c</b>;\n', 'const a = <b>c<b>;\n', 1],
  ['a.js', 'function a() {\n  return 1;\n}\n', 'function a() {\n  return 1;\n', 2],
  ['a.py', 'def a():\n    return 1\n', 'def a(:\n    return 1\n', 1],
  ['a.go', 'package a\n\nfunc a() {}\n', 'package a\n\nfunc a() {\n', 3],
  ['a.rs', 'fn a() {}\n', 'fn a( {}\n', 1],
  ['A.java', 'class A { int a; }\n', 'class A { int ; }\n', 1],
  ['a.rb', 'def a\n  1\nend\n', 'def a(\n  1\nend\n', 1],
  ['a.php', '<?php\n$a = 1;\n', '<?php\n$a = = 1;\n', 2],
  ['A.cs', 'class A { int a; }\n', 'class A { int a;\n', 1],
  ['a.c', 'int a() { return 1; }\n', 'int a() { return 1;\n', 1],
  ['a.json', '{"a": 1}\n', '{"a": 1\n', 2],
])('a change that breaks %s is seen, and where', async (path, before, after, line) => {
  expect(await check(path, before, after)).toMatchObject({ kind: 'broken', line });
  expect(await check(path, null, after)).toMatchObject({ kind: 'broken' });
  expect(await check(path, after, before)).toEqual({ kind: 'parses' });
  expect(await check(path, after, `${after}\n`)).toEqual({ kind: 'unknown', why: 'broken_before' });
});

test('what nobody can judge passes', async () => {
  expect(await check('a.txt', 'a', '{{{')).toEqual({ kind: 'unknown', why: 'language' });
  expect(await check('a.c', 'int a;\n', 'int a;\nFOR_EACH(a, b) { c(a) }\n')).toEqual({ kind: 'parses' });
  expect(await check('tsconfig.json', '{}', '{ /* a */ "b": 1, }')).toEqual({ kind: 'parses' });
  expect(await check('package.json', '{}', '{ "b": 1, }')).toMatchObject({ kind: 'broken' });
});

test('a byte order mark and CRLF are no errors, and places count in them as people do', async () => {
  expect(await check('a.ts', '\uFEFFlet a = 1;\r\n', '\uFEFFlet a = 1;\r\nlet é = "🚀"; let = ;\r\n')).toMatchObject({
    kind: 'broken',
    line: 2,
    text: expect.stringContaining('🚀'),
  });
});
