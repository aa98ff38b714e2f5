import {
  asSchema,
  type AssistantModelMessage,
  type LanguageModel,
  type ModelMessage,
  streamText,
  type ToolSet,
} from 'ai';
import type { Transcript } from '#agent/transcript.ts';
import type { Tool } from '#tools/index.ts';

/** What a model is told of a tool. */
type OfferedTool = Pick<Tool, 'name' | 'description' | 'input'>;

export interface ModelStepRequest {
  readonly model: LanguageModel;
  readonly instructions: string;
  readonly messages: ModelMessage[];
  /** Of `toToolSet`, made once for all steps. */
  readonly tools: ToolSet;
  readonly transcript: Transcript;
  readonly signal: AbortSignal;
}

/** A call that the model wants to be made, as it wrote it: neither the name nor the input has been checked. */
export interface WantedCall {
  readonly callId: string;
  readonly tool: string;
  readonly input: unknown;
}

export interface ModelStep {
  /** What the model said, in the form in which it is said to it again; with what its provider wants back. */
  readonly said: AssistantModelMessage[];
  readonly calls: readonly WantedCall[];
  /** `length` when it was cut off by the limit of its output. */
  readonly finish: string;
}

/**
 * One call of a model, streamed into the transcript. Tools are not run here, so that what they answer can be kept first. Throws what the
 * model throws, with everything it said before in the transcript; an answer without text and calls is a `malformed` one for its caller to judge.
 */
export async function runModelStep(request: ModelStepRequest): Promise<ModelStep> {
  const { transcript, signal } = request;
  const result = streamText({
    model: request.model,
    instructions: request.instructions,
    messages: request.messages,
    tools: request.tools,
    abortSignal: signal,
    // The models of `#models` try again themselves, and fail over.
    maxRetries: 0,
    onError: () => undefined,
  });
  const calls: WantedCall[] = [];
  for await (const part of result.stream) {
    if (part.type === 'text-delta') transcript.append('text', part.text);
    if (part.type === 'reasoning-delta') transcript.append('reasoning', part.text);
    if (part.type === 'tool-call') calls.push({ callId: part.toolCallId, tool: part.toolName, input: part.input });
    if (part.type === 'error') {
      signal.throwIfAborted();
      throw part.error;
    }
  }
  signal.throwIfAborted();
  const said = (await result.responseMessages).filter((message) => message.role === 'assistant');
  return { said, calls, finish: await result.finishReason };
}

/** What is offered to a model. Its schemas are written out once, however often it is used. */
export function toToolSet(tools: readonly OfferedTool[]): ToolSet {
  return Object.fromEntries(
    tools.map(({ name, description, input }): [string, ToolSet[string]] => [
      name,
      { description, inputSchema: asSchema(input) },
    ]),
  );
}
