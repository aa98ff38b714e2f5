import type { Page } from '@playwright/test';
import type { Project } from '@yudai/contract';
import { judge } from './support/judge.ts';
import { connect, expect, expectAccessible, indexed, test } from './support/test.ts';

// The page of a draft that is deleted hears of it and asks once more: that is the 404.
test.use({ colorScheme: 'dark', expectedErrors: [/status of 404/] });

const retry = `export function retry(job: string): number {
  let count = 0;
  count += 1;
  count += 1;
  return job.length + count;
}
`;

test('an issue is written by hand with no model, judged, mended and compared with what it was (F1 F2 F5 F9)', async ({
  page,
  client,
  newRepository,
}) => {
  test.slow();
  const repository = newRepository('counting', { 'src/retry.ts': retry, 'README.md': '# Counting\n' });
  const project = await indexed(client, await connect(client, repository));
  const { blob } = await client.codebase.file({ projectId: project.id, path: 'src/retry.ts' });
  const cite = `src/retry.ts:3-4@${blob.slice(0, 12)}`;

  await test.step('without issues the page says what to do', async () => {
    await page.goto(`/projects/${project.id}`);
    await expect(page.getByText('Choose a file')).toBeVisible();
    await page.keyboard.press('g');
    await page.keyboard.press('i');
    await expect(page.getByText('No issues yet')).toBeVisible();
    await judge(page, 'issues-empty');
  });

  await test.step('the keyboard begins a draft', async () => {
    await page.getByRole('button', { name: 'New issue' }).first().press('Enter');
    await page.getByRole('menuitem', { name: 'Write it by hand…' }).press('Enter');
    await expect(page.getByLabel('Title')).toBeFocused();
    await expectAccessible(page);
    await page.keyboard.type('A retry is counted twice');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('textbox', { name: 'Title' })).toHaveValue('A retry is counted twice');
  });

  await test.step('reasons lead to their fields, and what is written counts once it is saved', async () => {
    const before = await score(page);
    await page.getByRole('button', { name: /Say what the problem is/ }).click();
    await expect(page.getByRole('textbox', { name: 'Problem' })).toBeFocused();
    await page.keyboard.type('Shops that retry pay twice, see `count`.');
    await page.getByRole('button', { name: /Say what happens now/ }).click();
    await page.keyboard.type('Two are added.');
    await page.getByRole('button', { name: /Say what should happen instead/ }).click();
    await page.keyboard.type('One is added.');
    await page.getByRole('button', { name: /Show where the problem is/ }).click();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('textbox', { name: 'Place of evidence 1' })).toBeFocused();
    await page.keyboard.type(cite);
    await page.getByRole('textbox', { name: 'What evidence 1 shows' }).fill('adds twice');
    await page.getByRole('button', { name: /What has to hold|Say what has to hold/ }).click();
    await page.keyboard.press('Enter');
    await page.keyboard.type('The count is good');
    await page.keyboard.press('Control+s');
    await expect(page.getByRole('button', { name: 'Save' })).toHaveCount(0);
    await expect.poll(() => score(page)).toBeGreaterThan(before);
  });

  await test.step('a criterion gets a check, another is added, and they change places with the keyboard', async () => {
    await page.getByRole('button', { name: /Say how to see that AC1 holds/ }).click();
    await expect(page.getByRole('textbox', { name: 'AC1', exact: true })).toBeFocused();
    await page.getByRole('textbox', { name: 'AC1', exact: true }).fill('One retry adds 1 to the count');
    await page.getByRole('combobox', { name: 'How AC1 is checked' }).click();
    await page.getByRole('option', { name: 'Test' }).click();
    await page.getByRole('textbox', { name: 'Check of AC1' }).fill('retry.test.ts');
    await page.getByRole('button', { name: 'Add a criterion' }).click();
    await page.keyboard.type('The page shows the count');
    await page.keyboard.press('Alt+ArrowUp');
    await expect(page.getByRole('textbox', { name: /^AC\d$/ }).first()).toHaveValue('The page shows the count');
    await expect(page.getByRole('textbox', { name: 'AC2', exact: true })).toBeFocused();
    await page.getByRole('button', { name: 'Add a file' }).click();
    await page.keyboard.type('src/retry.ts');
    await page.getByRole('button', { name: 'Preview: Problem' }).click();
    await expect(page.locator('.issue-preview code')).toHaveText('count');
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByRole('button', { name: 'Save' })).toHaveCount(0);
    // A jump to a field scrolls the issue, never the window.
    await expect(page.getByRole('link', { name: project.name, exact: true })).toBeInViewport();
    await judge(page, 'issue-editor');
  });

  await test.step('a citation opens its source beside the issue', async () => {
    await page.getByRole('button', { name: 'Open src/retry.ts:3-4' }).first().click();
    const drawer = page.getByRole('dialog', { name: 'Source' });
    await expect(drawer.getByText('count += 1').first()).toBeVisible();
    await page.screenshot({ path: 'test-results/screens/issue-source.png' });
    await expectAccessible(page);
    await page.keyboard.press('Escape');
  });

  await test.step('leaving with words that are not saved is asked about', async () => {
    await page.getByRole('textbox', { name: 'Notes' }).fill('half a thought');
    await page.getByRole('link', { name: 'Issues', exact: true }).first().click();
    await expect(page.getByRole('dialog', { name: 'Leave without saving?' })).toBeVisible();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Stay' }).click();
    await expect(page.getByRole('textbox', { name: 'Notes' })).toHaveValue('half a thought');
    await page.getByRole('button', { name: 'Discard' }).click();
    await expect(page.getByRole('textbox', { name: 'Notes' })).toHaveValue('');
  });

  await test.step('as Markdown it can be changed as a whole', async () => {
    await page.getByRole('radiogroup').getByText('Markdown', { exact: true }).click();
    const whole = page.getByRole('textbox', { name: 'The issue as Markdown' });
    await whole.fill((await whole.inputValue()).replace('Two are added.', 'Two are added each time.'));
    await page.keyboard.press('Control+s');
    await expect(page.getByRole('button', { name: 'Save' })).toHaveCount(0);
    await page.getByRole('radiogroup').getByText('Read', { exact: true }).click();
    await expect(page.getByText('Two are added each time.')).toBeVisible();
    await judge(page, 'issue-read');
  });

  await test.step('an earlier version is compared and brought back', async () => {
    await page.getByRole('button', { name: /^v3/ }).click();
    const dialog = page.getByRole('dialog', { name: 'Version 3' });
    await expect(dialog.getByText('What happens now').first()).toBeVisible();
    await expect(dialog.getByLabel('Now', { exact: true })).toHaveText('Two are added each time.');
    await page.screenshot({ path: 'test-results/screens/issue-version.png' });
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Bring version 3 back' }).click();
    await expect(page.getByRole('button', { name: /^v5/ })).toBeVisible();
    await expect(page.getByText('Two are added.', { exact: true })).toBeVisible();
  });

  await test.step('a project that is not on GitHub says so, and what to do', async () => {
    await page.getByRole('button', { name: 'Publish…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Publish on GitHub' });
    await expect(dialog.getByText('so the issue cannot be published')).toBeVisible();
    await expect(dialog.getByRole('button', { name: /^Publish version/ })).toHaveCount(0);
    await judge(page, 'issue-not-on-github');
    await page.keyboard.press('Escape');
  });

  await test.step('having it written says what to set', async () => {
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Have it written again…' }).click();
    await expect(page.getByText('No model is set up for the role architect')).toBeVisible();
    await expect(page.getByRole('button', { name: 'Write it again' })).toBeDisabled();
    await expectAccessible(page);
    await page.keyboard.press('Escape');
  });

  await test.step('a draft is deleted after it was asked', async () => {
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Delete the draft…' }).click();
    await expectAccessible(page);
    await page.getByRole('dialog').getByRole('button', { name: 'Delete the draft' }).click();
    await expect(page.getByText('No issues yet')).toBeVisible();
  });
});

test('issues are found by filters that the address keeps, and changed together with the keyboard (F5 F6 F9)', async ({
  page,
  client,
  demo: { project },
}) => {
  test.slow();
  await write(client, project, ['Alpha is slow', 'Beta is wrong', 'Gamma is missing']);
  await page.goto(`/projects/${project.id}/issues`);
  await expect(titles(page)).toHaveCount(3);

  await titles(page).first().focus();
  await page.keyboard.press('x');
  await page.keyboard.press('ArrowDown');
  await expect(titles(page).nth(1)).toBeFocused();
  await page.keyboard.press('x');
  await expect(page.getByText('2 issues picked')).toBeVisible();
  await judge(page, 'issues-picked');
  await page.getByRole('button', { name: 'Priority', exact: true }).click();
  await page.getByRole('menuitem', { name: 'High' }).click();
  await expect(page.getByRole('row').filter({ hasText: 'High' })).toHaveCount(2);
  await page.getByRole('button', { name: 'Labels…' }).click();
  await page.getByRole('dialog').getByRole('combobox', { name: 'Add' }).fill('speed');
  await page.keyboard.press('Enter');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Change the labels' }).click();
  await expect(page.getByRole('dialog')).toHaveCount(0);

  await page.getByRole('combobox', { name: 'Priority' }).click();
  await page.getByRole('option', { name: /^High \(2\)/ }).click();
  await expect(titles(page)).toHaveCount(2);
  await page.getByRole('combobox', { name: 'Label' }).fill('speed');
  await expect(page).toHaveURL(/label=speed/);
  await page.getByRole('textbox', { name: 'Words' }).fill('nothing like it');
  await expect(page.getByText('No issue matches these filters')).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'Words' })).toBeFocused();
  await page.getByRole('textbox', { name: 'Words' }).fill('');
  await expect(titles(page)).toHaveCount(2);
  await page.reload();
  await expect(titles(page)).toHaveCount(2);
  await page.getByRole('button', { name: 'Clear' }).click();
  await expect(titles(page)).toHaveCount(3);

  await page.getByRole('checkbox', { name: 'Pick all that are shown' }).check();
  await page.getByRole('button', { name: 'Archive', exact: true }).click();
  await expect(page.getByText('No issues yet')).toBeVisible();
  await page.getByRole('button', { name: /^archived 3/ }).click();
  await expect(titles(page)).toHaveCount(3);
});

test.describe('with a conflict on purpose', () => {
  test('what was typed stays when another page was faster (F5)', async ({ page, client, demo: { project } }) => {
    const [issue] = await write(client, project, ['Two people at once']);
    if (issue === undefined) throw new Error('no issue');
    await page.goto(`/projects/${project.id}/issues/${issue.id}`);
    await page.getByRole('textbox', { name: 'Problem' }).fill('My words.');
    await page.getByRole('textbox', { name: 'What should happen' }).fill('My wish.');

    const theirs = await page.context().newPage();
    await theirs.goto(`/projects/${project.id}/issues/${issue.id}`);
    await theirs.getByRole('textbox', { name: 'Problem' }).fill('Their words.');
    await theirs.getByRole('textbox', { name: 'Notes' }).fill('Their notes.');
    await theirs.getByRole('button', { name: 'Save' }).click();
    await expect(theirs.getByRole('button', { name: 'Save' })).toHaveCount(0);

    const alert = page.getByRole('alert');
    await expect(alert).toContainText('saved version 2 meanwhile');
    await expect(alert).toContainText('Changed there: problem, notes');
    await expect(alert).toContainText('You both changed problem');
    await expect(page.getByRole('textbox', { name: 'Problem' })).toHaveValue('My words.');
    await judge(page, 'issue-conflict');
    await page.getByRole('button', { name: 'Keep mine' }).click();
    await expect(page.getByRole('textbox', { name: 'Notes' })).toHaveValue('Their notes.');
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(theirs.getByRole('textbox', { name: 'Problem' })).toHaveValue('My words.');
    await expect(theirs.getByRole('textbox', { name: 'What should happen' })).toHaveValue('My wish.');
    await expect(theirs.getByRole('textbox', { name: 'Notes' })).toHaveValue('Their notes.');
    await theirs.close();
  });
});

async function write(client: Parameters<typeof connect>[0], { id }: Project, all: readonly string[]) {
  const made = [];
  for (const title of all) made.push(await client.issues.create({ projectId: id, document: { title } }));
  return made;
}

function titles(page: Page) {
  return page.locator('.issue-title');
}

async function score(page: Page): Promise<number> {
  return Number((await page.locator('.issue-score-number').innerText()).replaceAll(/\D+of 100/g, '').trim());
}
