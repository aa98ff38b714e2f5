import { randomBytes } from 'node:crypto';
import { loadPrompt } from '#prompts/load-prompt.ts';

/** Something that the model is given besides the question. Its text is data that others wrote. */
export interface ContextBlock {
  readonly title: string;
  readonly text: string;
}

export interface TurnPrompt {
  readonly instructions: string;
  /** What is put before the question. */
  readonly context: string;
}

/**
 * The instructions of DAifu and the context, in blocks between marks that nobody who wrote the context could have known. A block that holds
 * the mark all the same, which chance does not bring about, loses it.
 */
export function writePrompt(project: string, blocks: readonly ContextBlock[], mark = newMark()): TurnPrompt {
  return { instructions: loadPrompt('daifu', { project: oneLine(project), mark }), context: writeBlocks(blocks, mark) };
}

/** Blocks of data between marks, for a prompt that says what the mark is. */
export function writeBlocks(blocks: readonly ContextBlock[], mark: string): string {
  return blocks
    .map(({ title, text }) => `${mark} ${oneLine(title)}\n${text.replaceAll(mark, '')}\n/${mark}`)
    .join('\n\n');
}

export function newMark(): string {
  return `data-${randomBytes(9).toString('hex')}`;
}

/** Names come from repositories too: they must not begin a line of their own. */
export function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim().slice(0, 300);
}
