import type { MessagePart, SolveEvidence } from '@yudai/contract';
import { outputKey } from '#features/solver/room.ts';
import type { Room } from '#features/solver/room.ts';
import { stateOf } from '#features/solver/steps.ts';

/** A command with what it has printed. */
export interface Shown {
  readonly id: string;
  readonly stage: string;
  readonly command: string;
  readonly output: string;
  /** Whether the beginning of the output is not here. */
  readonly isCut: boolean;
  readonly state: 'running' | 'done' | 'failed';
  /** How it ended, in a few words. */
  readonly ending: string;
  readonly ms: number | null;
}

type ToolPart = Extract<MessagePart, { type: 'tool' }>;

/**
 * Every command that ran, in the order of the stages: those of agents by their calls, with what was seen live; those of our own stages from
 * the records, and before there is one by what is printed.
 */
export function commandsOf(room: Room): Shown[] {
  const records = [...room.evidence.values()].toSorted((one, other) => one.at.localeCompare(other.at));
  return room.solve.stages.flatMap(({ key, stage, attempt, status }) => {
    const parts = room.parts.get(key) ?? [];
    const calls = parts.flatMap((part) => {
      const shown = part.type === 'tool' ? ofPart(room, key, part) : null;
      return shown === null ? [] : [shown];
    });
    if (parts.length > 0) return calls;
    const kept = records
      .filter((record) => record.command !== null && record.stage === stage && record.attempt === attempt)
      .map((record) => ofRecord(key, record));
    const isKept = ({ output }: Shown) => kept.some((one) => one.output.slice(0, 200) === output.slice(0, 200));
    const printed = status === 'running' || kept.length === 0 ? printedIn(room, key) : [];
    return [...kept, ...printed.filter((shown) => !isKept(shown))];
  });
}

/** A command without what Yudai puts before those that it finds by itself. */
export function shortCommand(command: string): string {
  return command.replace(/^export CI=true(?: PATH="[^"]*")?; /, '');
}

function ofPart(room: Room, key: string, part: ToolPart): Shown | null {
  const live = room.output.get(outputKey(key, part.callId));
  const command = part.input['command'];
  if (live === undefined && typeof command !== 'string' && part.tool !== 'run_tests') return null;
  return {
    id: outputKey(key, part.callId),
    stage: key,
    command: typeof command === 'string' ? command : part.tool === 'run_tests' ? 'the tests of the project' : part.tool,
    output: plain(live?.text ?? part.output),
    isCut: (live?.start ?? 0) > 0,
    state: stateOf(part),
    ending: part.summary,
    ms: part.ms,
  };
}

/** What is printed under a call that no part tells of, such as the installation of what the project needs. */
function printedIn(room: Room, key: string): Shown[] {
  const state = room.solve.stages.some((run) => run.key === key && run.status === 'running') ? 'running' : 'done';
  return [...room.output].flatMap(([id, { start, text }]) => {
    if (!id.startsWith(`${key} `)) return [];
    const command = id.slice(key.length + 1);
    return [{ id, stage: key, command, output: plain(text), isCut: start > 0, state, ending: '', ms: null } as const];
  });
}

function ofRecord(key: string, record: SolveEvidence): Shown {
  const { exitCode, finished } = record;
  return {
    id: record.id,
    stage: key,
    command: shortCommand(record.command ?? ''),
    output: plain(record.output),
    isCut: false,
    state: exitCode === 0 ? 'done' : 'failed',
    ending: finished === false ? 'stopped before its end' : exitCode === null ? '' : `exit code ${exitCode}`,
    ms: record.durationMs,
  };
}

/** Without colours, and with lines that a program draws over again only as they came to be. */
export function plain(text: string): string {
  // Sequences of a terminal begin with the control character ESC.
  // oxlint-disable-next-line no-control-regex
  const bare = text.replaceAll(/\u001B(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001B]*(?:\u0007|\u001B\\)|[@-Z\\-_])/g, '');
  return bare
    .replaceAll('\r\n', '\n')
    .split('\n')
    .map((line) => line.slice(line.lastIndexOf('\r') + 1))
    .join('\n');
}
