import type { LanguageModelV4 } from '@ai-sdk/provider';
import type { Citation, Complexity } from '@yudai/contract';
import type { ModelMessage } from 'ai';
import { askFor } from '#models/index.ts';
import { loadPrompt } from '#prompts/load-prompt.ts';
import type { RepositoryReader } from '#tools/index.ts';
import { checkCitations } from '#workflows/chat-turn/citations.ts';
import { type ContextBlock, newMark, oneLine, writeBlocks } from '#workflows/chat-turn/prompt.ts';
import { type IdeasAnswer, ideasAnswer } from '#workflows/issue-writing/answer-shape.ts';

export interface IdeasWish {
  readonly model: LanguageModelV4;
  readonly project: string;
  readonly about: string | null;
  readonly count: number;
  readonly blocks: readonly ContextBlock[];
  /** Titles of the ideas and issues that there are. */
  readonly known: readonly string[];
  readonly reader: Pick<RepositoryReader, 'file'>;
  readonly signal: AbortSignal;
}

export interface FoundIdea {
  readonly title: string;
  readonly description: string;
  readonly complexity: Complexity;
  readonly evidence: { readonly cite: string; readonly note: string; readonly state: Citation['state'] }[];
}

/**
 * Has a model look for ideas. Only those stay of which at least one citation is in the code; when none is, the model is told and tries once
 * more. Throws what `askFor` throws.
 */
export async function findIdeas(wish: IdeasWish): Promise<FoundIdea[]> {
  const mark = newMark();
  const about =
    wish.about === null || wish.about === '' ? '' : `They want to know about: ${wish.about.replaceAll(/\s+/g, ' ')}`;
  const instructions = loadPrompt('ideas', {
    project: oneLine(wish.project),
    about,
    count: String(wish.count),
    mark,
  });
  const messages: ModelMessage[] = [
    { role: 'user', content: writeBlocks([...wish.blocks, knownBlock(wish.known)], mark) },
  ];
  const ask = () =>
    askFor({ model: wish.model, schema: ideasAnswer, name: 'ideas', instructions, messages, signal: wish.signal });
  const first = await ask();
  const found = await grounded(wish, first);
  if (found.length > 0 || first.ideas.length === 0) return found;
  const complaint = 'None of these citations is in the code. Give ideas again, with citations from the context only.';
  messages.push({ role: 'assistant', content: JSON.stringify(first) }, { role: 'user', content: complaint });
  return grounded(wish, await ask());
}

function knownBlock(titles: readonly string[]): ContextBlock {
  return { title: 'Ideas and issues that there are', text: titles.length === 0 ? '(none)' : titles.join('\n') };
}

async function grounded({ reader, signal, count }: IdeasWish, { ideas }: IdeasAnswer): Promise<FoundIdea[]> {
  const found: FoundIdea[] = [];
  for (const { title, description, complexity, evidence } of ideas) {
    const checked: FoundIdea['evidence'] = [];
    for (const { cite, note } of evidence.slice(0, 10)) {
      const [citation] = await checkCitations(cite, (path) => reader.file(path, signal));
      const state = citation?.state ?? 'missing';
      checked.push({
        cite: cite
          .replaceAll(/[`\s]+/g, ' ')
          .trim()
          .slice(0, 500),
        note: note.slice(0, 1000),
        state,
      });
    }
    const line = title.replaceAll(/\s+/g, ' ').trim();
    if (line === '' || !checked.some(({ state }) => state === 'verified')) continue;
    found.push({ title: line, description: description.trim().slice(0, 20_000), complexity, evidence: checked });
  }
  return found.slice(0, count);
}
