import { modelName, type ModelRole } from '@yudai/contract';
import { folder, integer, type Kind, listOf, secretText, webUrl } from '#platform/config/kinds.ts';

/** A model that a role may use, as it is written in the environment. */
export interface NamedModel {
  readonly model: string;
  readonly temperature: number | null;
  readonly maxOutputTokens: number | null;
}

/** `provider/model`, with options behind a question mark. */
export const namedModel: Kind<NamedModel> = {
  wanted: 'models such as openai/gpt-5-mini or openai/gpt-5-mini?temperature=0.2&maxTokens=8000',
  parse(text) {
    const [name = '', query = '', ...rest] = text.split('?');
    const options = [...new URLSearchParams(query)];
    const known = options.every(([key]) => key === 'temperature' || key === 'maxTokens');
    const { temperature, maxTokens } = Object.fromEntries(options);
    const parsed = modelName.safeParse(name);
    if (!parsed.success || rest.length > 0 || !known) return null;
    if (temperature !== undefined && !/^([01](\.\d+)?|2(\.0+)?)$/.test(temperature)) return null;
    if (maxTokens !== undefined && !/^[1-9]\d{0,6}$/.test(maxTokens)) return null;
    return {
      value: {
        model: parsed.data,
        temperature: temperature === undefined ? null : Number(temperature),
        maxOutputTokens: maxTokens === undefined ? null : Number(maxTokens),
      },
    };
  },
};

function ofRole(role: ModelRole) {
  return {
    kind: listOf(namedModel),
    standard: '',
    meaning: `Models of the role ${role}, instead of YUDAI_MODELS.`,
  };
}

/** The variables that say which language models there are (docs/models.md). */
export const modelVariables = {
  OPENAI_API_KEY: { kind: secretText(1), standard: '', meaning: 'Key of OpenAI.' },
  OPENAI_BASE_URL: {
    kind: webUrl,
    standard: 'https://api.openai.com/v1',
    meaning: 'Its API, or a proxy in front of it.',
  },
  ANTHROPIC_API_KEY: { kind: secretText(1), standard: '', meaning: 'Key of Anthropic.' },
  ANTHROPIC_BASE_URL: {
    kind: webUrl,
    standard: 'https://api.anthropic.com/v1',
    meaning: 'Its API, or a proxy in front of it.',
  },
  GOOGLE_GENERATIVE_AI_API_KEY: { kind: secretText(1), standard: '', meaning: "Key of Google's Gemini API." },
  GOOGLE_GENERATIVE_AI_BASE_URL: {
    kind: webUrl,
    standard: 'https://generativelanguage.googleapis.com/v1beta',
    meaning: 'That API, or a proxy in front of it.',
  },
  OPENROUTER_API_KEY: { kind: secretText(1), standard: '', meaning: 'Key of OpenRouter.' },
  OPENROUTER_BASE_URL: {
    kind: webUrl,
    standard: 'https://openrouter.ai/api/v1',
    meaning: 'Its API, or a proxy in front of it.',
  },
  YUDAI_MODEL_ENDPOINT: {
    kind: webUrl,
    standard: '',
    meaning:
      'Base URL of any endpoint that speaks OpenAI’s chat completions, such as http://127.0.0.1:11434/v1; its models are compatible/….',
  },
  YUDAI_MODEL_ENDPOINT_KEY: { kind: secretText(1), standard: '', meaning: 'Key of that endpoint, if it asks for one.' },
  YUDAI_MODELS: {
    kind: listOf(namedModel),
    standard: '',
    meaning:
      'Models of every role, in the order in which they are tried. Without any, everything that needs no model works.',
  },
  YUDAI_MODELS_CHAT: ofRole('chat'),
  YUDAI_MODELS_WRITER: ofRole('writer'),
  YUDAI_MODELS_ARCHITECT: ofRole('architect'),
  YUDAI_MODELS_CODER: ofRole('coder'),
  YUDAI_MODELS_REVIEWER: ofRole('reviewer'),
  YUDAI_MODELS_MENTOR: ofRole('mentor'),
  YUDAI_MODEL_FIRST_TOKEN_MS: {
    kind: integer(1000, 3_600_000),
    standard: '180000',
    meaning: 'Time for a model to begin its answer, in milliseconds; more for large models on small machines.',
  },
  YUDAI_MODEL_PRICES: {
    kind: folder,
    standard: '',
    meaning:
      'JSON file with prices that go before the known ones: {"provider/model": {"input": 1, "cached": 0.1, "output": 4}}, in dollars a million tokens.',
  },
  YUDAI_MODEL_RECORD: {
    kind: folder,
    standard: '',
    meaning:
      'File to which all traffic with models is recorded, for a bug report. It holds what was asked and answered, no keys.',
  },
  YUDAI_MODEL_REPLAY: {
    kind: folder,
    standard: '',
    meaning: 'A recorded file that answers instead of the models; what is not in it fails.',
  },
} as const;

/** The variable that names the models of a role. */
export function variableOfRole(role: ModelRole) {
  return `YUDAI_MODELS_${upper(role)}` as const;
}

function upper<R extends ModelRole>(role: R): Uppercase<R> {
  // The type of toUpperCase does not say that it is this.
  return role.toUpperCase() as Uppercase<R>;
}
