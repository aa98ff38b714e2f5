/** What is being completed: a command at the beginning, or something named after an `@`. */
export interface Trigger {
  readonly kind: 'command' | 'mention';
  readonly query: string;
  /** Where it begins and ends in the text, the sign included. */
  readonly start: number;
  readonly end: number;
}

/** What stands before the caret and can be completed; null when nothing can. */
export function triggerAt(text: string, caret: number): Trigger | null {
  const before = text.slice(0, caret);
  const command = /^\/([\w-]*)$/.exec(before);
  if (command !== null) return { kind: 'command', query: command[1] ?? '', start: 0, end: caret };
  const mention = /(?:^|\s)@([^\s@]{0,100})$/.exec(before);
  if (mention === null) return null;
  const query = mention[1] ?? '';
  return { kind: 'mention', query, start: caret - query.length - 1, end: caret };
}

/** The text with the trigger replaced, and where the caret stands then. */
export function replaceTrigger(text: string, { start, end }: Trigger, by: string): { text: string; caret: number } {
  return { text: text.slice(0, start) + by + text.slice(end), caret: start + by.length };
}
