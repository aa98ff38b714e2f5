import type { LanguageModelV4Usage } from '@ai-sdk/provider';
import type { ModelCall, ModelName, ModelOutcome, ModelRole } from '@yudai/contract';
import { type CountedTokens, costOf, type PriceOf } from './prices.ts';
import type { Time } from './time.ts';

/** Told of every call once, when it has ended, however it ended. The call is not done before this is. */
export type OnCall = (call: ModelCall) => void | Promise<void>;

/** What is known of a call while it goes on. */
export interface CallRecord {
  /** One more request is sent to this model. */
  attempt(model: ModelName): void;
  /** The first piece of the answer has come. */
  began(): void;
  /** Characters of the answer, for an estimate where nobody counts. */
  received(characters: number): void;
  /** Reports the call; only the first word counts. */
  end(outcome: ModelOutcome, usage?: LanguageModelV4Usage): Promise<void>;
}

export function createCallRecord(parts: {
  readonly role: ModelRole;
  /** The first candidate: the model of a call that nobody was asked for. */
  readonly model: ModelName;
  readonly time: Time;
  readonly priceOf: PriceOf;
  readonly onCall: OnCall;
  /** Characters of what is sent. */
  readonly sent: () => number;
}): CallRecord {
  const { role, time, priceOf, onCall, sent } = parts;
  const startedAt = time.now();
  let model = parts.model;
  let attempts = 0;
  let firstTokenMs: number | null = null;
  let characters = 0;
  let ended = false;

  return {
    attempt(name) {
      model = name;
      attempts += 1;
    },
    began() {
      firstTokenMs ??= time.now() - startedAt;
    },
    received(count) {
      characters += count;
    },
    async end(outcome, usage) {
      if (ended) return;
      ended = true;
      const ms = time.now() - startedAt;
      const tokens = firstTokenMs === null ? none : tokensOf(usage, sent, characters);
      const price = firstTokenMs === null ? null : await priceOf(model);
      // What never answered cost nothing.
      const costMicros = firstTokenMs === null ? 0 : price === null ? null : costOf(price, tokens);
      await onCall({ role, model, outcome, ...tokens, costMicros, ms, firstTokenMs, attempts });
    },
  };
}

const none: CountedTokens = { inputTokens: 0, cachedTokens: 0, outputTokens: 0, reasoningTokens: 0 };

/** What the provider counted. Of a call that was ended before it said so, an estimate: they bill what they made until then. */
function tokensOf(usage: LanguageModelV4Usage | undefined, sent: () => number, received: number): CountedTokens {
  return {
    inputTokens: usage?.inputTokens.total ?? estimated(sent()),
    cachedTokens: usage?.inputTokens.cacheRead ?? 0,
    outputTokens: usage?.outputTokens.total ?? estimated(received),
    reasoningTokens: usage?.outputTokens.reasoning ?? 0,
  };
}

/** Four characters a token, as it is for English and most code. */
function estimated(characters: number): number {
  return Math.ceil(characters / 4);
}
