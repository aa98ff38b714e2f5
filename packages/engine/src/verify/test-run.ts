/** `error` did not come to a verdict: it could not be collected, or was cut off. It counts as much as `failed`. */
export type TestOutcome = 'passed' | 'failed' | 'skipped' | 'error';

export interface TestResult {
  /** The same test has the same id in every run: its file or scope, its name, and `#2` for the second one of that name. */
  readonly id: string;
  /** As people read it: the groups around it, then its own name, between ` > `. */
  readonly name: string;
  /** From the root of the work tree, where the report says it. */
  readonly file: string | null;
  readonly outcome: TestOutcome;
  readonly durationMs: number | null;
  /** Why it failed or was skipped, cut after 4,000 characters. */
  readonly message: string | null;
  /** It stands for a file or package that could not be loaded, and for all tests in it. */
  readonly isWhole: boolean;
}

export interface TestTotals {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly error: number;
}

export interface TestRun {
  readonly results: readonly TestResult[];
  readonly totals: TestTotals;
  /** Why the report is not to be believed, in sentences. With a problem nothing counts as passed. */
  readonly problems: readonly string[];
}

/** What a reader finds: ids, totals and paths are made of it in one place. */
export interface ReadResult {
  /** What keeps tests of one name apart when there is no file: a package, a class, a program. */
  readonly scope?: string | null;
  readonly file?: string | null;
  readonly name: string;
  readonly outcome: TestOutcome;
  readonly durationMs?: number | null;
  readonly message?: string | null;
  readonly isWhole?: boolean;
}

export interface ReportContent {
  readonly results: readonly ReadResult[];
  readonly problems: readonly string[];
}

const longestMessage = 4_000;

/** Names are held against each other, and shown: longer ones are cut. */
const longestName = 1_000;

/** Gives every result its id. `root` is where the work tree lay while the tests ran: it is taken off paths. */
export function toTestRun(content: ReportContent, root: string): TestRun {
  const seen = new Map<string, number>();
  const results = content.results.map((result): TestResult => {
    const file = (result.file ?? '') === '' ? null : withoutRoot(result.file ?? '', root);
    const name = cut(result.name);
    const scope = cut(file ?? result.scope ?? '');
    const base = scope === '' ? name : `${scope} > ${name}`;
    const count = (seen.get(base) ?? 0) + 1;
    seen.set(base, count);
    return {
      id: count === 1 ? base : `${base} #${count}`,
      name,
      file,
      outcome: result.outcome,
      durationMs: result.durationMs ?? null,
      message: messageOf(result.message),
      isWhole: result.isWhole ?? false,
    };
  });
  return { results, totals: totalsOf(results), problems: [...new Set(content.problems)] };
}

/** A run of which nothing is known but why. */
export function unreadRun(problem: string): TestRun {
  return { results: [], totals: totalsOf([]), problems: [problem] };
}

export function isFailing(outcome: TestOutcome): boolean {
  return outcome === 'failed' || outcome === 'error';
}

function cut(name: string): string {
  return name.length > longestName ? `${name.slice(0, longestName)}…` : name;
}

function totalsOf(results: readonly TestResult[]): TestTotals {
  const count = (outcome: TestOutcome) => results.filter((result) => result.outcome === outcome).length;
  return { passed: count('passed'), failed: count('failed'), skipped: count('skipped'), error: count('error') };
}

function withoutRoot(path: string, root: string): string {
  const plain = path.replace(/^file:\/\//, '').replaceAll('\\', '/');
  const prefix = root === '' || root.endsWith('/') ? root : `${root}/`;
  const inside = prefix !== '' && plain.startsWith(prefix) ? plain.slice(prefix.length) : plain;
  return inside.replace(/^\.\//, '');
}

function messageOf(message: string | null | undefined): string | null {
  const text = withoutColours(message ?? '').trim();
  if (text === '') return null;
  return text.length > longestMessage ? `${text.slice(0, longestMessage)}…` : text;
}

/** Without the sequences that colour a terminal. */
export function withoutColours(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return text.replace(/\u001b\[[0-9;?]*[A-Za-z]/g, '');
}
