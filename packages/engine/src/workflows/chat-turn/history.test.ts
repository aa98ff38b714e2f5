import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chooseHistory, toModelMessages } from '#workflows/chat-turn/history.ts';

const message = fc.record({
  role: fc.constantFrom('user' as const, 'assistant' as const),
  text: fc.string({ minLength: 1, maxLength: 20 }),
  tokens: fc.integer({ min: 1, max: 50 }),
});

test('the newest messages that fit are chosen, never more than the budget, and a person begins (D10 D11)', () => {
  fc.assert(
    fc.property(fc.array(message, { maxLength: 40 }), fc.integer({ min: 0, max: 400 }), (history, budget) => {
      const { messages, leftOut, tokens } = chooseHistory(history, budget);

      expect(messages).toEqual(history.slice(leftOut));
      expect(tokens).toBe(messages.reduce((sum, it) => sum + it.tokens, 0));
      expect(tokens).toBeLessThanOrEqual(budget);
      expect(messages[0]?.role ?? 'user').toBe('user');
    }),
  );
});

test('what is told to a model alternates between the two, and nothing said is lost', () => {
  fc.assert(
    fc.property(fc.array(message, { maxLength: 20 }), (history) => {
      const told = toModelMessages(history);

      for (const [place, { role }] of told.entries()) expect(told[place + 1]?.role).not.toBe(role);
      const words = JSON.stringify(told.map(({ content }) => content));
      const lost = history.filter(
        ({ text }) => text.trim() !== '' && !words.includes(JSON.stringify(text).slice(1, -1)),
      );
      expect(lost).toEqual([]);
    }),
  );
});
