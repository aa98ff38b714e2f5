import type { ModelMessage } from 'ai';

const leftOut = '(left out to make room; ask again if it is needed)';

/**
 * Takes the oldest answers of tools out, so that those that stay have at most so many characters; the calls stay, so that the model can ask
 * again. Changes the list of messages in place.
 */
export function shortenOldAnswers(messages: ModelMessage[], mostCharacters: number): void {
  let left = mostCharacters;
  for (let place = messages.length - 1; place >= 0; place -= 1) {
    const message = messages[place];
    if (message?.role !== 'tool') continue;
    messages[place] = {
      ...message,
      content: message.content.map((part) => {
        if (part.type !== 'tool-result' || part.output.type !== 'text') return part;
        left -= part.output.value.length;
        if (left >= 0 || part.output.value.length <= leftOut.length) return part;
        return { ...part, output: { type: 'text' as const, value: leftOut } };
      }),
    };
  }
}
