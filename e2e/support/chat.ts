import { expect, type Locator, type Page } from '@playwright/test';
import { judge } from './judge.ts';
import { expectAccessible } from './test.ts';

/** Where a message to DAifu is written. */
export function messageBox(page: Page): Locator {
  return page.getByRole('combobox', { name: 'Message to DAifu' });
}

/** What DAifu said in the conversation that is open. */
export function answers(page: Page): Locator {
  return page.locator('.message[data-role="assistant"]');
}

/** Judges a page with a chat beside the code, which stands in a drawer in a narrow window. */
export function judgeChat(page: Page, name: string): Promise<void> {
  const drawer = page.getByRole('dialog', { name: 'Chat' });
  return judge(page, name, {
    narrow: async () => {
      await expect(drawer).toBeVisible();
      await expectAccessible(page);
    },
    // The drawer holds a chat of its own until it is gone.
    wide: () => expect(drawer).toHaveCount(0),
  });
}
