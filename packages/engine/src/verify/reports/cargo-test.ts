import { type ReadResult, type ReportContent, type TestOutcome, withoutColours } from '#verify/test-run.ts';

/** One test program, from `running 3 tests` to `test result: …`. */
interface Program {
  readonly name: string;
  readonly announced: number;
  readonly results: ReadResult[];
  /** What its last line counts, when there is one. */
  counted: number | null;
  /** From `failures:` on, where what failing tests printed is shown. */
  isListing: boolean;
  readonly listing: string[];
}

const started = /^\s+(?:Running (?:unittests )?(\S+)(?: \(.*\))?|Doc-tests (\S+))$/;
const announced = /^running (\d+) tests?$/;
const verdict = /^test (.+?)(?: - should panic)? \.\.\. (ok|FAILED|ignored)(?:, (.*))?$/;
const ended = /^test result: (?:ok|FAILED)\. (\d+) passed; (\d+) failed; (\d+) ignored; (\d+) measured;/;
const uncompiled = /^error: could not compile `([^`]+)`/;

/** What `cargo test` prints. A program that names other than as many tests as it announced makes the whole report unbelievable. */
export function readCargoTest(text: string): ReportContent {
  const programs: Program[] = [];
  const broken: ReadResult[] = [];
  let name = '';
  let current: Program | null = null;
  for (const line of withoutColours(text).split(/\r?\n/)) {
    const start = started.exec(line);
    const count = announced.exec(line)?.[1];
    const lost = uncompiled.exec(line)?.[1];
    if (lost !== undefined)
      broken.push({ scope: lost, name: '(the crate)', isWhole: true, outcome: 'error', message: errorsOf(text) });
    if (start !== null) name = start[1] ?? `doc-tests of ${start[2] ?? ''}`;
    if (count !== undefined && (current === null || current.counted !== null || !current.isListing)) {
      current = { name, announced: Number(count), results: [], counted: null, isListing: false, listing: [] };
      programs.push(current);
    } else if (current !== null) {
      readLine(current, line);
    }
  }
  const results = [...programs.flatMap(withMessages), ...unique(broken)];
  if (programs.length === 0 && results.length === 0) {
    return { results, problems: ['No test program of cargo test is in the output.'] };
  }
  return { results, problems: programs.flatMap(contradiction) };
}

function readLine(program: Program, line: string): void {
  const end = ended.exec(line);
  // What a failing test printed may look like the last line: the last one of a program is its own.
  if (end !== null) program.counted = end.slice(1).reduce((sum, count) => sum + Number(count), 0);
  if (line === 'failures:') program.isListing = true;
  if (program.isListing) {
    program.listing.push(line);
    return;
  }
  const test = verdict.exec(line);
  if (test === null) return;
  const [, name = '', word = '', reason = ''] = test;
  program.results.push({ scope: program.name, name, outcome: outcomeOf(word), message: reason });
}

function outcomeOf(word: string): TestOutcome {
  return word === 'ok' ? 'passed' : word === 'FAILED' ? 'failed' : 'skipped';
}

function contradiction({ name, announced: expected, counted, results }: Program): string[] {
  const of = name === '' ? 'A test program' : name;
  if (counted === null) return [`${of} did not come to its end.`];
  if (results.length === expected && counted === expected) return [];
  return [`${of} announced ${expected} tests, named ${results.length} and counted ${counted}.`];
}

function withMessages({ results, listing }: Program): ReadResult[] {
  return results.map((result) => {
    const start = listing.indexOf(`---- ${result.name} stdout ----`);
    if (result.outcome !== 'failed' || start === -1) return result;
    const rest = listing.slice(start + 1);
    const end = rest.findIndex((line) => /^---- .+ stdout ----$|^failures:$/.test(line));
    return { ...result, message: rest.slice(0, end === -1 ? rest.length : end).join('\n') };
  });
}

function errorsOf(text: string): string {
  const lines = text.split('\n');
  const first = lines.findIndex((line) => /^error(\[E\d+\])?:/.test(line));
  return lines.slice(Math.max(0, first), first + 40).join('\n');
}

function unique(results: readonly ReadResult[]): ReadResult[] {
  return results.filter((one, index) => results.findIndex(({ scope }) => scope === one.scope) === index);
}
