import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Embedder, EmbedderError, toUnitVector } from './embedder.ts';

export interface LocalOptions {
  /** `all-MiniLM-L6-v2` or `organisation/name`. */
  readonly model: string;
  /** A folder that holds `<model>/config.json`, `tokenizer.json` and `onnx/`; null reads and fills the hub cache. */
  readonly folder: string | null;
  /** A folder whose `node_modules` holds transformers.js: outside Yudai's own, which every install of Yudai puts back in order. */
  readonly packageFolder: string;
  readonly dimensions: number;
}

const textsPerBatch = 16;

const packageName = '@huggingface/transformers';

/** The command that installs what the local embedder runs on; its install scripts would only fetch what graphics cards need. */
export function localEmbedderInstall(packageFolder: string): string {
  return `npm install --ignore-scripts --prefix "${packageFolder}" ${packageName}@4.3.1`;
}

/** Where transformers.js is in this folder; null when it is not. */
export function findLocalEmbedder(packageFolder: string): string | null {
  try {
    return createRequire(join(packageFolder, 'package.json')).resolve(packageName);
  } catch {
    // The one reason to fail is that it is not there.
    return null;
  }
}

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
export function createLocalEmbedder(options: LocalOptions): Embedder {
  let extractor: ReturnType<Transformers['pipeline']> | undefined;
  return {
    model: options.model,
    dimensions: options.dimensions,
    async embed(texts, signal) {
      extractor ??= openModel(options);
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

async function openModel({ model, folder, packageFolder }: LocalOptions): ReturnType<Transformers['pipeline']> {
  const transformers = await loadTransformers(packageFolder);
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

async function loadTransformers(packageFolder: string): Promise<Transformers> {
  const found = findLocalEmbedder(packageFolder);
  if (found === null) {
    throw new EmbedderError(
      `The local embedder needs the package ${packageName} in the folder "embedder" of the data directory. \`yudai doctor\` says how to install it.`,
    );
  }
  return (await import(pathToFileURL(found).href)) as Transformers;
}
