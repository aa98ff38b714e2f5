import type { MessagePart } from '@yudai/contract';
import { safeText } from '#output/safe-text.ts';
import { coloured, plain } from '#output/style.ts';
import { type Terminal, wantsColour } from '#terminal.ts';

export interface AnswerStream {
  /** Writes what is new in these parts. */
  show(parts: readonly MessagePart[]): void;
}

/**
 * Writes an answer while it grows: its text to stdout, unless only programs read that, and what DAifu does to find it to stderr. Text that is
 * written again after a crash begins on a new line.
 */
export function createAnswerStream(terminal: Terminal, showsText: boolean): AnswerStream {
  const style = wantsColour(terminal.stderr, terminal.env) ? coloured : plain;
  const shown: string[] = [];
  let isInText = false;

  const note = (line: string): void => {
    if (isInText && showsText) terminal.stdout.write('\n');
    isInText = false;
    terminal.stderr.write(`${style('dim', safeText(line))}\n`);
  };
  const say = (text: string): void => {
    if (showsText) terminal.stdout.write(safeText(text));
    isInText = !text.endsWith('\n');
  };

  return {
    show(parts) {
      if (parts.length < shown.length) {
        shown.length = parts.length;
        note('· the last step is done again');
      }
      for (const [place, part] of parts.entries()) {
        const before = shown[place];
        const now = shownOf(part);
        if (now === before) continue;
        shown[place] = now;
        if (part.type !== 'text') {
          if (now !== '') note(now);
        } else if (before === undefined) {
          if (place > 0 && isInText && showsText) terminal.stdout.write('\n');
          say(now);
        } else if (now.startsWith(before)) say(now.slice(before.length));
        else {
          note('· the last words are said again');
          say(now);
        }
      }
    },
  };
}

/** What is seen of a part: nothing of what a model thinks aloud, and nothing of a tool that still works. */
function shownOf(part: MessagePart): string {
  switch (part.type) {
    case 'text':
      return part.text;
    case 'tool':
      return part.state === 'running' ? '' : `· ${part.tool} ${inputOf(part.input)}: ${part.summary}`;
    case 'notice':
      return `· ${part.text}`;
    case 'reasoning':
    case 'attachment':
      return '';
  }
}

/** What a tool was asked for, short. */
function inputOf({ query, path, name, number }: Record<string, unknown>): string {
  const asked = query ?? path ?? name ?? number ?? '';
  return typeof asked === 'string' || typeof asked === 'number'
    ? String(asked).replaceAll(/\s+/g, ' ').slice(0, 100)
    : '';
}
