import type { z } from 'zod';
import type { RepositoryReader } from '#tools/repository-reader.ts';

/** What a tool answers: the text that the model reads, and one line for the person who watches. */
export interface ToolAnswer {
  readonly output: string;
  readonly summary: string;
}

/** Something that a model may ask for. Tools of this folder only read. */
export interface Tool<Input = unknown> {
  readonly name: string;
  /** For the model: what it does, and when to use it. */
  readonly description: string;
  readonly input: z.ZodType<Input>;
  /** Throws `ToolError` with words that help the model to ask better. */
  run(input: Input, reader: RepositoryReader, signal: AbortSignal): Promise<ToolAnswer>;
}

/** A mistake that the model can correct; its words are the model's answer. */
export class ToolError extends Error {
  override readonly name = 'ToolError';
}

/** Keeps a tool's types together while it is written; a list of tools forgets them. */
export function defineTool<Input>(tool: Tool<Input>): Tool {
  return {
    ...tool,
    input: tool.input,
    // `callTool` runs a tool only with what its own schema has parsed.
    run: (input, reader, signal) => tool.run(input as Input, reader, signal),
  };
}

/** Text of at most this many characters: the middle goes first, because ends say more. */
export function elide(text: string, most: number): string {
  if (text.length <= most) return text;
  const half = Math.floor((most - 60) / 2);
  const left = text.length - 2 * half;
  return `${text.slice(0, half)}\n… ${left.toLocaleString('en')} characters left out …\n${text.slice(-half)}`;
}
