import type { ModelMessage } from 'ai';

/** Characters of tools' answers that stay in one turn, about 60,000 tokens. */
const mostCharacters = 240_000;

/** Takes the oldest answers of tools out of a turn that has read a lot; the calls stay, so that the model can ask again. */
export function shortenOldAnswers(messages: ModelMessage[]): void {
  let left = mostCharacters;
  for (let place = messages.length - 1; place >= 0; place -= 1) {
    const message = messages[place];
    if (message?.role !== 'tool') continue;
    messages[place] = {
      ...message,
      content: message.content.map((part) => {
        if (part.type !== 'tool-result' || part.output.type !== 'text') return part;
        left -= part.output.value.length;
        if (left >= 0) return part;
        return {
          ...part,
          output: { type: 'text' as const, value: '(left out to make room; ask again if it is needed)' },
        };
      }),
    };
  }
}
