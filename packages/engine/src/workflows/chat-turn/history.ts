import type { ModelMessage } from 'ai';

/** A message of before, as it is told to the model. */
export interface HistoryMessage {
  readonly role: 'user' | 'assistant';
  readonly text: string;
  readonly tokens: number;
}

export interface ChosenHistory {
  readonly messages: readonly HistoryMessage[];
  /** How many of the oldest were left out. */
  readonly leftOut: number;
  readonly tokens: number;
}

/** The newest messages that fit into a budget, oldest first and beginning with a person's. */
export function chooseHistory(history: readonly HistoryMessage[], budget: number): ChosenHistory {
  let tokens = 0;
  let first = history.length;
  for (let place = history.length - 1; place >= 0; place -= 1) {
    const message = history[place];
    if (message === undefined || tokens + message.tokens > budget) break;
    tokens += message.tokens;
    first = place;
  }
  while (first < history.length && history[first]?.role === 'assistant') {
    tokens -= history[first]?.tokens ?? 0;
    first += 1;
  }
  return { messages: history.slice(first), leftOut: first, tokens };
}

/** Models want turns to alternate, so neighbours of one role become one message. */
export function toModelMessages(history: readonly Pick<HistoryMessage, 'role' | 'text'>[]): ModelMessage[] {
  const joined: { role: 'user' | 'assistant'; content: string }[] = [];
  for (const { role, text } of history) {
    if (text.trim() === '') continue;
    const last = joined.at(-1);
    if (last?.role === role) last.content += `\n\n${text}`;
    else joined.push({ role, content: text });
  }
  return joined;
}
