import type { SetUpStep } from '@yudai/contract';
import { act, useState } from 'react';
import type { ReactNode } from 'react';
import { expect, test } from 'vitest';
import { SetUpFields } from '#features/solver/settings/set-up-fields.tsx';
import { render } from '#testing/render.tsx';

const stepOf = (command: string): SetUpStep => ({ directory: '', commands: [command], cacheKey: [] });

function Form(): ReactNode {
  const [setUp, setSetUp] = useState<SetUpStep[] | null>([stepOf('make deps')]);
  return <SetUpFields setUp={setUp} detected={[stepOf('npm ci')]} mayChange onChange={setSetUp} />;
}

test("one's own steps are there again after a look at those that were detected", async () => {
  const { text } = await render(<Form />, () => undefined);
  const pick = (value: string) =>
    act(async () => document.querySelector<HTMLInputElement>(`input[value="${value}"]`)?.click());

  await pick('detected');
  expect(text()).toContain('npm ci');
  await pick('own');

  expect(document.querySelector('textarea')?.value).toBe('make deps');
});
