import type { LanguageModelV4 } from '@ai-sdk/provider';
import type { ModelMessage } from 'ai';
import type { z } from 'zod';
import { ModelError } from './model-error.ts';

export interface AskFor<T> {
  readonly model: LanguageModelV4;
  /** What the answer has to be. Its descriptions are read by the model. */
  readonly schema: z.ZodType<T>;
  /** A word for the answer, such as `issue`; some providers want one. */
  readonly name: string;
  readonly instructions: string;
  readonly messages: readonly ModelMessage[];
  readonly signal: AbortSignal;
  /** How often the model may mend its answer; 2, unless told. */
  readonly repairs?: number;
  /** What the schema cannot say: sentences about what is wrong with an answer, none when it is right. */
  readonly check?: (answer: T) => readonly string[];
}

/**
 * Asks a model for an answer of a given shape. What it wrote is read strictly: an answer that does not fit goes back to it with what is
 * wrong, twice at most. That is no outage of anybody, so no breaker learns of it. Throws `ModelError`, with `malformed` when even the last
 * answer does not fit, or the reason of the signal.
 */
export async function askFor<T>(request: AskFor<T>): Promise<T> {
  const { schema, check, repairs = 2 } = request;
  const messages: ModelMessage[] = [...request.messages];
  for (let round = 0; ; round += 1) {
    const text = await answerOf(request, messages);
    const read = readAnswer(text, schema, check);
    if ('answer' in read) return read.answer;
    if (round >= repairs) throw unfit(read.problems);
    messages.push({ role: 'assistant', content: text }, { role: 'user', content: complaintOf(read.problems) });
  }
}

/** The text as the model wrote it: the SDK's own reading of it is left aside, which knows neither our checks nor how to mend. */
async function answerOf<T>(request: AskFor<T>, messages: readonly ModelMessage[]): Promise<string> {
  const { model, schema, name, instructions, signal } = request;
  // Loaded when first needed: the SDK costs every start a tenth of a second.
  const { generateText, NoObjectGeneratedError, Output } = await import('ai');
  try {
    const result = await generateText({
      model,
      instructions,
      messages: [...messages],
      output: Output.object({ schema, name }),
      abortSignal: signal,
      maxRetries: 0,
    });
    return result.text;
  } catch (error) {
    signal.throwIfAborted();
    if (NoObjectGeneratedError.isInstance(error)) return error.text ?? '';
    throw error;
  }
}

type Read<T> = { readonly answer: T } | { readonly problems: readonly string[] };

function readAnswer<T>(text: string, schema: z.ZodType<T>, check: AskFor<T>['check']): Read<T> {
  const json = jsonIn(text);
  if (json === undefined) return { problems: ['It is not JSON.'] };
  const parsed = schema.safeParse(json);
  if (!parsed.success)
    return {
      problems: parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'the answer'}: ${message}`),
    };
  const problems = check?.(parsed.data) ?? [];
  return problems.length === 0 ? { answer: parsed.data } : { problems };
}

/** Models without a mode for JSON put a fence around it, or a sentence before. */
function jsonIn(text: string): unknown {
  const fenced = /```(?:json)?\s*\n([\s\S]*?)\n```/.exec(text)?.[1];
  const bare = text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1);
  for (const candidate of [text, fenced, bare]) {
    if (candidate === undefined || candidate.trim() === '') continue;
    try {
      return JSON.parse(candidate);
    } catch {
      // The next way of reading it may fit.
    }
  }
  return undefined;
}

/** As many problems as a model can work on at once. */
const mostProblems = 20;

function complaintOf(problems: readonly string[]): string {
  const list = problems.slice(0, mostProblems).map((problem) => `- ${problem}`);
  return `Your answer cannot be used:\n${list.join('\n')}\nGive the whole answer again, as JSON and nothing else, with this put right.`;
}

function unfit(problems: readonly string[]): ModelError {
  return new ModelError(
    'malformed',
    'The model did not keep to the form of the answer, even when told what was wrong. Try again, or use another model.',
    { detail: problems.slice(0, 3).join('; ').slice(0, 300) },
  );
}
