import type { Page } from '@playwright/test';
import { type GitHubDouble, startGitHubDouble } from '../../packages/server/src/testing/github/index.ts';
import { githubApp, githubPort, teamUrl } from './addresses.ts';
import { test as base } from './test.ts';

interface TeamFixtures {
  /** GitHub, with everybody of `people` on it. */
  github: GitHubDouble;
}

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
});

/** Signs somebody in on the page that is open: from the button through GitHub's page and back. */
export async function signIn(page: Page, login: string): Promise<void> {
  await page.getByRole('link', { name: /^Continue with GitHub/ }).click();
  await page.getByRole('button', { name: `Continue as ${login}`, exact: true }).click();
}
