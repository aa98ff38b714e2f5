import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { isRecord, stringOf } from '#codebase/graph/resolve/untrusted.ts';
import { type ReadResult, type ReportContent, type TestOutcome, isFailing } from '#verify/test-run.ts';

type Element = Readonly<Record<string, unknown>>;

/** Repeated elements are lists, however often they stand there. */
const repeated = new Set(['testsuite', 'testcase', 'failure', 'error', 'skipped']);

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  textNodeName: '#text',
  parseTagValue: false,
  parseAttributeValue: false,
  // Messages are full of `&lt;` and `&#10;`: how many of these there are says nothing, and a document type is refused below.
  processEntities: { enabled: true, maxTotalExpansions: 10_000_000, maxExpandedLength: 500_000_000 },
  htmlEntities: true,
  isArray: (name) => repeated.has(name),
});

/**
 * JUnit's XML, as pytest, node:test, Surefire, Gradle, PHPUnit, ctest, Deno, Bun, Playwright and many others write it. Throws when it is not
 * well-formed. What tests printed stands in elements that are never looked at, and cannot leave them.
 */
export function readJunit(text: string): ReportContent {
  if (/<!DOCTYPE/i.test(text.slice(0, 1_000))) throw new Error('it declares a document type');
  const checked = XMLValidator.validate(text);
  if (checked !== true) throw new Error(`${checked.err.msg} (line ${checked.err.line})`);
  const document: unknown = parser.parse(text);
  const root = isRecord(document) ? document : {};
  if (!('testsuites' in root) && !('testsuite' in root)) throw new Error('it holds no test suite');
  const top = elementsOf(root['testsuites'])[0] ?? root;
  const results = readSuite(top, []);
  return { results, problems: contradictions(top, results) };
}

function readSuite(suite: Element, groups: readonly Group[]): ReadResult[] {
  const cases = elementsOf(suite['testcase']).map((test) => readCase(test, groups));
  const inner = elementsOf(suite['testsuite']).flatMap((child) =>
    readSuite(child, [...groups, { name: attribute(child, 'name') ?? '', file: fileOf(child) }]),
  );
  // Where a suite could not be loaded, some writers say so in the suite itself.
  const own = cases.length === 0 ? brokenSuite(suite, groups) : [];
  return [...own, ...cases, ...inner];
}

interface Group {
  readonly name: string;
  readonly file: string | null;
}

function brokenSuite(suite: Element, groups: readonly Group[]): ReadResult[] {
  const error = elementsOrTexts(suite['error'])[0] ?? elementsOrTexts(suite['failure'])[0];
  if (error === undefined) return [];
  return [{ ...placeOf(null, groups, '(the suite)'), isWhole: true, outcome: 'error', message: messageOf(error) }];
}

function readCase(test: Element, groups: readonly Group[]): ReadResult {
  const [outcome, message] = verdictOf(test);
  const seconds = Number(attribute(test, 'time') ?? Number.NaN);
  const name = attribute(test, 'name') ?? '(without a name)';
  if (isFile(name, fileOf(test), message)) {
    const worse = outcome === 'failed' ? 'error' : outcome;
    return { scope: name, file: fileOf(test), name: '(the file)', isWhole: true, outcome: worse, message };
  }
  return {
    ...placeOf(test, groups, name),
    outcome,
    durationMs: Number.isFinite(seconds) ? seconds * 1000 : null,
    message,
  };
}

/** What could not be loaded is told of as a test: by pytest with the name of its module, by node:test with that of its file. */
function isFile(name: string, file: string | null, message: string | null): boolean {
  return message?.startsWith('collection failure') === true || file === name || file?.endsWith(`/${name}`) === true;
}

function verdictOf(test: Element): [TestOutcome, string | null] {
  // node:test writes what is still to be done down as failed, too.
  const todo = elementsOf(test['skipped']).find((element) => attribute(element, 'type') === 'todo');
  if (todo !== undefined) return ['skipped', messageOf(todo)];
  for (const [name, outcome] of [
    ['error', 'error'],
    ['failure', 'failed'],
    ['skipped', 'skipped'],
  ] as const) {
    const found = elementsOrTexts(test[name])[0];
    if (found !== undefined) return [outcome, messageOf(found)];
  }
  const status = (attribute(test, 'status') ?? attribute(test, 'result') ?? '').toLowerCase();
  if (['notrun', 'disabled', 'suppressed', 'skipped', 'pending'].includes(status)) return ['skipped', null];
  return [['fail', 'failed', 'error'].includes(status) ? 'failed' : 'passed', null];
}

/** Suites and classes often say the same thing twice, or what the runner is called. */
function placeOf(test: Element | null, groups: readonly Group[], name: string) {
  const file = (test === null ? null : fileOf(test)) ?? groups.findLast((group) => group.file !== null)?.file ?? null;
  const scope = withoutFile((test === null ? null : attribute(test, 'classname')) ?? '', file);
  const isSaid = (group: string) => group === '' || group === file || scope.startsWith(group) || name.startsWith(group);
  const outer = groups.map((group) => group.name).filter((group) => !isSaid(group) && group !== 'pytest');
  // node:test calls every class `test`; others name the file there.
  const isClass = scope !== '' && scope !== 'test' && scope !== file && !name.startsWith(scope);
  const parts = isClass ? [...outer, scope, name] : [...outer, name];
  return { file, name: parts.join(' > ') };
}

/** pytest writes the file into the class: `tests.test_calc.TestSum` of `tests/test_calc.py`. */
function withoutFile(scope: string, file: string | null): string {
  const dotted = (file ?? '').replace(/\.\w+$/, '').replaceAll('/', '.');
  if (dotted === '' || scope === dotted) return scope === dotted ? '' : scope;
  return scope.startsWith(`${dotted}.`) ? scope.slice(dotted.length + 1) : scope;
}

function fileOf(element: Element): string | null {
  return attribute(element, 'file') ?? attribute(element, 'filepath');
}

/** The numbers of the outermost suites count what is in them. */
function contradictions(top: Element, results: readonly ReadResult[]): string[] {
  const suites = elementsOf(top['testsuite']);
  const counted = suites
    .flatMap((suite) => [attribute(suite, 'failures'), attribute(suite, 'errors')])
    .reduce((sum, text) => sum + (Number(text ?? 0) || 0), 0);
  if (counted === 0 || results.some(({ outcome }) => isFailing(outcome))) return [];
  return [`The report counts ${counted} failures and names none.`];
}

function elementsOf(value: unknown): Element[] {
  return (Array.isArray(value) ? value : [value]).filter(isRecord);
}

/** An element without attributes and children is read as its text. */
function elementsOrTexts(value: unknown): (Element | string)[] {
  const all: unknown[] = Array.isArray(value) ? value : [value];
  return all.filter((item) => typeof item === 'string' || isRecord(item));
}

function messageOf(element: Element | string): string | null {
  if (typeof element === 'string') return element;
  const text = stringOf(element['#text']);
  const message = attribute(element, 'message');
  // Most repeat the message at the start of the text.
  return message === null || text?.trimStart().startsWith(message) === true
    ? text
    : [message, text ?? ''].join('\n').trim();
}

function attribute(element: Element, name: string): string | null {
  return stringOf(element[`@${name}`]);
}
