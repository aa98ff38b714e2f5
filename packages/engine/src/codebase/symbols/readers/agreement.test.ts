import { expect, test } from 'vitest';
import { createParsers } from '#codebase/parse/parsers.ts';
import { extractSymbols } from '#codebase/symbols/extract.ts';

// oxc reads scripts, the grammars of tree-sitter read what it cannot: nobody should see a difference.
const parsers = createParsers();

const typescript: Readonly<Record<string, string>> = {
  'classes and members': `/** Says. More. */
@Injectable()
@Other({ a: () => { const inDecorator = () => 1; } })
export class A<T extends B> extends mixin(C) implements D, E {
  static #count = 0;
  @Input() readonly name: string = 'x';
  @Output({ multi: true })
  changed = new Emitter<string>();
  declare kept: number;
  private handler = async (event: Event): Promise<void> => {
    const nested = () => event;
  };
  /** Makes it. */
  constructor(private readonly a: string, @Inject(B) b?: B) { super(); }
  @HostListener('click', ['$event'])
  async onClick(): Promise<void> {}
  *walk() { yield 1; }
  async *stream() {}
  get size(): number { return 1; }
  set size(value) {}
  static { const inBlock = () => 1; }
  #secret() {}
  [Symbol.iterator]() {}
  ['quoted key'] = 1;
  'string key'() {}
  12() {}
  overload(a: string): void;
  overload(a: number): void;
  overload(a: unknown) {}
  optional?(): void;
  index: { [key: string]: number } = {};
}
@dec class Bare {}
  export default class extends A {}
  export default class Named {}
abstract class Shape { abstract area(): number; abstract get x(): string; abstract y: number; done() {} }
export abstract class Other { protected abstract run(a: string): Promise<void> }
const Expression = class Inner { method() {} };
`,
  'functions and values': `export function overload(a: string): string;
export function overload(a: number): number;
export function overload(a: unknown) { return a; }
  export default function main() {}
export async function* generate<T>(): AsyncGenerator<T> {}
function outer() {
  function inner() { function deep() { function deeper() {} } }
  const arrow = <T,>(x: T) => x, other = 1;
  let generator = function* () {};
  if (a) { const inIf = () => 1; } else { const inElse = () => 1; }
  for (const x of y) { const inLoop = () => 1; }
  try { const inTry = () => 1; } catch { const inCatch = () => 1; } finally { const inFinally = () => 1; }
  switch (a) { case 1: { const inCase = () => 1; } default: const inDefault = () => 1; }
  return { method() {}, get value() { return 1; }, key: () => 1, async *gen() {}, [computed + 1]() {}, nested: { deepMethod() {} } };
}
export const a = 1, b = (x: number) => x, { c, d } = e, [f] = g;
let counter = 0; var legacy = 1; export var exportedLegacy = 2; const LIMIT = 3;
export const wrapped = memo(function named() { const inWrapped = () => 1; });
export const typed: Handler = async () => { const inTyped = () => 1 };
const satisfied = { run() {} } satisfies Runner; const asserted = (() => 1) as Fn;
describe('x', () => { const inTest = () => 1; it('y', async () => { const tooDeep = () => 1; function alsoDeep() {} }); });
exports.run = function () {}; module.exports.go = () => {}; window['x'] = () => 1; this.y = class {};
(() => { function iife() {} })();
label: while (true) { const inWhile = () => 1; }
enum Direction { Up, Down }
export const enum Fast { A = 1 }
declare enum Ambient { B }
`,
  'types and namespaces': `export interface User extends Base<string> {
  name: string;
  rename(to: string): void;
  optional?(): void, comma(): void
  get size(): number;
  new (a: string): User;
  (call: string): void;
  nested: { method(): void };
}
type Alias<T> = T extends string ? { method(): void } : never;
export type Multi =
  | 'a'
  | 'b';
namespace A.B { export const hidden = 1; export function shown() {} namespace C { class Within {} } }
export namespace D { export interface Inner { method(): void } }
module Old { function old() {} }
declare module 'ambient' { import x from 'inside'; export function fromAmbient(): void; interface Added { method(): void } }
declare module "./no-body";
declare global { interface Window { method(): void } function globalOne(): void }
declare function declared(a: string): void;
declare const constant: string;
declare class Declared { method(): void; field: string }
export declare function exported(): void;
export declare const value: number;
declare namespace N { function inside(): void; let v: string }
declare let generic: Array<import('type-import').X>;
`,
  'imports of all kinds': `import a from './a.js'; import type { B } from "b"; import { type C, d as e } from 'c';
import * as all from 'all';
import {
  many,
  lines,
} from '../many';
import 'side';
import json from './data.json' with { type: 'json' };
import old = require('old'); import alias = a.b;
export * from './all'; export * as ns from './ns'; export { x, y as z } from './xy'; export type { T } from './t';
export type * from 'types';
export { local };
const late = await import('./late'), lazy = () => import("lazy"), text = "import('no')", tpl = \`require('no')\`;
// import('comment')
/* require('block') */
const regex = /require('no')/; const inside = \`\${require('in-template')}\`; const dynamic = import(\`./plain\`);
type Imported = typeof import('./type-of');
export = late;
`,
};

const jsx: Readonly<Record<string, string>> = {
  elements: `import React, { useState } from 'react';
export function App({ items }) {
  const [state, setState] = useState(0);
  const onClick = () => { const inner = () => 1; };
  return (
    <>
      <List render={(item) => { const inRender = () => item; return <b key="a">{item}</b>; }} {...rest} onClick={onClick}>
        text, require('text') {items.map((item) => <Item.Sub key={item} />)}
      </List>
    </>
  );
}
const Memo = React.memo(() => <div />), Plain = () => <p>it's</p>;
`,
};

const javascript: Readonly<Record<string, string>> = {
  commonjs: `#!/usr/bin/env node
'use strict';
const a = require('a'), { b } = require("b");
var self = this;
exports.run = function run() {}; module.exports = { method() {}, other: function () {} }; Thing.prototype.act = function () {};
function Thing() { if (!(this instanceof Thing)) return new Thing(); this.inner = function () {}; }
with (self) { legacy(); }
var octal = 010, get = 1, async = 2; let let_ = 3;
class K extends Thing { static x = 1; #y; m() {} static async *n() {} get z() { return 1 } }
if (a) { return; }
var yield_ = function () {}, named = function inner() { function deep() {} };
`,
};

test.each([
  ...casesOf('TypeScript', typescript),
  ...casesOf('TSX', jsx),
  ...casesOf('JavaScript', { ...javascript, ...jsx }),
])('both parsers find the same in $language: $name', async ({ language, text }) => {
  const scripts = await parsers.scripts();
  expect(scripts?.parse(language, text, ({ body }) => body.length)).toBeGreaterThan(0);

  for (const variant of [text, text.replaceAll('\n', '\r\n'), `/* é 𝕏 漢 */ ${text}`.replaceAll(' = 1', " = 'ü𝕏'")]) {
    const fast = await extractSymbols(variant, language, parsers);
    const careful = await extractSymbols(variant, language, parsers.careful);

    expect(fast).toEqual(careful);
    expect(fast.definitions.length).toBeGreaterThan(3);
  }
});

test.each(['export class Kept {}\nfunction half() {\n  const x = (', 'export class Kept { method() {} }\nconst a = <'])(
  'unfinished code still yields its symbols: %j',
  async (text) => {
    const { definitions } = await extractSymbols(text, 'TypeScript', parsers);

    expect(definitions.map(({ name }) => name)).toContain('Kept');
  },
);

test('types of flow in a JavaScript file still yield its symbols', async () => {
  const { definitions } = await extractSymbols(
    '// @flow\nimport x from "x";\nexport function f(a: string): number { return 1; }\nclass B {}\n',
    'JavaScript',
    parsers,
  );

  expect(definitions.map(({ name }) => name)).toEqual(['f', 'B']);
});

function casesOf(language: string, sources: Readonly<Record<string, string>>) {
  return Object.entries(sources).map(([name, text]) => ({ language, name, text }));
}
