import type { ModelName, ModelPrice, ModelProvider, ModelRole } from '@yudai/contract';

/** Where a provider is and what opens it. */
export interface ProviderSettings {
  /** Base URL of the API, with its version, such as `https://api.openai.com/v1`. */
  readonly url: string;
  /** Null only where the endpoint asks for none. */
  readonly key: string | null;
}

/** A model that a role may use, with its own limits. */
export interface CandidateSettings {
  readonly model: ModelName;
  /** Null leaves it to the model: several refuse any other than their own. */
  readonly temperature: number | null;
  readonly maxOutputTokens: number;
}

/** How long a model may be silent, in milliseconds. */
export interface Patience {
  /** Until the first piece of an answer, thinking aloud among them. */
  readonly firstTokenMs: number;
  /** Between two pieces. */
  readonly betweenMs: number;
  /** For the whole call. */
  readonly wholeMs: number;
}

export interface ModelsSettings {
  readonly providers: Readonly<Partial<Record<ModelProvider, ProviderSettings>>>;
  /** The candidates of each role, in the order in which they are tried. */
  readonly roles: Readonly<Record<ModelRole, readonly CandidateSettings[]>>;
  /** Prices that go before those of the table. */
  readonly prices?: Readonly<Record<string, ModelPrice>>;
  readonly patience?: Partial<Patience>;
}

export const standardPatience: Patience = { firstTokenMs: 180_000, betweenMs: 120_000, wholeMs: 1_200_000 };

/** What an answer of a role may have at most when nothing else is said, so that none runs on without end. */
export const standardOutputTokens: Readonly<Record<ModelRole, number>> = {
  chat: 8_192,
  writer: 8_192,
  architect: 16_384,
  coder: 32_768,
  reviewer: 8_192,
  mentor: 4_096,
};
