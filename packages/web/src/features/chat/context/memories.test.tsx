import { memory, type Memory } from '@yudai/contract';
import { act } from 'react';
import { expect, test } from 'vitest';
import { Memories } from '#features/chat/context/memories.tsx';
import { api } from '#lib/client.ts';
import { render } from '#testing/render.tsx';
import { me } from '#testing/samples.ts';

const sessionId = memory.shape.sessionId.parse(`ses_${'1'.repeat(26)}`);

function memoryOf(index: number, changes: Partial<Memory> = {}): Memory {
  const parsed = memory.parse({
    id: `mem_${String(index).padStart(26, '0')}`,
    sessionId,
    kind: 'fact',
    text: `Thing ${index}`,
    tokens: 4,
    messageId: null,
    origin: 'person',
    author: { id: me, name: 'Mary', username: null, avatarUrl: null },
    createdAt: '2026-11-22T10:00:00.000Z',
  });
  return { ...parsed, ...changes };
}

const show = (items: Memory[], mayWrite: boolean) =>
  render(<Memories sessionId={sessionId} mayWrite={mayWrite} />, (queries) =>
    queries.setQueryData(api.memories.list.queryKey({ input: { sessionId } }), { items }),
  );

test('what is kept in mind is shown as text, with who wrote it down when that was DAifu (D18 N15)', async () => {
  const text = '<img src=x onerror=alert(1)>';
  const shown = await show([memoryOf(1, { text }), memoryOf(2, { origin: 'daifu', author: null })], true);

  expect(shown.text()).toContain(text);
  expect(document.querySelector('img')).toBeNull();
  expect(shown.text()).toContain('Thing 2by DAifu');
  expect(shown.buttons()).toContain('Forget: Thing 2');
});

test('who only looks sees it all and changes nothing; where there is nothing they see nothing (D18 B10)', async () => {
  const full = await show([memoryOf(1)], false);
  expect(full.text()).toContain('Thing 1');
  expect([full.buttons(), full.fields()]).toEqual([[], 0]);

  const empty = await show([], false);
  expect(empty.text()).not.toContain('Kept in mind');
});

test('editing begins with the words as they are, and cancelling leaves them (D18)', async () => {
  const shown = await show([memoryOf(1)], true);
  const press = (name: string) =>
    act(async () =>
      [...document.querySelectorAll('button')]
        .find((button) => (button.getAttribute('aria-label') ?? button.textContent) === name)
        ?.click(),
    );

  await press('Edit: Thing 1');
  expect(document.querySelector<HTMLInputElement>('input[maxlength]')?.value).toBe('Thing 1');
  await press('Cancel');
  expect(shown.text()).toContain('Thing 1');
  expect(shown.buttons()).toContain('Edit: Thing 1');
});
