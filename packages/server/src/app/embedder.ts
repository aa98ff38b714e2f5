import { join } from 'node:path';
import type { SystemInfo } from '@yudai/contract';
import type { Embedder } from '@yudai/engine/codebase';
import { invariant } from '#kernel/invariant.ts';
import type { Config } from '#platform/config/index.ts';
import { embeddingDimensions as dimensions } from '#platform/db/index.ts';

const standardModel = 'all-MiniLM-L6-v2';

/** Whether vectors take part in search, and in words how to switch them on. */
export function embedderOf({ kind, model }: Config['embedder']): SystemInfo['embedder'] {
  switch (kind) {
    case 'off':
      return {
        configured: false,
        model: null,
        hint: 'Search works without vectors. Set YUDAI_EMBEDDER to local or openai-compatible to add them.',
      };
    case 'local':
      return { configured: true, model: model ?? standardModel, hint: 'Vectors are made on this machine.' };
    case 'openai-compatible':
      return { configured: true, model, hint: 'Vectors are made by the endpoint in YUDAI_EMBEDDER_URL.' };
  }
}

/** Where the package of the local embedder is installed: in the data directory, so that no update of Yudai takes it away. */
export function embedderFolder(dataDir: string): string {
  return join(dataDir, 'embedder');
}

/** What makes vectors, or null when none take part. Nothing is loaded or called before the first text. */
export async function createEmbedder({
  embedder: { kind, url, key, model, folder },
  dataDir,
}: Pick<Config, 'embedder' | 'dataDir'>): Promise<Embedder | null> {
  if (kind === 'off') return null;
  const { createEndpointEmbedder, createLocalEmbedder } = await import('@yudai/engine/codebase');
  switch (kind) {
    case 'local':
      return createLocalEmbedder({
        model: model ?? standardModel,
        folder,
        packageFolder: embedderFolder(dataDir),
        dimensions,
      });
    case 'openai-compatible':
      invariant(url !== null && model !== null, 'the configuration has been checked');
      return createEndpointEmbedder({ url: url.toString(), key: key?.reveal() ?? null, model, dimensions });
  }
}
