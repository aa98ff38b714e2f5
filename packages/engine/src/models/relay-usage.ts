import type { LanguageModelV4Usage } from '@ai-sdk/provider';
import { isRecord } from '#codebase/graph/resolve/untrusted.ts';

/** Reads what a provider counted out of an answer as it passes by, in any of the wire formats. */
export interface UsageReader {
  /** The next piece of the body, as text. */
  add(text: string): void;
  /** Undefined when nobody said anything. */
  usage(): LanguageModelV4Usage | undefined;
  readonly characters: number;
}

interface Counts {
  input?: number;
  cached?: number;
  output?: number;
  reasoning?: number;
}

/** Whole answers and events alike are JSON; the last word of each count holds, because streams tell them several times. */
export function createUsageReader(): UsageReader {
  const counts: Counts = {};
  let [rest, characters] = ['', 0];
  const read = (line: string) => {
    const json = line.startsWith('data:') ? line.slice('data:'.length).trim() : line.trim();
    if (!json.startsWith('{')) return;
    try {
      Object.assign(counts, countsOf(JSON.parse(json)));
    } catch {
      // A piece of a longer JSON: a whole answer is read at its end.
    }
  };
  return {
    add(text) {
      characters += text.length;
      rest += text;
      const lines = rest.split('\n');
      rest = lines.pop() ?? '';
      // Only events have a line each; a whole answer stays together until its end.
      if (lines.some((line) => line.startsWith('data:')) || !rest.startsWith('{')) lines.forEach(read);
      else rest = [...lines, rest].join('\n');
    },
    usage() {
      read(rest);
      const { input, output, cached, reasoning } = counts;
      if (input === undefined && output === undefined) return undefined;
      return {
        inputTokens: {
          total: input ?? 0,
          noCache: (input ?? 0) - (cached ?? 0),
          cacheRead: cached ?? 0,
          cacheWrite: undefined,
        },
        outputTokens: { total: output ?? 0, text: undefined, reasoning: reasoning ?? 0 },
      };
    },
    get characters() {
      return characters;
    },
  };
}

function countsOf(body: unknown): Counts {
  if (!isRecord(body)) return {};
  const within = [body['response'], body['message'], body].find((it) => isRecord(it) && isRecord(it['usage']));
  const usage = isRecord(within) && isRecord(within['usage']) ? within['usage'] : {};
  const google = isRecord(body['usageMetadata']) ? body['usageMetadata'] : {};
  const inner = (name: string, field: string) => (isRecord(usage[name]) ? numberOf(usage[name][field]) : undefined);
  const cachedBeside = numberOf(usage['cache_read_input_tokens']);
  const writtenBeside = numberOf(usage['cache_creation_input_tokens']);
  const told =
    numberOf(usage['prompt_tokens']) ?? numberOf(usage['input_tokens']) ?? numberOf(google['promptTokenCount']);
  const thoughts = numberOf(google['thoughtsTokenCount']);
  const answered =
    numberOf(usage['completion_tokens']) ??
    numberOf(usage['output_tokens']) ??
    numberOf(google['candidatesTokenCount']);
  return withoutUnknown({
    // Anthropic counts what it had cached beside the rest; the others count it among it.
    input: told === undefined ? undefined : told + (cachedBeside ?? 0) + (writtenBeside ?? 0),
    cached:
      cachedBeside ??
      inner('prompt_tokens_details', 'cached_tokens') ??
      inner('input_tokens_details', 'cached_tokens') ??
      numberOf(google['cachedContentTokenCount']),
    // Google counts thoughts beside the answer.
    output: answered === undefined && thoughts === undefined ? undefined : (answered ?? 0) + (thoughts ?? 0),
    reasoning:
      inner('completion_tokens_details', 'reasoning_tokens') ??
      inner('output_tokens_details', 'reasoning_tokens') ??
      thoughts,
  });
}

function withoutUnknown(counts: { readonly [name in keyof Counts]: number | undefined }): Counts {
  return Object.fromEntries(Object.entries(counts).filter(([, value]) => value !== undefined));
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}
