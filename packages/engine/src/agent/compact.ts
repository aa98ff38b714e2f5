import { generateText, type LanguageModel, type ModelMessage } from 'ai';
import { shortenOldAnswers } from '#agent/shorten-answers.ts';
import { loadPrompt } from '#prompts/load-prompt.ts';

/** Characters of a token, on the safe side: code has more of them in a token than this. */
const charactersOfToken = 3;
/** Of the window: what is more is made smaller, so that an answer and what tools say next have room. */
const fullness = 0.7;
/** Of the room: what answers of tools may have once they are shortened. */
const keptAnswers = 0.4;
/** Messages at the end that are never summed up. */
const keptMessages = 6;

/** Characters that messages may have for a model that reads so many tokens at once. */
export function roomFor(contextTokens: number): number {
  return Math.floor(contextTokens * fullness * charactersOfToken);
}

export type Compaction = 'none' | 'shortened' | 'to_sum_up';

/** Knows how many characters a message has. */
export type Ruler = (message: ModelMessage) => number;

/** Measures each message once: a message never changes, and there are ever more of them. */
export function createRuler(): Ruler {
  const known = new WeakMap<ModelMessage, number>();
  return (message) => {
    const length = known.get(message) ?? JSON.stringify(message.content).length;
    known.set(message, length);
    return length;
  };
}

/** Shortens old answers of tools when the messages have more characters than there is room, and says whether that was enough. */
export function makeRoom(messages: ModelMessage[], room: number, ruler: Ruler): Compaction {
  const lengthOf = () => messages.reduce((sum, message) => sum + ruler(message), 0);
  if (lengthOf() <= room) return 'none';
  shortenOldAnswers(messages, Math.floor(room * keptAnswers));
  return lengthOf() <= room ? 'shortened' : 'to_sum_up';
}

/** Where the last messages begin that stay as they are: at something the model said, so that no answer loses its call. */
export function firstKept(messages: readonly ModelMessage[]): number {
  for (let place = messages.length - keptMessages; place > 1; place -= 1) {
    if (messages[place]?.role === 'assistant') return place;
  }
  return messages.findLastIndex(({ role }) => role === 'assistant');
}

/** What was said between the task and the last messages, in the words of the model. Throws what the model throws. */
export async function sumUpWork(
  model: LanguageModel,
  messages: readonly ModelMessage[],
  room: number,
  signal: AbortSignal,
): Promise<string> {
  const text = messages.map(toText).join('\n\n');
  const half = Math.floor(room / 2);
  const cut = text.length <= room ? text : `${text.slice(0, half)}\n…\n${text.slice(-half)}`;
  const answer = await generateText({
    model,
    instructions: loadPrompt('sum-up-work', {}),
    messages: [{ role: 'user', content: cut }],
    abortSignal: signal,
    maxRetries: 0,
  });
  return answer.text.trim();
}

function toText({ role, content }: ModelMessage): string {
  if (typeof content === 'string') return `${role}: ${content}`;
  const parts = content.map((part) => {
    if (part.type === 'text') return part.text;
    if (part.type === 'tool-call') return `[calls ${part.toolName} ${JSON.stringify(part.input)}]`;
    if (part.type === 'tool-result') return part.output.type === 'text' ? `[answer] ${part.output.value}` : '[answer]';
    return '';
  });
  return `${role}: ${parts.filter((part) => part !== '').join('\n')}`;
}
