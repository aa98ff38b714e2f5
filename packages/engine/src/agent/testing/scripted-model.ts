import type { LanguageModelV4, LanguageModelV4CallOptions, LanguageModelV4StreamPart } from '@ai-sdk/provider';

/** What the model does when it is asked once. */
export interface ScriptedTurn {
  readonly text?: string;
  readonly tools?: readonly { readonly name: string; readonly input: unknown }[];
  /** Waited for before it answers. */
  readonly until?: Promise<unknown>;
}

export interface ScriptedModel extends LanguageModelV4 {
  /** What it was asked, each as JSON. */
  readonly prompts: readonly string[];
  /** Resolves when it has been asked so often. */
  asked(count: number): Promise<void>;
}

type Turn = ScriptedTurn | ((prompt: string) => ScriptedTurn);

/**
 * A model in this process that does what the test wrote, turn by turn; the last turn again and again. A turn may look at what the model is told.
 * Wire formats are tested elsewhere.
 */
export function createScriptedModel(...turns: readonly Turn[]): ScriptedModel {
  return createModel((_options, asked) => turns[Math.min(asked, turns.length) - 1]);
}

/** The same, but what it does depends on how often it has spoken in the talk that it is given: asked again, it does the same again. */
export function createSteadyModel(...turns: readonly Turn[]): ScriptedModel {
  return createModel(({ prompt }) => {
    const spoken = prompt.filter(({ role }) => role === 'assistant').length;
    return turns[Math.min(spoken, turns.length - 1)];
  });
}

function createModel(turnOf: (options: LanguageModelV4CallOptions, asked: number) => Turn | undefined): ScriptedModel {
  const prompts: string[] = [];
  const waiting: { readonly count: number; readonly resolve: () => void }[] = [];

  async function* answer(options: LanguageModelV4CallOptions): AsyncGenerator<LanguageModelV4StreamPart> {
    const prompt = JSON.stringify(options.prompt);
    prompts.push(prompt);
    for (const { count, resolve } of waiting) if (prompts.length >= count) resolve();
    const written = turnOf(options, prompts.length);
    const turn = typeof written === 'function' ? written(prompt) : written;
    if (turn === undefined) throw new Error('Nothing was written for this model.');
    yield { type: 'stream-start', warnings: [] };
    if (turn.text !== undefined) {
      yield { type: 'text-start', id: '1' };
      yield { type: 'text-delta', id: '1', delta: turn.text };
      yield { type: 'text-end', id: '1' };
    }
    if (turn.until !== undefined) await untilOrAborted(turn.until, options.abortSignal);
    for (const [order, { name, input }] of (turn.tools ?? []).entries()) {
      const toolCallId = `call-${prompts.length}-${order + 1}`;
      yield { type: 'tool-call', toolCallId, toolName: name, input: JSON.stringify(input) };
    }
    const unified = (turn.tools ?? []).length > 0 ? 'tool-calls' : 'stop';
    yield { type: 'finish', usage, finishReason: { unified, raw: undefined } };
  }

  return {
    specificationVersion: 'v4',
    provider: 'scripted',
    modelId: 'scripted',
    supportedUrls: {},
    prompts,
    asked: (count) =>
      prompts.length >= count ? Promise.resolve() : new Promise((resolve) => void waiting.push({ count, resolve })),
    doStream: async (options) => ({ stream: ReadableStream.from(answer(options)) }),
    async doGenerate(options) {
      let text = '';
      for await (const part of answer(options)) if (part.type === 'text-delta') text += part.delta;
      return {
        content: [{ type: 'text', text }],
        finishReason: { unified: 'stop', raw: undefined },
        usage,
        warnings: [],
      };
    },
  };
}

const usage = {
  inputTokens: { total: 100, noCache: 100, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 20, text: 20, reasoning: 0 },
};

async function untilOrAborted(work: Promise<unknown>, signal: AbortSignal | undefined): Promise<void> {
  const aborted = new Promise<never>((_, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  await Promise.race([work, aborted]);
}
