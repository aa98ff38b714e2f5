import type { Page } from '@playwright/test';
import { expect, expectAccessible, expectNoSidewaysScroll, expectReadable } from './test.ts';

/** Pictures are for who works on a page, and cost as much as to load it: a run that only judges makes none. */
const isPictured = process.env['CI'] === undefined;

interface Options {
  /** Windows to look at besides the one that is open; the last of them is pictured. */
  readonly widths?: readonly number[];
  /** What to wait for in each of them. */
  readonly narrow?: () => Promise<void>;
  /** What to wait for when the window is as wide as before. */
  readonly wide?: () => Promise<void>;
}

/**
 * Looks at a page as different people see it: axe in dark, its colours in light, and no sideways scroll in narrow windows, with a
 * picture of each in `test-results/screens` unless it is CI that looks. Leaves the page dark and as wide as it was.
 */
export async function judge(page: Page, name: string, options: Options = {}): Promise<void> {
  const { widths = [400], narrow, wide } = options;
  const shoot = async (what: string) => {
    if (isPictured) await page.screenshot({ path: `test-results/screens/${name}-${what}.png` });
  };
  await show(page, 'dark');
  await shoot('dark');
  await expectAccessible(page);
  await show(page, 'light');
  await shoot('light');
  await expectReadable(page);
  const size = page.viewportSize() ?? { width: 1400, height: 900 };
  for (const width of widths) {
    await page.setViewportSize({ width, height: 800 });
    await narrow?.();
    await expectNoSidewaysScroll(page);
  }
  if (widths.length > 0) await shoot(String(widths.at(-1)));
  await page.setViewportSize(size);
  await wide?.();
  await show(page, 'dark');
}

/** Shows the page in a theme, and waits until it does. */
export async function show(page: Page, scheme: 'dark' | 'light'): Promise<void> {
  await page.emulateMedia({ colorScheme: scheme });
  await expect(page.locator(`html[data-mantine-color-scheme="${scheme}"]`)).toBeAttached();
}
