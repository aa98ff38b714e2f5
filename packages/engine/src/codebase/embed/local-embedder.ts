import { type Embedder, EmbedderError, toUnitVector } from './embedder.ts';

export interface LocalOptions {
  /** `all-MiniLM-L6-v2` or `organisation/name`. */
  readonly model: string;
  /** A folder that holds `<model>/config.json`, `tokenizer.json` and `onnx/`; null reads and fills the hub cache. */
  readonly folder: string | null;
  readonly dimensions: number;
}

const textsPerBatch = 16;

/** The part of transformers.js that is used; the package is 450 MB, so it is installed by those who want it. */
interface Transformers {
  readonly env: { allowRemoteModels: boolean; localModelPath: string };
  pipeline(
    task: 'feature-extraction',
    model: string,
    options: { dtype: 'fp32' | 'q8' },
  ): Promise<(texts: string[], options: { pooling: 'mean'; normalize: boolean }) => Promise<{ tolist(): number[][] }>>;
}

/** Runs a sentence-transformers model in this process through transformers.js. The model is loaded at the first use. */
export function createLocalEmbedder(
  options: LocalOptions,
  load: () => Promise<Transformers> = loadTransformers,
): Embedder {
  let extractor: ReturnType<Transformers['pipeline']> | undefined;
  return {
    model: options.model,
    dimensions: options.dimensions,
    async embed(texts, signal) {
      extractor ??= openModel(options, load);
      const extract = await extractor.catch((error: unknown) => {
        extractor = undefined;
        throw error;
      });
      const vectors: Float32Array[] = [];
      for (let at = 0; at < texts.length; at += textsPerBatch) {
        signal.throwIfAborted();
        const output = await extract(texts.slice(at, at + textsPerBatch), { pooling: 'mean', normalize: true });
        vectors.push(...output.tolist().map((values) => toUnitVector(values, options.model, options.dimensions)));
      }
      return vectors;
    },
  };
}

async function openModel(
  { model, folder }: LocalOptions,
  load: () => Promise<Transformers>,
): ReturnType<Transformers['pipeline']> {
  const transformers = await load();
  if (folder !== null) {
    transformers.env.allowRemoteModels = false;
    transformers.env.localModelPath = folder;
  }
  const name = folder === null && !model.includes('/') ? `Xenova/${model}` : model;
  try {
    return await transformers.pipeline('feature-extraction', name, { dtype: 'fp32' });
  } catch (error) {
    const where = folder === null ? 'the hub and its cache' : 'YUDAI_EMBEDDER_FOLDER';
    throw new EmbedderError(
      `The embedding model ${model} could not be loaded from ${where}. Check the name and the files.`,
      { cause: error },
    );
  }
}

async function loadTransformers(): Promise<Transformers> {
  const name = '@huggingface/transformers';
  try {
    return (await import(name)) as Transformers;
  } catch (error) {
    throw new EmbedderError(
      `The local embedder needs the package ${name}. Run \`npm install --no-save ${name}@4.3.1\` in Yudai's folder and start again.`,
      { cause: error },
    );
  }
}
