import type { SolvePlan, SolveTests } from '@yudai/contract';
import { loadPrompt } from '#prompts/load-prompt.ts';
import { ToolError } from '#tools/index.ts';
import { verdictOf } from '#verify/index.ts';
import { type ContextBlock, newMark, writeBlocks } from '#workflows/chat-turn/prompt.ts';
import { type Before, howItEnded, lastLines } from '#workflows/solving/prepare.ts';
import { resultsOf } from '#workflows/solving/run-checks.ts';
import type { Solving } from '#workflows/solving/solving-context.ts';
import type { SolveTask } from '#workflows/solving/solving.ts';

/** What an agent is told before it begins. */
export interface Opening {
  readonly instructions: string;
  readonly opening: string;
}

const aims: Record<SolveTask['aim'], string> = {
  small: 'As small a change as will do: nothing is tidied, renamed or made general along the way.',
  best: 'The best change that can be made for this issue: it may put the code around it in order where that serves it, and nothing else.',
};

/** What a person asked for stands outside of the marks: it is no data. */
function write(
  prompt: 'architect-plan' | 'tester' | 'coder' | 'foreign-coder',
  task: SolveTask,
  blocks: readonly ContextBlock[],
  said: readonly string[],
): Opening {
  const mark = newMark();
  const wishes = [...(task.note === null ? [] : [task.note]), ...said];
  return {
    instructions: loadPrompt(prompt, { mark, ...(prompt === 'tester' ? {} : { aim: aims[task.aim] }) }),
    opening: [
      writeBlocks(blocks, mark),
      ...(wishes.length === 0 ? [] : [`The person who asked for this says:\n\n${wishes.join('\n\n')}`]),
      'Begin.',
    ].join('\n\n'),
  };
}

export async function architectOpening(
  { task, ports }: Solving,
  before: Before,
  said: readonly string[],
): Promise<Opening> {
  const places = await placesFor(task, ports);
  return write('architect-plan', task, [issueBlock(task), stateBlock(before), ...places], said);
}

export function testerOpening({ task }: Solving, plan: SolvePlan, before: Before, said: readonly string[]): Opening {
  return write('tester', task, [issueBlock(task), planBlock(plan), stateBlock(before)], said);
}

/** An agent of somebody else has tools of its own. */
export function coderOpening(
  prompt: 'coder' | 'foreign-coder',
  { task }: Solving,
  plan: SolvePlan,
  tests: SolveTests,
  testFiles: readonly string[],
  said: readonly string[],
): Opening {
  const claims = tests.claims.map(({ criterion, claim }) => `${criterion}: ${JSON.stringify(claim)}`);
  const text = [tests.summary, `Files: ${testFiles.join(', ')}`, 'What shows each criterion:', ...claims].join('\n');
  return write(prompt, task, [issueBlock(task), planBlock(plan), { title: 'The tests', text }], said);
}

function issueBlock({ issue }: SolveTask): ContextBlock {
  const criteria = issue.criteria.map(({ id, text, how }) => `${id}: ${text}${how === null ? '' : ` (${how})`}`);
  const list = criteria.length === 0 ? [] : ['Criteria:', ...criteria];
  return { title: 'The issue', text: [issue.title, '', issue.body, '', ...list].join('\n') };
}

function planBlock({ notes, steps, criteria }: SolvePlan): ContextBlock {
  const text = [
    notes,
    '',
    'Steps:',
    ...steps.map(
      ({ text: step, files }, at) => `${at + 1}. ${step}${files.length === 0 ? '' : ` (${files.join(', ')})`}`,
    ),
    '',
    'Criteria:',
    ...criteria.map(({ id, text: criterion, how }) => `${id}: ${criterion}\n   How to show it: ${how}`),
  ];
  return { title: 'The plan', text: text.join('\n') };
}

/** How the project stands before the change. */
function stateBlock({ records, failedSetUp }: Before): ContextBlock {
  const installed =
    failedSetUp === null
      ? []
      : [`$ ${failedSetUp.command}\n  The set-up ${howItEnded(failedSetUp)}.\n${lastLines(failedSetUp.output)}`];
  const lines = records.map((record) => `$ ${record.command}\n  ${verdictOf(record).reason}`);
  const failing = resultsOf(records)
    .filter(({ outcome }) => outcome === 'failed' || outcome === 'error')
    .slice(0, 30)
    .map(({ id }) => `  ${id}`);
  const none = 'No tests, linters or compilers of this project were found that can be run.';
  return {
    title: 'The checks of the project, before any change',
    text: [
      ...installed,
      ...(lines.length === 0 ? [none] : lines),
      ...(failing.length === 0 ? [] : ['Failing:', ...failing]),
    ].join('\n'),
  };
}

/** Where to begin to look. Without an index there is none. */
async function placesFor(task: SolveTask, { reader, signal }: Solving['ports']): Promise<ContextBlock[]> {
  const query = `${task.issue.title}\n${task.issue.body}`.slice(0, 4000);
  try {
    const { hits } = await reader.search({ query, mode: 'ranked', limit: 12 }, signal);
    if (hits.length === 0) return [];
    const lines = hits.map(
      ({ path, startLine, endLine, symbol }) =>
        `${path}:${startLine}-${endLine}${symbol === null ? '' : ` (${symbol.kind} ${symbol.name})`}`,
    );
    return [{ title: 'Where search points for the text of the issue', text: lines.join('\n') }];
  } catch (error) {
    if (error instanceof ToolError) return [];
    throw error;
  }
}
