import { type BrowserContext, expect, type Locator, type Page } from '@playwright/test';
import { type GitHubDouble, startGitHubDouble } from '../../packages/server/src/testing/github/index.ts';
import { githubApp, githubPort, teamUrl } from './addresses.ts';
import { test as base } from './test.ts';

interface TeamFixtures {
  /** GitHub, with everybody of `people` on it. */
  github: GitHubDouble;
  /** The cookies of `ada`, signed in once for all tests that need nobody new. */
  adaState: StorageState;
}

type StorageState = Awaited<ReturnType<BrowserContext['storageState']>>;

/** Who is on the double: `ada` and `grace` are administrators of this Yudai, nobody else has been invited yet. */
export const people = [
  { login: 'ada', name: 'Ada Lovelace' },
  { login: 'grace', name: 'Grace Hopper' },
  { login: 'linus', name: 'Linus Example' },
  { login: 'eve', name: 'Eve Example' },
];

/** The tests of the server in team mode. */
export const test = base.extend<object, TeamFixtures>({
  baseURL: teamUrl,
  github: [
    // Playwright wants a pattern here, although nothing is taken from it.
    // oxlint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const redirectUris = [`${teamUrl}/api/auth/callback/github`];
      const double = await startGitHubDouble({ port: githubPort, ...githubApp, redirectUris });
      for (const person of people) await double.addUser(person);
      await use(double);
      await double.close();
    },
    { scope: 'worker', auto: true },
  ],
  adaState: [
    async ({ browser }, use) => {
      const page = await browser.newPage({ baseURL: teamUrl });
      await enter(page, 'ada');
      await use(await page.context().storageState());
      await page.close();
    },
    { scope: 'worker' },
  ],
});

/** Signs somebody in on the page that is open: from the button through GitHub's page and back. */
export async function signIn(page: Page, login: string): Promise<void> {
  await page.getByRole('link', { name: /^Continue with GitHub/ }).click();
  await page.getByRole('button', { name: `Continue as ${login}`, exact: true }).click();
}

/** Opens a page as this person, who signs in for it and leaves the question what they came for unanswered. */
export async function enter(page: Page, login: string, path = '/projects'): Promise<void> {
  await page.goto(path);
  await signIn(page, login);
  const skip = page.getByRole('button', { name: 'Skip' });
  await expect(skip.or(userMenu(page))).toBeVisible();
  if (await skip.isVisible()) await skip.click();
  await expect(userMenu(page)).toBeVisible();
}

/** The button of the rail that says who is signed in. */
export function userMenu(page: Page): Locator {
  return page.getByRole('button', { name: /^Signed in as / });
}
