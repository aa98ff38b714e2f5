import type { SystemInfo } from '@yudai/contract';
import type { Config } from '#platform/config/index.ts';

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
      return { configured: true, model: model ?? 'all-MiniLM-L6-v2', hint: 'Vectors are made on this machine.' };
    case 'openai-compatible':
      return { configured: true, model, hint: 'Vectors are made by the endpoint in YUDAI_EMBEDDER_URL.' };
  }
}
