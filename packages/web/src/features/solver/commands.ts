import type { MessagePart, SolveEvidence } from '@yudai/contract';
import { outputKey } from '#features/solver/room.ts';
import type { Room } from '#features/solver/room.ts';

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

/** Every command that ran, in the order of the stages: those of agents with what was seen live, those of our own stages from the records. */
export function commandsOf(room: Room): Shown[] {
  const records = [...room.evidence.values()].toSorted((one, other) => one.at.localeCompare(other.at));
  const begun = new Set(room.solve.stages.map(({ stage }) => stage));
  return room.solve.stages.flatMap(({ key, stage, attempt }) => {
    const ofAgent = (room.parts.get(key) ?? []).flatMap((part) => {
      const shown = part.type === 'tool' ? ofPart(room, key, part) : null;
      return shown === null ? [] : [shown];
    });
    const loose = looseOutput(room, key);
    // What an agent ran is told by its call; its record would be the same a second time.
    const ofOurs = records.filter(
      (record) =>
        record.command !== null &&
        record.stage === stage &&
        record.attempt === attempt &&
        begun.has(record.stage) &&
        !ofAgent.some(({ command }) => command === record.command),
    );
    return [...ofAgent, ...loose, ...ofOurs.map((record) => ofRecord(key, record))];
  });
}

function ofPart(room: Room, key: string, part: ToolPart): Shown | null {
  const live = room.output.get(outputKey(key, part.callId));
  const command = part.input['command'];
  if (live === undefined && typeof command !== 'string') return null;
  return {
    id: outputKey(key, part.callId),
    stage: key,
    command: typeof command === 'string' ? command : part.tool,
    output: plain(live?.text ?? part.output),
    isCut: (live?.start ?? 0) > 0,
    state: part.state === 'done' && /^exit code [1-9]|^ended|^stopped/.test(part.summary) ? 'failed' : part.state,
    ending: part.summary,
    ms: part.ms,
  };
}

/** What is printed under a call that no part tells of, such as the installation of what the project needs. */
function looseOutput(room: Room, key: string): Shown[] {
  const told = new Set(
    (room.parts.get(key) ?? []).flatMap((part) => (part.type === 'tool' ? [outputKey(key, part.callId)] : [])),
  );
  return [...room.output].flatMap(([id, { start, text }]) => {
    if (!id.startsWith(`${key} `) || told.has(id)) return [];
    const state = room.solve.stages.some((run) => run.key === key && run.status === 'running') ? 'running' : 'done';
    const command = id.slice(key.length + 1);
    return [{ id, stage: key, command, output: plain(text), isCut: start > 0, state, ending: '', ms: null } as const];
  });
}

function ofRecord(key: string, record: SolveEvidence): Shown {
  const { exitCode, finished } = record;
  return {
    id: record.id,
    stage: key,
    command: record.command ?? '',
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
