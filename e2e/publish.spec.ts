import type { Page } from '@playwright/test';
import { judge } from './support/judge.ts';
import { connectAs, enter, inviteAs, openBrowser, postAs, test } from './support/team.ts';
import { expect, expectAccessible } from './support/test.ts';

const mill = 'ada/mill';

test.use({ colorScheme: 'dark' });

test.beforeAll(async ({ github }) => {
  await github.addRepository({ fullName: mill, files: { 'src/grind.ts': 'export const grind = 1;\n' } });
  await github.as('ada', 'POST', `/repos/${mill}/labels`, { name: 'bug', color: 'ff0000' });
});

test.describe('with GitHub refusing on purpose', () => {
  // What the browser says while GitHub cannot be asked for labels.
  test.use({ expectedErrors: [/status of (4|5)\d\d/] });

  test('what was previewed is published once, a failure says why, and GitHub’s changes are shown (F2 F3 F4 F10)', async ({
    page,
    github,
  }) => {
    test.slow();
    await enter(page, 'ada');
    const projectId = await connectAs(page, mill, 'mill');
    const issueId = await write(page, projectId, 'Flour is too coarse');
    await page.goto(`/projects/${projectId}/issues/${issueId}`);
    const dialog = page.getByRole('dialog', { name: 'Publish on GitHub' });

    await test.step('the preview is what goes out, and a refusal says so', async () => {
      await page.getByRole('button', { name: 'Publish…' }).click();
      await expect(dialog.getByText('The stones are worn.')).toBeVisible();
      await expect(dialog.getByText(mill).first()).toBeVisible();
      await judge(page, 'issue-publish');
      await dialog.getByRole('radiogroup').getByText('As sent', { exact: true }).click();
      await expect(dialog.getByLabel('Text as it is sent')).toContainText(`<!-- yudai:${issueId} -->`);
      await expectAccessible(page);
      github.makeTrouble('forbidden');
      await dialog.getByRole('button', { name: `Publish version 1 in ${mill}` }).click();
      await expect(dialog.getByText('The last try failed')).toBeVisible({ timeout: 30_000 });
      await page.screenshot({ path: 'test-results/screens/issue-publish-failed.png' });
      await expectAccessible(page);
      github.makeTrouble('none');
    });

    await test.step('a double click opens one issue', async () => {
      await dialog.getByRole('button', { name: `Publish version 1 in ${mill}` }).dblclick();
      await expect(dialog.getByRole('link', { name: 'Open #1 on GitHub' })).toBeVisible({ timeout: 30_000 });
      await expect(dialog.getByRole('link', { name: 'Open #1 on GitHub' })).toHaveAttribute('href', /mill\/issues\/1$/);
      await expectAccessible(page);
      await dialog.getByRole('button', { name: 'Done' }).click();
      const there = await github.as('ada', 'GET', `/repos/${mill}/issues?state=all`);
      expect(there.body).toEqual([expect.objectContaining({ title: 'Flour is too coarse' })]);
      await expect(page.getByRole('link', { name: '#1 on GitHub' }).first()).toBeVisible();
    });

    await test.step('what changes there is shown beside what was published', async () => {
      await github.as('ada', 'PATCH', `/repos/${mill}/issues/1`, { title: 'Flour is too fine' });
      await page.getByRole('button', { name: 'Ask again' }).click();
      await expect(page.getByText('Changed on GitHub: Title')).toBeVisible();
      await page.getByText('What differs there').click();
      await expect(page.getByLabel('On GitHub', { exact: true })).toHaveText('Flour is too fine');
      await judge(page, 'issue-changed-on-github');
    });

    await test.step('closed and opened again, here and there', async () => {
      await act(page, 'Close…');
      await expectAccessible(page);
      await page.getByRole('radio', { name: 'Not planned' }).check();
      await page.getByRole('button', { name: 'Close the issue' }).click();
      await expect(page.locator('.issue-bar').getByText('closed', { exact: true })).toBeVisible();
      const there = await github.as('ada', 'GET', `/repos/${mill}/issues/1`);
      expect(there.body).toMatchObject({ state: 'closed', state_reason: 'not_planned' });
      await act(page, 'Open again');
      await expect(page.locator('.issue-bar').getByText('published')).toBeVisible();
      await act(page, 'Archive');
      await expect(page.locator('.issue-bar').getByText('archived')).toBeVisible();
      await page.goto(`/projects/${projectId}/issues?archived=true`);
      await expect(page.getByRole('link', { name: /#1 on GitHub.*changed there/ })).toBeVisible();
      await judge(page, 'issues-archived');
    });
  });
});

test('a viewer reads issues and is offered nothing that the server would refuse (B10)', async ({ page, browser }) => {
  test.slow();
  await enter(page, 'ada');
  const projectId = await connectAs(page, mill, 'mill to look at');
  const issueId = await write(page, projectId, 'The wheel squeaks');
  await inviteAs(page, projectId, 'linus', 'viewer');
  const theirs = await openBrowser(browser);
  await enter(theirs, 'linus');
  await theirs.getByRole('button', { name: 'Accept mill to look at' }).click();
  await expect(theirs.getByRole('link', { name: 'Members. You are Viewer' })).toBeVisible();

  await theirs.goto(`/projects/${projectId}/issues`);
  await expect(theirs.getByRole('link', { name: 'The wheel squeaks' })).toBeVisible();
  await expect(theirs.getByRole('cell', { name: 'Ada Lovelace' })).toBeVisible();
  await expect(theirs.getByRole('button', { name: 'New issue' })).toHaveCount(0);
  await expect(theirs.getByRole('checkbox')).toHaveCount(0);
  await judge(theirs, 'viewer-issues');

  await theirs.getByRole('link', { name: 'The wheel squeaks' }).press('Enter');
  await expect(theirs.getByText('The stones are worn.')).toBeVisible();
  await expect(theirs.getByRole('textbox')).toHaveCount(0);
  await expect(theirs.getByRole('button', { name: /^Publish|^Save|^Ask again|^Add/ })).toHaveCount(0);
  await theirs.getByRole('button', { name: 'More actions' }).click();
  await expect(theirs.getByRole('menuitem')).toHaveText(['Download as Markdown']);
  await theirs.keyboard.press('Escape');
  await theirs.getByRole('button', { name: /Say what happens now/ }).click();
  await expect(theirs.locator('#issue-current')).toBeFocused();
  await judge(theirs, 'viewer-issue');

  // What a member writes comes to who reads by itself.
  await page.goto(`/projects/${projectId}/issues/${issueId}`);
  await page.getByRole('textbox', { name: 'What happens now' }).fill('It squeaks at every turn.');
  await page.keyboard.press('Control+s');
  await expect(theirs.getByText('It squeaks at every turn.')).toBeVisible();
  await theirs.context().close();
});

async function write(page: Page, projectId: string, title: string): Promise<string> {
  const document = { title, problem: 'The stones are worn.', wanted: 'New stones.' };
  const made = await postAs(page, `/projects/${projectId}/issues`, { document, labels: ['bug'] });
  return (made as { id: string }).id;
}

async function act(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name }).click();
}
