import { type ReadResult, type ReportContent, type TestOutcome, withoutColours } from '#verify/test-run.ts';

interface Line {
  /** `test_add (tests.test_calc.CalcTest.test_add)`, as the headings of failures repeat it. */
  readonly title: string;
  word: string | null;
}

interface Heading {
  readonly kind: string;
  readonly title: string;
  readonly message: string;
}

const titled = /^(\S+ \([\w.<>]+\))(?: \.\.\. ?(.*))?$/;
const described = /^.* \.\.\. ?(.*)$/;
const verdict = /^(ok|FAIL|ERROR|skipped .*|expected failure|unexpected success)$/;
const bar = '='.repeat(70);

/** What `python -m unittest -v` writes to its error output. What its last lines count is held against what was read. */
export function readUnittest(text: string): ReportContent {
  const lines = withoutColours(text).split(/\r?\n/);
  const end = lines.findLastIndex((line) => /^Ran \d+ tests? in /.test(line));
  if (end === -1) return { results: [], problems: ['unittest did not come to its end.'] };
  const body = lines.slice(0, end);
  const tests = testsOf(body);
  const headings = headingsOf(body);
  const fixtures = headings.filter(({ title }) => /^(setUp|tearDown)(Class|Module) \(/.test(title));
  const results = [
    ...tests
      .filter(({ title }) => fixtures.every((fixture) => fixture.title !== title))
      .map((test) => toResult(test, headings)),
    ...fixtures.map(({ title, message }): ReadResult => ({ ...placeOf(title), outcome: 'error', message })),
  ];
  return { results, problems: contradictions(lines.slice(end), results.length - fixtures.length, headings) };
}

function testsOf(lines: readonly string[]): Line[] {
  const tests: Line[] = [];
  const first = lines.indexOf(bar);
  for (const line of first === -1 ? lines : lines.slice(0, first)) {
    const current = tests.at(-1);
    const [, title, rest] = titled.exec(line) ?? [];
    if (title !== undefined) tests.push({ title, word: wordOf(rest ?? '') });
    // A test with a description has its verdict a line later; one that writes in between, even later.
    else if (current?.word === null) current.word = wordOf(line) ?? wordOf(described.exec(line)?.[1] ?? '');
  }
  return tests;
}

function wordOf(text: string): string | null {
  return verdict.exec(text)?.[1] ?? null;
}

function headingsOf(lines: readonly string[]): Heading[] {
  const starts = lines.flatMap((line, index) => (line === bar ? [index] : []));
  return starts.flatMap((start, index) => {
    const [, kind = '', title = ''] = /^(FAIL|ERROR|UNEXPECTED SUCCESS): (.+)$/.exec(lines[start + 1] ?? '') ?? [];
    if (kind === '') return [];
    const message = lines.slice(start + 2, starts[index + 1] ?? lines.length).join('\n');
    return [{ kind, title, message: message.replaceAll(/^-{70}$/gm, '').trim() }];
  });
}

/** The headings at the end are the verdict on what failed: what a test wrote may have broken its own line. */
function toResult({ title, word }: Line, headings: readonly Heading[]): ReadResult {
  // Parts of a test are told of on their own, behind its title.
  const own = headings.filter((heading) => heading.title === title || heading.title.startsWith(`${title} `));
  const message = own.map((heading) => heading.message).join('\n');
  if (own.some(({ kind }) => kind === 'ERROR') || word === 'ERROR')
    return { ...placeOf(title), outcome: 'error', message };
  if (own.length > 0 || word === 'FAIL' || word === 'unexpected success') {
    return { ...placeOf(title), outcome: 'failed', message: message === '' ? word : message };
  }
  const isSkipped = word?.startsWith('skipped') === true || word === 'expected failure';
  const outcome: TestOutcome = isSkipped ? 'skipped' : 'passed';
  return { ...placeOf(title), outcome, message: isSkipped ? word : null };
}

/** Since Python 3.11 the method is named behind its class too. */
function placeOf(title: string): { scope: string; name: string; isWhole?: boolean } {
  const [, method = title, inside = ''] = /^(\S+) \((.*)\)/.exec(title) ?? [];
  if (inside.startsWith('unittest.loader._FailedTest')) return { scope: method, name: '(the file)', isWhole: true };
  const path = inside.endsWith(`.${method}`) ? inside.slice(0, -method.length - 1) : inside;
  const cut = path.lastIndexOf('.');
  return cut === -1
    ? { scope: '', name: `${path} > ${method}` }
    : { scope: path.slice(0, cut), name: `${path.slice(cut + 1)} > ${method}` };
}

function contradictions(tail: readonly string[], named: number, headings: readonly Heading[]): string[] {
  const ran = Number(/^Ran (\d+)/.exec(tail[0] ?? '')?.[1] ?? 0);
  const status = tail.find((line) => /^(OK|FAILED|NO TESTS RAN)\b/.test(line)) ?? '';
  if (status === '') return ['unittest did not say how it ended.'];
  const count = (word: string) => Number(new RegExp(`\\b${word}=(\\d+)`).exec(status)?.[1] ?? 0);
  const failing = count('(?<!expected )failures') + count('errors');
  const listed = headings.filter(({ kind }) => kind !== 'UNEXPECTED SUCCESS').length;
  return [
    ...(ran === named ? [] : [`unittest ran ${ran} tests and named ${named}.`]),
    ...(failing === listed ? [] : [`unittest counts ${failing} failures and lists ${listed}.`]),
  ];
}
