import type { Solve } from '@yudai/contract';
import { act } from 'react';
import { beforeEach, expect, test, vi } from 'vitest';
import { TakeOverDialog } from '#features/solver/dialogs/take-over-dialog.tsx';
import { SayBox } from '#features/solver/say-box.tsx';
import { render } from '#testing/render.tsx';
import { solveWith } from '#testing/solve-samples.ts';

/** What the API was asked, with a way to answer. */
const asked = vi.hoisted(() => {
  const requests: { readonly body: Promise<string>; readonly answer: (body: unknown) => void }[] = [];
  vi.stubGlobal('fetch', (request: Request) => {
    const { promise, resolve } = Promise.withResolvers<Response>();
    requests.push({ body: request.text(), answer: (body) => resolve(Response.json(body)) });
    return promise;
  });
  return requests;
});
beforeEach(() => void asked.splice(0));

const solve: Solve = solveWith();
const field = () => document.querySelector<HTMLTextAreaElement>('textarea');
const press = (name: string) =>
  act(async () => [...document.querySelectorAll('button')].find((one) => one.textContent === name)?.click());

async function type(text: string): Promise<void> {
  const set = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value')?.set;
  await act(async () => {
    set?.call(field(), text);
    field()?.dispatchEvent(new Event('input', { bubbles: true }));
  });
}

test('what is typed while a word is on its way to the agents stays (H11)', async () => {
  const told = vi.fn<(solve: Solve) => void>();
  await render(<SayBox solve={solve} onSolve={told} />, () => undefined);

  await type('Look at sum.ts.');
  await press('Steer');
  await vi.waitFor(() => expect(asked).toHaveLength(1));
  await type('Leave the tests alone.');
  asked[0]?.answer(solve);
  await vi.waitFor(() => act(async () => expect(told).toHaveBeenCalled()));

  expect(field()?.value).toBe('Leave the tests alone.');
});

test('a file with line ends of Windows that is taken over keeps them in lines that nobody touched (H11)', async () => {
  await render(
    <TakeOverDialog solve={solve} path="a.bat" paths={[]} onClose={() => undefined} onSolve={() => undefined} />,
    () => undefined,
  );
  await vi.waitFor(() => expect(asked).toHaveLength(1));
  asked[0]?.answer({ path: 'a.bat', text: 'one\r\ntwo\r\n' });
  await vi.waitFor(() => act(async () => expect(field()).not.toBeNull()));

  // As browsers give it back.
  await type('one\n2\n');
  await press('Save and take over');
  await vi.waitFor(() => expect(asked).toHaveLength(2));

  expect(JSON.parse((await asked[1]?.body) ?? '')).toMatchObject({ text: 'one\r\n2\r\n' });
});
