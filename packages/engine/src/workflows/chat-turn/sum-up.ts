import { generateText, type LanguageModel } from 'ai';
import { loadPrompt } from '#prompts/load-prompt.ts';
import type { HistoryMessage } from '#workflows/chat-turn/history.ts';
import { newMark, oneLine } from '#workflows/chat-turn/prompt.ts';

/** Characters of a conversation that are summed up in one call; of longer ones the middle is left out. */
const mostCharacters = 300_000;
const words = 600;

/** A summary of the older part of a conversation, for the turns that go on with it. Throws what the model throws. */
export async function sumUp(
  model: LanguageModel,
  request: {
    readonly project: string;
    readonly earlier: string | null;
    readonly messages: readonly Pick<HistoryMessage, 'role' | 'text'>[];
  },
  signal: AbortSignal,
): Promise<string> {
  const mark = newMark();
  const said = request.messages
    .map(({ role, text }) => `${role === 'user' ? 'Person' : 'DAifu'}: ${text}`)
    .join('\n\n');
  const half = mostCharacters / 2;
  const cut = said.length <= mostCharacters ? said : `${said.slice(0, half)}\n…\n${said.slice(-half)}`;
  const before = request.earlier === null ? '' : `Summary of what came before:\n${request.earlier}\n\n`;
  const { text } = await generateText({
    model,
    instructions: loadPrompt('sum-up', { project: oneLine(request.project), words: String(words) }),
    messages: [{ role: 'user', content: `${mark}\n${(before + cut).replaceAll(mark, '')}\n/${mark}` }],
    abortSignal: signal,
    maxRetries: 0,
  });
  return text.trim();
}
