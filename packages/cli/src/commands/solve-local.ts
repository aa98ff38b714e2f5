import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { text as readAll } from 'node:stream/consumers';
import { type ErrorCode, type Question, solveLimits, standardSolveSettings } from '@yudai/contract';
import type { LocallySolved, LocalSolve, Spent } from '@yudai/server';
import type { Command } from 'commander';
import { askQuestions } from '#commands/answer-questions.ts';
import { checkSavable, saveFile } from '#commands/save-file.ts';
import { type SolveWishes, toMicros, toModelName } from '#commands/solve-on-server.ts';
import { titleIn } from '#commands/title-in.ts';
import { readConfig, serverEnvironment } from '#connection/open-in-process.ts';
import { CliError, exitCodeOf, exitCodes } from '#exit-codes.ts';
import type { Answer } from '#output/answer.ts';
import { safeText } from '#output/safe-text.ts';
import { formatDollars } from '#output/numbers.ts';
import { formatLocalSolve, formatPlan, newsLine } from '#output/local-solve-text.ts';
import { answering, type Cli, type CommonOptions } from '#run-command.ts';
import type { Terminal } from '#terminal.ts';

export interface LocalOptions extends SolveWishes {
  /** A folder, or true for the one that the command runs in. */
  readonly local: string | true;
  readonly patch?: string;
  readonly yes?: boolean;
}

/** Solves an issue of a folder in this process: no server, no database. The folder stays as it is; what comes of it is a patch. */
export async function solveLocal(
  cli: Cli,
  issue: string | undefined,
  options: LocalOptions,
  command: Command,
): Promise<void> {
  const common = command.optsWithGlobals<CommonOptions>();
  await answering(cli, common, async () => {
    const { terminal } = cli;
    const file = options.patch === undefined || options.patch === '-' ? null : options.patch;
    if (file !== null) await checkSavable(terminal, file);
    const request = await requestOf(terminal, issue, options, common.json === true);
    const { solveLocally } = await import('@yudai/server');
    const config = await readConfig(serverEnvironment(terminal, { url: undefined, data: common.data }));
    const solved = await solveLocally(config, request).catch((error: unknown) => {
      throw inWords(error);
    });
    const isSaved = file === null || solved.patch === '' || (await trySaving(terminal, file, solved.patch));
    const answer = answerOf(terminal, solved, isSaved ? options.patch : undefined);
    return isSaved ? answer : { ...answer, exitCode: exitCodes.failed };
  });
}

/** What was paid for is not lost with a full disk: where it cannot be written, that is said, and it is printed instead. */
async function trySaving(terminal: Terminal, file: string, patch: string): Promise<boolean> {
  try {
    await saveFile(terminal, file, patch);
    return true;
  } catch (error) {
    terminal.stderr.write(`${error instanceof Error ? error.message : ''} Here is the change instead.\n`);
    return false;
  }
}

async function requestOf(
  terminal: Terminal,
  issue: string | undefined,
  { local, gate: wished, aim, steps, minutes, budget, model, yes }: LocalOptions,
  isQuiet: boolean,
): Promise<LocalSolve> {
  if ((model?.length ?? 0) > 1) throw new CliError('bad_request', '--local takes one model.');
  const gate = yes === true ? 'none' : (wished ?? 'plan');
  if (gate !== 'none' && terminal.stdin.isTTY !== true) {
    throw new CliError('bad_request', 'Nobody is here to agree to the plan. Say --yes, or --gate none.');
  }
  const [only] = model ?? [];
  return {
    folder: resolve(terminal.cwd, local === true ? '.' : local),
    issue: toIssue(await textOf(terminal, issue)),
    task: {
      note: null,
      gate,
      aim: aim ?? standardSolveSettings.aim,
      mostSteps: steps ?? solveLimits.steps,
      hosts: [],
    },
    minutes: minutes ?? solveLimits.minutes,
    model: only === undefined ? null : toModelName(only),
    budgetMicros: budget === undefined ? null : toMicros(budget),
    async overspent(spent) {
      return gate === 'none' || budget === undefined ? null : await raise(terminal, spent, toMicros(budget));
    },
    signal: terminal.signal,
    tell: createTeller(terminal, isQuiet),
    async ask({ stage, summary }, { plan: made }) {
      const plan = stage === 'architect' ? made : null;
      if (plan !== null) terminal.stderr.write(`${formatPlan(plan)}\n`);
      return { answer: await decide(terminal, summary), plan: null };
    },
    async question(_key, questions) {
      if (gate === 'none') return null;
      const asked = questions.map((text, at): Question => ({ id: `q${at + 1}`, text, kind: 'text' }));
      return (await answersTo(asked, terminal)).map(({ answer }) => String(answer));
    },
  };
}

/** The text of an issue: as it was given, of a file, or of stdin. */
async function textOf({ cwd, stdin }: Terminal, issue: string | undefined): Promise<string> {
  if (issue === undefined || issue.trim() === '') {
    throw new CliError('bad_request', 'Say what to solve: --issue with a text, or a file that has it.');
  }
  if (issue === '-') return readAll(stdin);
  const isSentence = /\s/.test(issue.trim());
  if (isSentence && !/\.(?:md|txt)$/.test(issue)) return issue;
  try {
    return await readFile(resolve(cwd, issue), 'utf8');
  } catch (error) {
    // What ends with the name of a file need not be one: "Mend the link in README.md".
    if (isSentence && error instanceof Error && 'code' in error && error.code === 'ENOENT') return issue;
    throw new CliError('not_found', `The file ${issue} cannot be read.`, { cause: error });
  }
}

/** The first line is the title; items of a task list, or below a heading that speaks of criteria, are what has to be true. */
export function toIssue(text: string): LocalSolve['issue'] {
  const lines = text.trim().split(/\r?\n/);
  let isListed = false;
  const criteria: { id: string; text: string; how: null }[] = [];
  for (const line of lines.slice(1)) {
    if (line.startsWith('#')) isListed = /criteri|done when/i.test(line);
    const item = /^\s*[-*]\s+(\[[ x]\]\s+)?(.+)$/i.exec(line);
    if (item?.[2] === undefined || (item[1] === undefined && !isListed)) continue;
    criteria.push({ id: `c${criteria.length + 1}`, text: item[2].trim(), how: null });
  }
  return { title: titleIn(text), body: lines.slice(1).join('\n').trim(), criteria };
}

/** Who leaves a question ends the solve. */
function answersTo(questions: readonly Question[], terminal: Terminal): ReturnType<typeof askQuestions> {
  return askQuestions(questions, terminal).catch((error: unknown) => {
    const isLeft = error instanceof CliError && error.code === 'cancelled';
    throw isLeft ? new CliError('cancelled', 'It was stopped at a question.', { cause: error }) : error;
  });
}

async function decide(terminal: Terminal, summary: string) {
  const options = [
    { value: 'approve', label: 'Go on' },
    { value: 'again', label: 'Do it again' },
    { value: 'stop', label: 'Stop here' },
  ];
  const [decision] = await answersTo(
    [{ id: 'decision', text: `${summary.replace(/\.$/, '')}. Go on?`, kind: 'choice', options }],
    terminal,
  );
  if (decision?.answer === 'approve') return { kind: 'approve' as const };
  const kind = decision?.answer === 'again' ? ('again' as const) : ('stop' as const);
  const [note] = await answersTo([{ id: 'note', text: 'What should be different, or why?', kind: 'text' }], terminal);
  return { kind, note: String(note?.answer ?? '') };
}

/** As much again as it could spend at first, or null to stop. */
async function raise(terminal: Terminal, { costMicros }: Spent, step: number): Promise<number | null> {
  const text = `It has spent ${formatDollars(costMicros)}. Go on with ${formatDollars(step)} more?`;
  const [decision] = await answersTo([{ id: 'budget', text, kind: 'confirm' }], terminal);
  return decision?.answer === true ? costMicros + step : null;
}

/** Says what happens as it happens, each thing once. */
function createTeller({ stderr }: Terminal, isQuiet: boolean): LocalSolve['tell'] {
  const told = new Set<string>();
  return (news) => {
    const line = newsLine(news);
    if (line === null || isQuiet || told.has(line.key)) return;
    told.add(line.key);
    stderr.write(`${safeText(line.text)}\n`);
  };
}

function answerOf(terminal: Terminal, solved: LocallySolved, file: string | undefined): Answer {
  const { end, state, patch, error, spent } = solved;
  const isStopped = error instanceof Error && error.name === 'SolveStopped';
  if (end === null && terminal.signal.aborted) throw new CliError('cancelled', 'It was cancelled.');
  // Where it broke off after something was made, that is told of like the end of any other solve.
  const failure = end === null && !isStopped ? inWords(error) : null;
  if (failure !== null && patch === '') throw failure;
  const brokenOff = failure?.code === 'cancelled' ? 'cancelled' : 'failed';
  const outcome = end?.outcome ?? (failure === null ? 'unsolved' : brokenOff);
  const reason = end?.reason ?? (error instanceof Error ? error.message : '');
  const chosen = state.attempts.find(({ result }) => result?.chosen === true)?.result ?? null;
  const questions = end?.outcome === 'needs_input' ? end.questions : [];
  const unsolved = failure === null ? exitCodes.failed : exitCodeOf(failure.code);
  return {
    data: { outcome, reason, questions, plan: state.plan, attempt: chosen, patch, spent },
    text: (style) =>
      file === '-'
        ? patch
        : formatLocalSolve({ outcome, reason, questions, attempt: chosen, patch, file, spent }, style),
    exitCode: outcome === 'solved' ? exitCodes.ok : unsolved,
  };
}

/** What the parts below say to a person, and what it stands for. Anything else is a defect. */
const saidBelow: Readonly<Record<string, ErrorCode>> = {
  ConfigError: 'bad_request',
  CheckoutError: 'bad_request',
  SandboxError: 'unavailable',
  ModelError: 'unavailable',
};

/** The error for a person; throws it as it is when it is a defect. */
function inWords(error: unknown): CliError {
  if (error instanceof CliError) return error;
  const code = error instanceof Error ? saidBelow[error.name] : undefined;
  if (error instanceof Error && code !== undefined) return new CliError(code, error.message, { cause: error });
  throw error;
}
