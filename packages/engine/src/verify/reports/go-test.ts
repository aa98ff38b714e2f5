import { z } from 'zod';
import { type ReadResult, type ReportContent, type TestOutcome, isFailing } from '#verify/test-run.ts';

const event = z.object({
  Action: z.string(),
  Package: z.string().nullish(),
  ImportPath: z.string().nullish(),
  Test: z.string().nullish(),
  Output: z.string().nullish(),
  Elapsed: z.number().nullish(),
});

type GoEvent = z.infer<typeof event>;

interface Seen {
  readonly scope: string;
  readonly test: string | null;
  /** All verdicts on it: what a test prints can add one, and takes none away. */
  readonly verdicts: TestOutcome[];
  readonly output: string[];
  elapsed: number | null;
}

/** What `go test -json` writes. Lines that are no events, such as those of the compiler, are left out. */
export function readGoTest(text: string): ReportContent {
  const lines = text.split(/\r?\n/);
  const events = lines.flatMap(eventOf);
  const unbuilt = lines.flatMap(unbuiltPackage);
  if (events.length + unbuilt.length === 0)
    return { results: [], problems: ['There is no event of go test in the report.'] };
  const seen = gather(events);
  const tests = [...seen.values()].filter(({ test }) => test !== null);
  const results = tests.map(toResult);
  const packages = [...seen.values()].filter(({ test }) => test === null);
  const failing = results.filter(({ outcome }) => isFailing(outcome));
  const broken = packages
    .filter(({ scope, verdicts }) => verdicts.includes('failed') && failing.every((it) => it.scope !== scope))
    .map(toBrokenPackage);
  const told = new Set(broken.map(({ scope }) => scope));
  return {
    results: [...results, ...broken, ...unbuilt.filter(({ scope }) => !told.has(scope))],
    problems: [...contradictions(packages, failing), ...repeated(tests), ...unfinished(tests, packages)],
  };
}

/** Before Go 1.24 a package that does not build is told of in a line that is no event. */
function unbuiltPackage(line: string): ReadResult[] {
  const [, scope, message] = /^FAIL\t(\S+) \[((?:build|setup) failed)\]$/.exec(line) ?? [];
  return scope === undefined
    ? []
    : [{ scope, name: '(the package)', isWhole: true, outcome: 'error', message: message ?? null }];
}

/** The verdict on a package is the last that is said of it. */
function unfinished(tests: readonly Seen[], packages: readonly Seen[]): string[] {
  const finished = new Set(packages.filter(({ verdicts }) => verdicts.length > 0).map(({ scope }) => scope));
  const open = tests.filter(({ scope }) => !finished.has(scope));
  return open.map(({ scope }) => `There is no verdict on package ${scope}.`);
}

/** A verdict that a test printed looks like one of its own. */
function repeated(tests: readonly Seen[]): string[] {
  return tests
    .filter(({ verdicts }) => verdicts.length > 1)
    .map(({ test }) => `There is more than one verdict on ${test}.`);
}

/** The verdict on a package comes from the exit code of its program, those on tests from what it printed. */
function contradictions(packages: readonly Seen[], failing: readonly ReadResult[]): string[] {
  return packages.flatMap(({ scope, verdicts }) => {
    const isGood = verdicts.includes('passed') && !verdicts.includes('failed');
    return isGood && failing.some((it) => it.scope === scope)
      ? [`Package ${scope} passed although a test of it did not.`]
      : [];
  });
}

function eventOf(line: string): GoEvent[] {
  if (!line.startsWith('{')) return [];
  try {
    const parsed = event.safeParse(JSON.parse(line));
    return parsed.success ? [parsed.data] : [];
  } catch {
    // Something else wrote a line that starts like an event.
    return [];
  }
}

function gather(events: readonly GoEvent[]): Map<string, Seen> {
  const seen = new Map<string, Seen>();
  for (const { Action, Package, ImportPath, Test, Output, Elapsed } of events) {
    // The compiler names the package as it is built for the test: `example.com/a [example.com/a.test]`.
    const scope = Package ?? ImportPath?.replace(/ \[.*\]$/, '') ?? '';
    const key = `${scope}\n${Test ?? ''}`;
    const entry = seen.get(key) ?? { scope, test: Test ?? null, verdicts: [], output: [], elapsed: null };
    seen.set(key, entry);
    if (typeof Output === 'string' && !/^(=== |\s*--- )/.test(Output)) entry.output.push(Output);
    if (Action === 'pass') entry.verdicts.push('passed');
    if (Action === 'fail' || Action === 'build-fail') entry.verdicts.push('failed');
    if (Action === 'skip') entry.verdicts.push('skipped');
    if (typeof Elapsed === 'number') entry.elapsed = Elapsed;
  }
  return seen;
}

function toResult({ scope, test, verdicts, output, elapsed }: Seen): ReadResult {
  const outcome = (['failed', 'skipped', 'passed'] as const).find((verdict) => verdicts.includes(verdict)) ?? 'error';
  return {
    scope,
    name: test ?? '',
    outcome,
    durationMs: elapsed === null ? null : elapsed * 1000,
    message:
      outcome === 'passed' ? null : verdicts.length === 0 ? `It did not finish.\n${output.join('')}` : output.join(''),
  };
}

function toBrokenPackage({ scope, output }: Seen): ReadResult {
  return { scope, name: '(the package)', isWhole: true, outcome: 'error', message: output.join('') };
}
