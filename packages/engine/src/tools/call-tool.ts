import { z } from 'zod';
import { elide, type Tool, type ToolAnswer, ToolError } from '#tools/tool.ts';

/** Characters of an answer that a model is given, about 4,000 tokens. */
const mostOutput = 16_000;

export interface ToolCall {
  readonly callId: string;
  readonly tool: string;
  readonly input: unknown;
}

export interface ToolOutcome extends ToolAnswer {
  readonly failed: boolean;
}

/** Runs what a model asked for. What it asked wrongly is answered in words that it can go by; only an abort is thrown. */
export async function callTool<Port>(
  tools: readonly Tool<Port>[],
  { tool: name, input }: ToolCall,
  port: Port,
  signal: AbortSignal,
): Promise<ToolOutcome> {
  signal.throwIfAborted();
  const tool = tools.find((it) => it.name === name);
  if (tool === undefined) {
    return failed(`There is no tool '${name}'. There are: ${tools.map((it) => it.name).join(', ')}.`);
  }
  const parsed = tool.input.safeParse(input);
  if (!parsed.success) return failed(`The input does not fit:\n${z.prettifyError(parsed.error)}`);
  try {
    const { output, summary, verdict } = await tool.run(parsed.data, port, signal);
    return { output: elide(output, mostOutput), summary, verdict, failed: false };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof ToolError) return { ...failed(error.message), verdict: error.verdict };
    throw error;
  }
}

function failed(words: string): ToolOutcome {
  return { output: elide(words, mostOutput), summary: words.split('\n')[0]?.slice(0, 120) ?? '', failed: true };
}
