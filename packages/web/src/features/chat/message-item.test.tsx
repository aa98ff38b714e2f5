import type { ChatMessage, Role } from '@yudai/contract';
import { expect, test } from 'vitest';
import { MessageItem } from '#features/chat/message-item.tsx';
import { messageId, messageOf } from '#testing/chat-samples.ts';
import { render } from '#testing/render.tsx';
import { me, projectAs } from '#testing/samples.ts';

const nothing = () => {};
const actions = {
  onOpen: nothing,
  onRegenerate: nothing,
  onResend: nothing,
  onBranch: nothing,
  onFork: nothing,
  onKeep: nothing,
  onAttachment: nothing,
  onContext: nothing,
  onDraft: nothing,
};

function show(message: ChatMessage, { role = 'member', isBusy = false }: { role?: Role; isBusy?: boolean } = {}) {
  return render(
    <MessageItem
      message={message}
      project={projectAs(role)}
      userId={me}
      isBusy={isBusy}
      task="Writing"
      actions={actions}
    />,
    nothing,
  );
}

test('an answer shows its model, tokens, cost and time, and what a price does not say (D4 D10)', async () => {
  const usage = { inputTokens: 8421, cachedTokens: 0, outputTokens: 512, costMicros: 31_000 };
  const answer = { model: 'openai/gpt-5-mini', usage, durationMs: 2100 };

  expect((await show(messageOf(1, answer))).text()).toContain('openai/gpt-5-mini · 8,421 in · 512 out · $0.03 · 2.1 s');
  const unknown = await show(messageOf(1, { ...answer, usage: { ...usage, costMicros: null } }));
  expect(unknown.text()).toContain('price unknown');
});

test('a failed answer says why and can be asked for again; it is no answer to keep (D9)', async () => {
  const failed = messageOf(1, {
    status: 'failed',
    parts: [],
    error: { code: 'upstream_failed', message: 'The model is overloaded.' },
  });
  const { text, buttons } = await show(failed);

  expect(text()).toContain('The model is overloaded.');
  expect(buttons()).toContain('Retry');
  expect(buttons()).not.toContain('Keep as a card');
  expect(document.querySelector('[role="alert"]')?.textContent).toContain('overloaded');
});

test('people and DAifu are told apart by name and side (D10)', async () => {
  await show(
    messageOf(0, { author: { id: `usr_${'7'.repeat(26)}`, name: 'Mary Shelley', username: 'm', avatarUrl: null } }),
  );
  await show(messageOf(1));
  const [theirs, answer] = document.querySelectorAll('article');

  expect(theirs?.dataset['role']).toBe('user');
  expect(theirs?.getAttribute('aria-label')).toMatch(/^Mary Shelley, /);
  expect(answer?.dataset['role']).toBe('assistant');
  expect(answer?.getAttribute('aria-label')).toMatch(/^DAifu, /);
});

test('a viewer reads and copies; nothing is offered that the server would refuse (B10)', async () => {
  const { buttons } = await show(messageOf(1), { role: 'viewer' });

  expect(buttons()).toEqual(['Copy the answer']);
});

test('tools are one closed line each with their summary; what they were asked and answered is underneath (D12)', async () => {
  const tool = {
    type: 'tool',
    callId: 'a',
    tool: 'search',
    input: { query: 'lock.release(' },
    state: 'done',
    summary: '2 hits in 2 files',
    output: '<script>alert(1)</script>',
    ms: 12,
  };
  const { text } = await show(
    messageOf(1, { parts: [{ type: 'reasoning', text: 'Hm.' }, tool, { type: 'notice', text: 'Left out.' }] }),
  );

  expect(text()).toContain('2 hits in 2 files');
  expect(text()).toContain('<script>alert(1)</script>');
  expect(document.querySelectorAll('article details')).toHaveLength(2);
  expect(document.querySelectorAll('article details[open]')).toHaveLength(0);
});

test('versions of a message can be gone through, but not while an answer is written (D7)', async () => {
  const siblings = [messageId(1), messageId(2), messageId(3)];
  const second = messageOf(2, { role: 'assistant', author: null, siblings });

  const idle = await show(second);
  expect(idle.text()).toContain('2/3');
  expect(idle.buttons()).toEqual(expect.arrayContaining(['Version before', 'Next version', 'Answer again']));
  const busy = await show(second, { isBusy: true });
  expect(busy.buttons()).toEqual(['Copy the answer', 'Fork from here', 'Keep as a card', 'Draft an issue from this']);
});
