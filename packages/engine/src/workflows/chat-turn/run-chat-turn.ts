import type { MessagePart } from '@yudai/contract';
import type { LanguageModel, ModelMessage, ToolModelMessage, ToolSet } from 'ai';
import { type ModelStep, runModelStep, toToolSet, type WantedCall } from '#agent/model-step.ts';
import { shortenOldAnswers } from '#agent/shorten-answers.ts';
import { runToolStep, toToolMessage } from '#agent/tool-step.ts';
import { type Transcript } from '#agent/transcript.ts';
import type { RepositoryReader, Tool } from '#tools/index.ts';
import type { HistoryMessage } from '#workflows/chat-turn/history.ts';
import { toModelMessages } from '#workflows/chat-turn/history.ts';
import type { TurnPrompt } from '#workflows/chat-turn/prompt.ts';

/** Calls of the model in one turn; the last is made without tools, so that every turn ends with words. */
const mostSteps = 12;
/** Characters of tools' answers that stay in one turn, about 60,000 tokens. */
const mostCharacters = 240_000;

export interface ChatTurn {
  readonly model: LanguageModel;
  readonly prompt: TurnPrompt;
  readonly history: readonly Pick<HistoryMessage, 'role' | 'text'>[];
  readonly question: string;
  readonly tools: readonly Tool[];
  readonly reader: RepositoryReader;
}

/** What a turn needs of whoever runs it: a memory of finished steps, and the words that people say meanwhile. */
export interface ChatTurnPorts {
  /** Runs work whose result is kept; after a crash a finished step gives its result again without running. */
  step<T>(name: string, work: (step: { signal: AbortSignal; attempt: number }) => Promise<T>): Promise<T>;
  /**
   * What people want to be read at the next step, with the transcript that goes on after it; null when nobody said anything. Asked
   * before every call of the model but the first.
   */
  steer(step: number): Promise<{ readonly texts: readonly string[]; readonly transcript: Transcript } | null>;
  /** Told after every step, so that what was said can be kept. */
  kept(transcript: Transcript): Promise<void>;
}

/** The model said nothing at all. */
export class EmptyAnswerError extends Error {
  override readonly name = 'EmptyAnswerError';
  constructor() {
    super('The model gave an empty answer. Try again, or choose another model.');
  }
}

interface KeptStep extends ModelStep {
  readonly parts: readonly MessagePart[];
}

/**
 * One turn of a conversation: the model is called, the tools that it asks for are run side by side, and so on until it asks for none.
 * Returns the transcript of the last message. Throws what the model throws, and `EmptyAnswerError`.
 */
export async function runChatTurn(turn: ChatTurn, first: Transcript, ports: ChatTurnPorts): Promise<Transcript> {
  let transcript = first;
  const messages: ModelMessage[] = toModelMessages([
    ...turn.history,
    { role: 'user', text: [turn.prompt.context, turn.question].filter((text) => text !== '').join('\n\n') },
  ]);
  const offered = toToolSet(turn.tools);
  for (let number = 1; ; number += 1) {
    const isLast = number === mostSteps;
    if (number > 1) {
      const steered = await ports.steer(number);
      if (steered !== null) {
        transcript = steered.transcript;
        messages.push({ role: 'user', content: steered.texts.join('\n\n') });
      }
    }
    if (isLast) messages.push({ role: 'user', content: 'Answer now with what you know; no more tools can be used.' });
    const made = await callModel(turn, transcript, ports, messages, number, isLast ? null : offered);
    messages.push(...made.said);
    if (made.calls.length === 0) {
      if (made.finish === 'length') transcript.add(cutOff);
      return transcript;
    }
    messages.push(await callTools(turn, transcript, ports, made.calls, number));
    shortenOldAnswers(messages, mostCharacters);
    await ports.kept(transcript);
  }
}

const cutOff: MessagePart = {
  type: 'notice',
  text: 'The model reached the limit of its output here. Ask it to go on.',
};

async function callModel(
  turn: ChatTurn,
  transcript: Transcript,
  ports: ChatTurnPorts,
  messages: ModelMessage[],
  number: number,
  /** Null where none may be used any more. */
  offered: ToolSet | null,
): Promise<KeptStep> {
  const place = transcript.parts.length;
  const made = await ports.step(`model:${number}`, async ({ signal, attempt }): Promise<KeptStep> => {
    if (attempt > 1) transcript.cut(place);
    const step = await runModelStep({
      model: turn.model,
      instructions: turn.prompt.instructions,
      messages,
      tools: offered ?? {},
      transcript,
      signal,
    });
    const parts = transcript.parts.slice(place);
    if (step.calls.length === 0 && !parts.some(({ type }) => type === 'text')) throw new EmptyAnswerError();
    return { ...step, parts };
  });
  transcript.restore(place, made.parts);
  await ports.kept(transcript);
  return offered === null ? { ...made, calls: [] } : made;
}

async function callTools(
  turn: ChatTurn,
  transcript: Transcript,
  ports: ChatTurnPorts,
  calls: readonly WantedCall[],
  number: number,
): Promise<ToolModelMessage> {
  const place = transcript.parts.length;
  const { answers, parts } = await ports.step(`tools:${number}`, async ({ signal, attempt }) => {
    if (attempt > 1) transcript.cut(place);
    const made = await runToolStep({ tools: turn.tools, calls, portOf: () => turn.reader, transcript, signal });
    return { answers: made.map(({ output }) => output), parts: transcript.parts.slice(place) };
  });
  transcript.restore(place, parts);
  return toToolMessage(calls, answers);
}
