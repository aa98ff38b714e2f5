import type { LanguageModelV4 } from '@ai-sdk/provider';
import { z } from 'zod';
import { askFor } from '#models/index.ts';
import { loadPrompt } from '#prompts/load-prompt.ts';
import { newMark, oneLine, writeBlocks } from '#workflows/chat-turn/prompt.ts';

export interface PickedMemory {
  readonly kind: 'fact' | 'decision';
  /** One sentence of at most 1,000 characters. */
  readonly text: string;
}

const answer = z.object({
  memories: z.array(z.object({ kind: z.enum(['fact', 'decision']), text: z.string().trim().min(1).max(1000) })).max(20),
});

/**
 * What of a summary is to be kept in mind for good: at most `count` facts and decisions, none of which are among the known ones. Throws what
 * `askFor` throws.
 */
export async function pickMemories(
  model: LanguageModelV4,
  request: {
    readonly project: string;
    readonly summary: string;
    readonly known: readonly string[];
    readonly count: number;
  },
  signal: AbortSignal,
): Promise<PickedMemory[]> {
  const { project, summary, known, count } = request;
  const mark = newMark();
  const instructions = loadPrompt('memories', { project: oneLine(project), count: String(count), mark });
  const blocks = [
    { title: 'Notes of the conversation', text: summary },
    { title: 'Known', text: known.length === 0 ? '(none)' : known.join('\n') },
  ];
  const messages = [{ role: 'user' as const, content: writeBlocks(blocks, mark) }];
  const { memories } = await askFor({ model, schema: answer, name: 'memories', instructions, messages, signal });
  const seen = new Set(known.map(plain));
  return memories.filter(({ text }) => !seen.has(plain(text)) && seen.add(plain(text))).slice(0, Math.max(0, count));
}

function plain(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}
