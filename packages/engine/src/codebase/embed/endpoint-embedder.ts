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
          throw new EmbedderError(
            `The embeddings endpoint did not answer as expected: ${reasonOf(error)}. Check its URL, key and model.`,
            { cause: error },
          );
        });
        vectors.push(...embeddings.map((values) => toUnitVector(values, model, dimensions)));
      }
      return vectors;
    },
  };
}

// The status line only: bodies of foreign services may repeat the key or the code that was sent.
function reasonOf(error: unknown): string {
  if (error instanceof Error && 'lastError' in error && error.lastError instanceof Error)
    return reasonOf(error.lastError);
  if (error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number')
    return `HTTP ${error.statusCode}`;
  return error instanceof Error && error.name !== 'Error' ? error.name : 'no connection';
}
