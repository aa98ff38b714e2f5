import type { z } from 'zod';
import type { RepositoryReader } from '#tools/repository-reader.ts';

/** What a tool answers: the text that the model reads, and one line for the person who watches. */
export interface ToolAnswer {
  readonly output: string;
  readonly summary: string;
  /** What a run of tests said, in a form that is the same when it says the same again. */
  readonly verdict?: string | undefined;
}

/**
 * Something that a model may ask for. Its port is what it works on: a `RepositoryReader` to look at a repository, a `Workbench` to change
 * files and run commands.
 */
export interface Tool<Port = RepositoryReader, Input = unknown> {
  readonly name: string;
  /** For the model: what it does, and when to use it. */
  readonly description: string;
  readonly input: z.ZodType<Input>;
  /** Whether it may change something: such calls wait for each other, in the order in which the model made them. */
  readonly changes?: boolean;
  /** Throws `ToolError` with words that help the model to ask better. */
  run(input: Input, port: Port, signal: AbortSignal): Promise<ToolAnswer>;
}

/** A mistake that the model can correct; its words are the model's answer. */
export class ToolError extends Error {
  override readonly name = 'ToolError';
  /** As in `ToolAnswer`. */
  readonly verdict: string | undefined;

  constructor(message: string, verdict?: string) {
    super(message);
    this.verdict = verdict;
  }
}

/** Keeps a tool's types together while it is written; a list of tools forgets them. */
export function defineTool<Input, Port = RepositoryReader>(tool: Tool<Port, Input>): Tool<Port> {
  return {
    ...tool,
    input: tool.input,
    // `callTool` runs a tool only with what its own schema has parsed.
    run: (input, port, signal) => tool.run(input as Input, port, signal),
  };
}

/** Text of at most this many characters: the middle goes first, because ends say more. */
export function elide(text: string, most: number): string {
  if (text.length <= most) return text;
  const half = Math.floor((most - 60) / 2);
  const left = text.length - 2 * half;
  return `${text.slice(0, half)}\n… ${left.toLocaleString('en')} characters left out …\n${text.slice(-half)}`;
}
