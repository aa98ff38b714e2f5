import { type Embedder, EmbedderError, toUnitVector } from './embedder.ts';

export interface EndpointOptions {
  /** Base URL of any OpenAI-compatible API, such as `http://127.0.0.1:11434/v1`. */
  readonly url: string;
  readonly key: string | null;
  readonly model: string;
  readonly dimensions: number;
}

// What OpenAI, Ollama and vLLM all accept in one request.
const textsPerRequest = 64;

/** An embedder over `POST {url}/embeddings`. Transient errors are tried three times, honouring Retry-After. */
export function createEndpointEmbedder(options: EndpointOptions): Embedder {
  const { model, dimensions } = options;
  return {
    model,
    dimensions,
    async embed(texts, signal) {
      // Loaded when first needed: the SDK costs a tenth of a second, and most installations have no embedder.
      const [{ embedMany }, { createOpenAICompatible }] = await Promise.all([
        import('ai'),
        import('@ai-sdk/openai-compatible'),
      ]);
      const provider = createOpenAICompatible({
        name: 'embedder',
        baseURL: options.url,
        ...(options.key === null ? {} : { apiKey: options.key }),
      });
      const vectors: Float32Array[] = [];
      for (let at = 0; at < texts.length; at += textsPerRequest) {
        const values = texts.slice(at, at + textsPerRequest);
        const { embeddings } = await embedMany({
          model: provider.embeddingModel(model),
          values,
          abortSignal: signal,
          maxRetries: 3,
        }).catch((error: unknown) => {
          signal.throwIfAborted();
          throw new EmbedderError(wordsFor(error), { cause: error });
        });
        vectors.push(...embeddings.map((values) => toUnitVector(values, model, dimensions)));
      }
      return vectors;
    },
  };
}

// Never the body: those of foreign services may repeat the key or the code that was sent.
function wordsFor(error: unknown): string {
  const status = statusOf(error);
  if (status === null)
    return 'The embeddings endpoint cannot be reached. See whether it runs and whether YUDAI_EMBEDDER_URL is right, then index again.';
  if (status < 400)
    return 'The embeddings endpoint answered with something that is no list of vectors. Check YUDAI_EMBEDDER_URL and YUDAI_EMBEDDER_MODEL.';
  return `The embeddings endpoint answered HTTP ${status}. ${adviceFor(status)}`;
}

function adviceFor(status: number): string {
  switch (status) {
    case 401:
    case 403:
      return 'Check YUDAI_EMBEDDER_KEY, then index again.';
    case 404:
      return 'Check YUDAI_EMBEDDER_URL and YUDAI_EMBEDDER_MODEL, then index again.';
    case 429:
      return 'It asks for fewer requests: wait a while, then index again. What was made is kept.';
    default:
      return status >= 500
        ? 'It has trouble of its own: see its log, then index again. What was made is kept.'
        : 'Check YUDAI_EMBEDDER_MODEL and what the endpoint allows, then index again.';
  }
}

/** The status of the last answer; null when there was none. */
function statusOf(error: unknown): number | null {
  if (!(error instanceof Error)) return null;
  if ('lastError' in error) return statusOf(error.lastError);
  if ('statusCode' in error && typeof error.statusCode === 'number') return error.statusCode;
  // The SDK checks what it was sent; a value of the wrong type came with an answer.
  return error.name.includes('Validation') || error.name.includes('Parse') || error.name.includes('Invalid')
    ? 200
    : null;
}
