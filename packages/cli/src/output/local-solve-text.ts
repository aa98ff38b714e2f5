import type { SolveAttempt, SolvePlan } from '@yudai/contract';
import type { LocalSolve, Spent } from '@yudai/server';
import { formatAmount, formatDollars } from '#output/numbers.ts';
import { safeText } from '#output/safe-text.ts';
import type { Style } from '#output/style.ts';

type News = Parameters<LocalSolve['tell']>[0];

/** A line for what happened, with what makes it the same news when it is told again; null for what is too small to tell. */
export function newsLine(news: News): { readonly key: string; readonly text: string } | null {
  if (news.what === 'stage') {
    const { key, status, summary } = news.stage;
    const words = status === 'running' ? 'begins' : `${status}. ${summary}`;
    return { key: `${key} ${status}`, text: `${key} ${words}` };
  }
  if (news.what !== 'transcript' || news.change.type !== 'part') return null;
  const { part, value } = news.change;
  const key = `${news.key} ${part}`;
  if (value.type === 'notice') return { key, text: `  ${firstLine(value.text)}` };
  if (value.type !== 'tool' || value.state === 'running') return null;
  const mark = value.state === 'failed' ? '✗' : '·';
  return { key, text: `  ${mark} ${value.tool} ${firstLine(inputOf(value.input))} → ${firstLine(value.summary)}` };
}

function inputOf(input: Readonly<Record<string, unknown>>): string {
  const said = input['command'] ?? input['path'] ?? input['query'] ?? input['name'] ?? '';
  return typeof said === 'string' ? said : '';
}

function firstLine(text: string): string {
  return (text.split('\n')[0] ?? '').slice(0, 120);
}

/** A plan as a person is asked about it. */
export function formatPlan({ notes, steps, criteria }: SolvePlan): string {
  const lines = [
    notes,
    '',
    ...steps.map(({ text, files }, at) => `${at + 1}. ${text}${files.length === 0 ? '' : ` (${files.join(', ')})`}`),
    '',
    ...criteria.map(({ id, text, how }) => `${id}: ${text} – ${how}`),
  ];
  return lines.map(safeText).join('\n');
}

export interface LocalOutcome {
  readonly outcome: string;
  readonly reason: string;
  readonly questions: readonly string[];
  readonly attempt: SolveAttempt | null;
  readonly patch: string;
  /** Where the patch was written; undefined when nowhere. */
  readonly file: string | undefined;
  readonly spent: Spent;
}

/** How it ended, what shows each criterion, and where the change is. */
export function formatLocalSolve(
  { outcome, reason, questions, attempt, patch, file, spent }: LocalOutcome,
  style: Style,
): string {
  const colour = outcome === 'solved' ? 'green' : 'yellow';
  const marks = { passed: style('green', '✓'), failed: style('red', '✗'), unverified: style('yellow', '?') };
  const criteria = (attempt?.criteria ?? []).flatMap(({ id, text, result, checks }) => [
    `${marks[result]} ${safeText(id)} ${safeText(text)}`,
    ...checks.map((check) => `    ${marks[check.result]} ${safeText(check.reason)}`),
  ]);
  const after = attempt?.tests?.after;
  const blocks = [
    `${style(colour, outcome.replace('_', ' '))}  ${safeText(reason)}`,
    questions.map((question) => `- ${safeText(question)}`).join('\n'),
    criteria.join('\n'),
    after === null || after === undefined
      ? ''
      : `Tests: ${after.passed} passed, ${after.failed} failed, ${after.skipped} skipped`,
    costOf(spent),
    changeOf(patch, file),
  ];
  return blocks.filter((block) => block !== '').join('\n\n');
}

function costOf({ calls, inputTokens, outputTokens, costMicros, unpricedCalls }: Spent): string {
  const used = `${formatAmount(calls, 'call')}, ${formatAmount(inputTokens, 'token')} in, ${formatAmount(outputTokens, 'token')} out`;
  if (unpricedCalls === 0) return `Cost: ${formatDollars(costMicros)} (${used})`;
  const known = costMicros === 0 ? 'not known' : `at least ${formatDollars(costMicros)}`;
  return `Cost: ${known} (${used}); YUDAI_MODEL_PRICES can name a price`;
}

function changeOf(patch: string, file: string | undefined): string {
  if (patch === '') return 'Nothing was changed.';
  return file === undefined ? safeText(patch) : `The change is in ${safeText(file)}: \`git apply ${safeText(file)}\`.`;
}
