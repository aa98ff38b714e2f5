import { solvePreview } from '@yudai/contract';
import { act, useState } from 'react';
import type { ReactNode } from 'react';
import { expect, test, vi } from 'vitest';
import { PublishDialog } from '#features/solver/dialogs/publish-dialog.tsx';
import { render } from '#testing/render.tsx';
import { projectAs } from '#testing/samples.ts';
import { solveWith } from '#testing/solve-samples.ts';

/** What the API answers, one after the other. */
const answers = vi.hoisted(() => {
  const waiting: unknown[] = [];
  vi.stubGlobal('fetch', async () => Response.json(waiting.shift()));
  return waiting;
});

const solve = solveWith({ status: 'finished', outcome: 'solved', files: 1 });

function previewOf(title: string) {
  return solvePreview.parse({
    refusal: null,
    repository: 'ada/sums',
    branch: 'yudai/1-abc',
    base: 'main',
    title,
    body: `What ${title} has shown`,
    commits: [{ message: title, files: 1 }],
  });
}

function Door(): ReactNode {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button onClick={() => setOpen(!isOpen)}>Door</button>
      <PublishDialog
        project={projectAs('owner')}
        solve={solve}
        opened={isOpen}
        onClose={() => undefined}
        onSolve={() => undefined}
      />
    </>
  );
}

test('a pull request says what is so when its dialog is opened, not what was so the last time (H8)', async () => {
  answers.push(previewOf('attempt 1'), previewOf('attempt 2'));
  await render(<Door />, () => undefined);
  const press = () => act(async () => document.querySelector('button')?.click());
  const title = () => document.querySelector<HTMLInputElement>('input[maxlength="256"]')?.value;
  const said = async () => {
    await vi.waitFor(() => act(async () => expect(title()).toBeTypeOf('string')));
    return title();
  };

  await press();
  const first = await said();
  await press();
  await vi.waitFor(() => act(async () => expect(title()).toBeUndefined()));
  await press();

  expect([first, await said()]).toEqual(['attempt 1', 'attempt 2']);
});
