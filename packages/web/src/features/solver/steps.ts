import type { MessagePart, Solve, StageRun } from '@yudai/contract';
import { inputOf } from '#features/chat/message-words.ts';
import { nameOf } from '#lib/file-paths.ts';

export type StepKind =
  | 'read'
  | 'search'
  | 'run'
  | 'test'
  | 'edit'
  | 'write'
  | 'submit'
  | 'ask'
  | 'say'
  | 'think'
  | 'note'
  | 'other';

/** One line of a stage: a call of a tool, or something that was said. */
export interface Step {
  /** Its place among the parts of its stage. */
  readonly part: number;
  readonly kind: StepKind;
  readonly title: string;
  readonly detail: string;
  readonly ms: number | null;
  readonly state: 'running' | 'done' | 'failed';
}

/** A stage with what happened in it. */
export interface StageSteps {
  readonly run: StageRun;
  readonly steps: readonly Step[];
}

/** A step by the stage it belongs to and its place there. */
export interface StepPlace {
  readonly key: string;
  readonly part: number;
}

type ToolPart = Extract<MessagePart, { type: 'tool' }>;

/** What happened, stage by stage, in order. Thoughts count only while they are the last thing there is. */
export function stepsOf(
  solve: Pick<Solve, 'stages'>,
  parts: ReadonlyMap<string, readonly MessagePart[]>,
): StageSteps[] {
  return solve.stages.map((run) => {
    const known = parts.get(run.key) ?? [];
    const isOpen = run.status === 'running';
    const steps = known.flatMap((part, place) => {
      const step = stepOf(part, place, isOpen && place === known.length - 1);
      return step === null ? [] : [step];
    });
    return { run, steps };
  });
}

/** Every step of all stages, in the order in which they are gone through again. */
export function placesOf(stages: readonly StageSteps[]): StepPlace[] {
  return stages.flatMap(({ run, steps }) => steps.map(({ part }) => ({ key: run.key, part })));
}

export function isSamePlace(one: StepPlace | null, other: StepPlace | null): boolean {
  return one !== null && other !== null && one.key === other.key && one.part === other.part;
}

function stepOf(part: MessagePart, place: number, isLast: boolean): Step | null {
  switch (part.type) {
    case 'tool':
      return { part: place, ms: part.ms, state: stateOf(part), ...wordsOfTool(part) };
    case 'text':
      return part.text.trim() === '' ? null : said(place, 'say', firstLineOf(part.text), isLast);
    case 'reasoning':
      return isLast ? said(place, 'think', 'Thinking', true) : null;
    case 'notice':
      return said(place, 'note', part.text, false);
    case 'attachment':
      return null;
  }
}

/** A command that ran to its end with another exit code than 0 is told like a call that failed. */
export function stateOf(part: ToolPart): Step['state'] {
  if (part.tool !== 'bash' || part.state !== 'done' || part.summary === '') return part.state;
  return part.summary.startsWith('exit code 0') ? 'done' : 'failed';
}

function said(part: number, kind: StepKind, title: string, isLast: boolean): Step {
  return { part, kind, title, detail: '', ms: null, state: isLast ? 'running' : 'done' };
}

function wordsOfTool(part: ToolPart): Pick<Step, 'kind' | 'title' | 'detail'> {
  const path = textIn(part, 'path') ?? textIn(part, 'file');
  const name = path === null ? '' : nameOf(path);
  const detail = part.summary;
  switch (part.tool) {
    case 'bash':
      return { kind: 'run', title: firstLineOf(textIn(part, 'command') ?? 'A command'), detail };
    case 'read':
      return { kind: 'read', title: `Read ${name}`.trim(), detail };
    case 'list':
      return { kind: 'read', title: path === null || path === '' ? 'List the files' : `List ${path}`, detail };
    case 'search':
    case 'symbols':
    case 'references':
    case 'graph':
    case 'history':
      return { kind: 'search', title: titleOfSearch(part), detail };
    case 'edit':
    case 'patch':
      return { kind: 'edit', title: name === '' ? 'Change files' : `Edit ${name}`, detail };
    case 'write':
      return { kind: 'write', title: `Write ${name}`.trim(), detail };
    case 'run_tests':
      return { kind: 'test', title: 'Run the tests', detail };
    case 'submit_plan':
      return { kind: 'submit', title: 'Hand over the plan', detail };
    case 'submit_tests':
      return { kind: 'submit', title: 'Hand over the tests', detail };
    case 'submit_change':
      return { kind: 'submit', title: 'Hand over the change', detail };
    case 'ask':
      return { kind: 'ask', title: 'Ask', detail };
    default:
      return { kind: 'other', title: part.tool, detail: detail === '' ? inputOf(part) : detail };
  }
}

function titleOfSearch(part: ToolPart): string {
  const query = textIn(part, 'query') ?? textIn(part, 'name') ?? textIn(part, 'path');
  const verb = part.tool === 'search' ? 'Search' : `Look up ${part.tool}`;
  return query === null ? verb : `${verb} “${query}”`;
}

function textIn(part: ToolPart, name: string): string | null {
  const value = part.input[name];
  return typeof value === 'string' ? value : null;
}

function firstLineOf(text: string): string {
  return text.trim().split('\n', 1)[0]?.slice(0, 200) ?? '';
}
