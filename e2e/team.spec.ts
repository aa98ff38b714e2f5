import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { teamUrl, webhookSecret } from './support/addresses.ts';
import { judge } from './support/judge.ts';
import { connectAs, enter, openBrowser, test } from './support/team.ts';
import { expect, expectAccessible } from './support/test.ts';

const loom = 'ada/loom';
const weave = 'export function weave(threads: number): string {\n  return `${threads} threads`;\n}\n';

test.use({ colorScheme: 'dark' });

test.beforeAll(async ({ github }) => {
  await github.addRepository({ fullName: loom, private: true, files: { 'README.md': '# Loom\n', 'weave.ts': weave } });
  await github.addRepository({ fullName: 'ada/engine', files: { 'README.md': '# Engine\n' } });
  await github.pushCommit(loom, { branch: 'patterns', files: { 'pattern.ts': 'export const pattern = 1;\n' } });
});

test('a private repository is picked with its branch, indexed, and indexed again when somebody pushes (C2 C3 C8 G5)', async ({
  page,
  github,
}) => {
  await enter(page, 'ada', '/projects?connect=true');
  const dialog = page.getByRole('dialog', { name: 'Connect a repository' });
  await dialog.getByRole('textbox', { name: 'Find a repository' }).fill('loo');
  await expect(dialog.getByRole('group', { name: 'Repository' }).getByRole('radio')).toHaveCount(1);
  await expect(dialog.getByText('Private')).toBeVisible();
  await page.screenshot({ path: 'test-results/screens/connect-github-dark.png' });
  await dialog.getByRole('radio', { name: /ada\/loom/ }).check();
  await expect(dialog.getByRole('combobox', { name: 'Branch' })).toHaveValue('main');
  await expectAccessible(page);
  await dialog.getByRole('combobox', { name: 'Branch' }).click();
  await page.getByRole('option', { name: 'patterns' }).click();
  await dialog.getByRole('button', { name: 'Connect' }).click();

  await expect(page.getByRole('treeitem', { name: /^pattern\.ts/ })).toBeVisible({ timeout: 40_000 });
  await expect(page.getByRole('button', { name: 'Branch or tag: patterns. Change' })).toBeVisible();
  const push = await github.pushCommit(loom, { branch: 'patterns', files: { 'herringbone.ts': 'export {};\n' } });
  const delivery = {
    url: `${teamUrl}/api/v1/webhooks/github`,
    secret: webhookSecret,
    event: 'push',
    payload: await github.pushPayload(loom, push),
  };
  expect((await github.sendWebhook(delivery)).ok).toBe(true);

  // Nobody touches the page: the push comes to it by itself.
  await expect(page.getByRole('treeitem', { name: /^herringbone\.ts/ })).toBeVisible({ timeout: 40_000 });
  await rename(page, 'loom', 'patterns of loom');
});

test.describe('with a project that is out of reach at the end', () => {
  // What the browser says when the page of who was taken out asks once more.
  test.use({ expectedErrors: [/status of 404/] });

  test('two people share a project: invited, given a role, made owner, and taken out (B10)', async ({
    page,
    browser,
  }) => {
    await enter(page, 'ada');
    const projectId = await connectAs(page, loom, 'shared loom');
    await page.goto(`/projects/${projectId}/members`);
    await page.getByRole('button', { name: 'Invite' }).click();
    await page.getByRole('textbox', { name: 'Name on GitHub' }).fill('mary');
    await page.getByRole('combobox', { name: 'Role' }).click();
    await page.getByRole('option', { name: 'Viewer' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Invite' }).click();
    await expect(page.getByRole('row', { name: /mary invited by Ada Lovelace/ })).toContainText('Viewer');

    const theirs = await openBrowser(browser);
    await enter(theirs, 'mary');
    await expect(theirs.getByText('Ada Lovelace invites you to shared loom as viewer.')).toBeVisible();
    await expectAccessible(theirs);
    await theirs.getByRole('button', { name: 'Accept shared loom' }).click();
    await expect(theirs.getByRole('link', { name: 'Members. You are Viewer' })).toBeVisible();
    await expect(theirs.getByRole('button', { name: 'Index again' })).toHaveCount(0);

    // What the other person does shows without a reload, on both sides.
    const mary = page.getByRole('row', { name: /Mary Somerville/ });
    await expect(mary).toBeVisible();
    await mary.getByRole('combobox', { name: 'Role of Mary Somerville' }).click();
    await page.getByRole('option', { name: 'Admin' }).click();
    await expect(theirs.getByRole('link', { name: 'Members. You are Admin' })).toBeVisible();
    await expect(theirs.getByRole('button', { name: 'Index again' })).toBeVisible();

    await mary.getByRole('button', { name: 'Actions for Mary Somerville' }).click();
    await page.getByRole('menuitem', { name: 'Make owner…' }).click();
    const transfer = page.getByRole('dialog', { name: 'Make Mary Somerville the owner?' });
    await expect(transfer.getByRole('button', { name: 'Make owner' })).toBeDisabled();
    await transfer.getByRole('textbox').fill('shared loom');
    await transfer.getByRole('button', { name: 'Make owner' }).click();
    await expect(page.getByRole('link', { name: 'Members. You are Admin' })).toBeVisible();

    await theirs.getByRole('link', { name: 'Members. You are Owner' }).click();
    await theirs.getByRole('button', { name: 'Actions for Ada Lovelace' }).click();
    await theirs.getByRole('menuitem', { name: 'Take out…' }).click();
    await theirs.getByRole('dialog').getByRole('button', { name: 'Take out' }).click();
    await expect(theirs.getByRole('heading', { name: '1 member' })).toBeVisible();
    await theirs.context().close();
  });
});

test('an invitation is declined, another withdrawn, and a member leaves (B10)', async ({ page, browser }) => {
  await enter(page, 'ada');
  const projectId = await connectAs(page, 'ada/engine', 'engine');
  await page.goto(`/projects/${projectId}/members`);
  const theirs = await openBrowser(browser);
  await invite(page, 'mary');
  await enter(theirs, 'mary');
  await theirs.getByRole('button', { name: 'Decline engine' }).click();
  await expect(theirs.getByRole('list', { name: 'Invitations to you' })).toHaveCount(0);
  await page.reload();
  await expect(page.getByRole('heading', { name: '1 member' })).toBeVisible();

  await invite(page, 'mary');
  await page.getByRole('button', { name: 'Withdraw the invitation of mary' }).click();
  await expect(page.getByText('invited by Ada Lovelace')).toHaveCount(0);
  await invite(page, 'mary');
  await theirs.reload();
  await theirs.getByRole('button', { name: 'Accept engine' }).click();
  await theirs.getByRole('link', { name: 'Members. You are Member' }).click();
  await theirs.getByRole('button', { name: 'Actions for Mary Somerville' }).click();
  await theirs.getByRole('menuitem', { name: 'Leave…' }).click();
  await theirs.getByRole('dialog').getByRole('button', { name: 'Leave' }).click();
  await expect(theirs.getByRole('heading', { name: 'Projects', exact: true })).toBeVisible();
  await expect(theirs.getByRole('link', { name: 'engine', exact: true })).toHaveCount(0);
  await theirs.context().close();
});

test.describe('with what GitHub refuses on purpose', () => {
  // What the browser says of checks that fail.
  test.use({ expectedErrors: [/status of 40[139]/] });

  test('the connection to GitHub is checked, says when it has ended, and is renewed (B8)', async ({ page, github }) => {
    await enter(page, 'ada', '/settings/github');
    await expect(page.getByText('Works')).toBeVisible();
    await page.getByRole('button', { name: 'Check now' }).click();
    await expect(page.getByText('GitHub answers.')).toBeVisible();

    github.revokeTokensOf('ada');
    await page.getByRole('button', { name: 'Check now' }).click();
    await expect(page.getByText('GitHub does not accept the access any more')).toBeVisible();
    await expectAccessible(page);
    await page.getByRole('link', { name: /^Connect through/ }).click();
    await page.getByRole('button', { name: 'Continue as ada', exact: true }).click();
    await expect(page.getByText('Works')).toBeVisible();

    await page.getByRole('button', { name: 'Disconnect…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Disconnect' }).click();
    await expect(page.getByText('Yudai does not read or write anything')).toBeVisible();
    await page.goto('/projects?connect=true');
    await page.getByRole('link', { name: 'Connect GitHub' }).click();
    await page.getByRole('textbox', { name: 'Access token' }).fill(github.personalToken('ada'));
    await page.keyboard.press('Enter');
    await expect(page.getByText('Works')).toBeVisible();
  });
});

test('the audit log is filtered, opened, verified and taken away (B12 O4)', async ({ page }) => {
  await enter(page, 'ada', '/settings/audit');
  await page.getByRole('combobox', { name: 'Action' }).click();
  await page.getByRole('option', { name: 'Ownership transferred' }).click();
  await expect(page).toHaveURL(/action=ownership\.transferred/);
  await expect(page.getByRole('row')).toHaveCount(2);
  await page.getByRole('button', { name: 'Ownership transferred' }).click();
  await expect(page.getByRole('dialog')).toContainText('Ada Lovelace, signed in');
  await expectAccessible(page);
  await page.keyboard.press('Escape');

  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export' }).click();
  const file = await download;
  const records: unknown = JSON.parse(readFileSync(await file.path(), 'utf8'));
  expect(records).toEqual([expect.objectContaining({ action: 'ownership.transferred', hash: expect.any(String) })]);

  await page.getByRole('button', { name: 'Clear' }).click();
  await page.getByRole('button', { name: 'Verify' }).click();
  await expect(page.getByRole('dialog')).toContainText('every one as it was written');
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: 'Audit verified' }).first()).toBeVisible();
});

test('members, GitHub and audit are readable in both themes and fit a narrow window', async ({ page }) => {
  await enter(page, 'ada');
  const projectId = await connectAs(page, 'ada/engine', 'shown');
  const screens = [
    { name: 'members', path: `/projects/${projectId}/members`, shows: 'Who may do what' },
    { name: 'github', path: '/settings/github', shows: 'Requests left' },
    { name: 'audit', path: '/settings/audit', shows: 'Project connected' },
  ];
  for (const { name, path, shows } of screens) {
    await page.goto(path);
    await expect(page.getByText(shows).first()).toBeVisible();
    await judge(page, name);
  }
});

async function invite(page: Page, login: string): Promise<void> {
  await page.getByRole('button', { name: 'Invite', exact: true }).click();
  await page.getByRole('textbox', { name: 'Name on GitHub' }).fill(login);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: `Withdraw the invitation of ${login}` })).toBeVisible();
}

async function rename(page: Page, from: string, to: string): Promise<void> {
  await page.goto('/projects');
  await page.getByRole('button', { name: `Actions for ${from}`, exact: true }).click();
  await page.getByRole('menuitem', { name: 'Rename' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill(to);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('link', { name: to, exact: true })).toBeVisible();
}
