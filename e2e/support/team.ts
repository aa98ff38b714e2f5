import { type Browser, type BrowserContext, expect, type Locator, type Page } from '@playwright/test';
import type { Role } from '@yudai/contract';
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

/**
 * Who is on the double, the same in every test, because this Yudai knows them by their number there: `ada` and `grace` are its
 * administrators, nobody else has been invited yet.
 */
export const people = [
  { login: 'ada', name: 'Ada Lovelace' },
  { login: 'grace', name: 'Grace Hopper' },
  { login: 'linus', name: 'Linus Example' },
  { login: 'eve', name: 'Eve Example' },
  { login: 'mary', name: 'Mary Somerville' },
  { login: 'vera', name: 'Vera Rubin' },
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

/** Another person's browser. */
export async function openBrowser(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ baseURL: teamUrl, colorScheme: 'dark' });
  return context.newPage();
}

/** Asks the API as who is signed in on this page, and answers with what it says. */
async function askAs(page: Page, method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<unknown> {
  return page.evaluate<unknown, string>(
    async (text) => {
      const { path: to, ...request } = JSON.parse(text);
      const headers = { 'content-type': 'application/json' };
      const response = await fetch(`/api/v1${to}`, { ...request, headers });
      return response.json();
    },
    JSON.stringify({ path, method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }),
  );
}

/** Sends JSON to the API as who is signed in on this page, and answers with what it says. */
export function postAs(page: Page, path: string, body: object): Promise<unknown> {
  return askAs(page, 'POST', path, body);
}

/**
 * Connects a repository as the person of this page; answers with the id of the project. A project of that name that the person has
 * already is one that the same test left on its first go, and is deleted.
 */
export async function connectAs(page: Page, repository: string, name: string): Promise<string> {
  const { items } = (await askAs(page, 'GET', '/projects')) as { items: { id: string; name: string }[] };
  for (const left of items.filter((project) => project.name === name)) {
    await askAs(page, 'DELETE', `/projects/${left.id}`);
  }
  const made = await postAs(page, '/projects', { source: { kind: 'github', repository }, name });
  return (made as { project: { id: string } }).project.id;
}

/** Invites somebody as the person of this page. */
export async function inviteAs(page: Page, projectId: string, username: string, role: Role): Promise<void> {
  await postAs(page, `/projects/${projectId}/invitations`, { username, role });
}
