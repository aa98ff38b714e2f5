import type { SolvePlan, SolveTests } from '@yudai/contract';
import type { SyntaxCheck } from '#edit/index.ts';
import { compareRuns, matchTests, type TestResult, type TestRun } from '#verify/index.ts';

/** A file that the tester has changed, as it is now; null where it is gone or no text. */
export interface TestFile {
  readonly path: string;
  readonly text: string | null;
}

export interface TestsToJudge {
  readonly plan: SolvePlan;
  readonly tests: SolveTests;
  readonly files: readonly TestFile[];
  /** On the base, and with the tests; null where no report could be read. */
  readonly before: TestRun | null;
  readonly now: TestRun | null;
  /** Exit codes of the commands of claims, as they end now; null for one that was stopped. */
  readonly commands: ReadonlyMap<string, number | null>;
  readonly checkSyntax: SyntaxCheck;
}

/**
 * What is wrong with the tests that were written for an issue that is not solved yet, in sentences for the model; none when they fail for the right
 * reason: they exist, parse, and fail because of what the program does or lacks.
 */
export async function judgeTests(work: TestsToJudge): Promise<string[]> {
  const { plan, tests, commands } = work;
  const known = new Set(plan.criteria.map(({ id }) => id));
  const claimed = new Set(tests.claims.map(({ criterion }) => criterion));
  const problems = [
    ...[...claimed].filter((id) => !known.has(id)).map((id) => `The plan has no criterion '${id}'.`),
    ...[...known].filter((id) => !claimed.has(id)).map((id) => `Nothing is named that shows criterion '${id}'.`),
    ...(await brokenFiles(work)),
  ];
  const named = tests.claims.flatMap(({ claim }) => (claim.kind === 'test' ? [claim.test] : []));
  const lines = tests.claims.flatMap(({ claim }) => (claim.kind === 'command' ? [claim.command] : []));
  if (named.length + lines.length === 0) {
    problems.push('Name at least one test, or one command, that fails now and will not once the issue is solved.');
  }
  problems.push(
    ...named.flatMap((test) => judgeTest(test, work) ?? []),
    ...lines.flatMap((command) => judgeCommand(command, commands.get(command)) ?? []),
    ...broken(named, work),
  );
  return [...new Set(problems)];
}

async function brokenFiles({ files, checkSyntax }: TestsToJudge): Promise<string[]> {
  const problems: string[] = [];
  for (const { path, text } of files) {
    if (text === null) continue;
    const verdict = await checkSyntax(path, null, text);
    if (verdict.kind === 'broken') problems.push(`${path} does not parse: line ${verdict.line}: ${verdict.message}`);
  }
  return problems;
}

function judgeTest(test: string, { now, files }: TestsToJudge): string | null {
  if (now === null) return `No report of the tests could be read, so nothing shows that '${test}' fails.`;
  const found = matchTests(now.results, test);
  if (found.length === 0) return judgeUnseen(test, now, files);
  const passed = found.find(({ outcome }) => outcome === 'passed');
  if (passed !== undefined) {
    return `'${test}' passes already, so it does not show that the issue is not solved. Test what is missing, or do not name it.`;
  }
  if (found.some(({ outcome }) => outcome === 'skipped')) return `'${test}' is skipped.`;
  return wrongReason(test, found);
}

/** A test that did not run may be in a file that cannot be loaded, because what it calls does not exist yet. */
function judgeUnseen(test: string, now: TestRun, files: readonly TestFile[]): string | null {
  const unloaded = now.results.filter(
    ({ isWhole, outcome }) => isWhole && (outcome === 'error' || outcome === 'failed'),
  );
  const name =
    test
      .split(/ > |::/)
      .at(-1)
      ?.trim() ?? test;
  const home = files.find(({ text }) => text?.includes(name) === true);
  if (unloaded.length > 0 && home !== undefined) {
    const own = unloaded.filter(({ file }) => file === null || file === home.path);
    return wrongReason(test, own.length === 0 ? unloaded : own);
  }
  const ran = now.results.slice(0, 40).map(({ id }) => id);
  return `No test of the name '${test}' ran. There were: ${ran.join('; ') || 'none'}.`;
}

const malformed =
  /SyntaxError|IndentationError|TabError|syntax error|Unexpected token|unexpected indent|expected declaration/i;
/** Where loading says that something is not there yet: node calls it a syntax error too. */
const missing = /does not provide an export|cannot import name|Cannot find module|ModuleNotFoundError|undefined:/i;

function wrongReason(test: string, found: readonly TestResult[]): string | null {
  const message = found.map((result) => result.message ?? '').join('\n');
  if (!malformed.test(message) || missing.test(message)) return null;
  return `'${test}' fails because a test file cannot be read, not because the issue is not solved:\n${message.slice(0, 1500)}`;
}

function judgeCommand(command: string, exitCode: number | null | undefined): string | null {
  if (exitCode === 0) return `The command '${command}' succeeds already, so it shows nothing.`;
  if (exitCode === 127) return `The command '${command}' is not found here.`;
  return exitCode === null ? `The command '${command}' did not come to its end.` : null;
}

/** Tests that passed before and do not any more, without being named: the tester has broken them. */
function broken(named: readonly string[], { before, now }: TestsToJudge): string[] {
  if (before === null || now === null) return [];
  const claimed = new Set(named.flatMap((test) => matchTests(now.results, test).map(({ id }) => id)));
  const passed = new Set(before.results.filter(({ outcome }) => outcome === 'passed').map(({ id }) => id));
  const failures = compareRuns(before, now).newFailures.filter(({ id }) => passed.has(id) && !claimed.has(id));
  return failures.map(
    ({ id }) => `'${id}' passed before and fails now. Name it if that shows the issue; else undo it.`,
  );
}
