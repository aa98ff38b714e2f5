import { connect, expect, expectAccessible, indexed, test } from './support/test.ts';

test('a project is renamed, put away, brought back and deleted; its folder stays', async ({
  page,
  client,
  newRepository,
}) => {
  const repository = newRepository('passing', { 'a.ts': 'export const a = 1;\n' });
  await indexed(client, await connect(client, repository));
  await page.goto('/projects');
  const act = async (name: string, action: string) => {
    await page.getByRole('button', { name: `Actions for ${name}` }).click();
    await page.getByRole('menuitem', { name: action }).click();
  };
  const link = (name: string) => page.getByRole('link', { name, exact: true });

  await act('passing', 'Rename');
  await page.getByRole('dialog', { name: 'Rename project' }).getByLabel('Name').fill('Lasting');
  await page.keyboard.press('Enter');
  await expect(link('Lasting')).toBeVisible();

  await act('Lasting', 'Archive');
  await expect(link('Lasting')).toHaveCount(0);
  await page.getByText('Archived', { exact: true }).click();
  await expect(link('Lasting')).toBeVisible();
  await act('Lasting', 'Bring back from the archive');
  await expect(link('Lasting')).toHaveCount(0);
  await page.getByText('Active', { exact: true }).click();

  await page.getByRole('textbox', { name: 'Find a project' }).fill('last');
  await expect(page).toHaveURL(/query=last/);
  await act('Lasting', 'Delete…');
  const dialog = page.getByRole('dialog', { name: 'Delete Lasting?' });
  await expect(dialog).toContainText(repository.folder);
  await expect(dialog.getByRole('button', { name: 'Keep it' })).toBeFocused();
  await dialog.getByRole('button', { name: 'Delete project' }).click();
  await expect(page.getByText('No project is called “last”')).toBeVisible();

  repository.git('status');
});

test('a file is said to be a test with the keyboard alone, and that is taken back (G16)', async ({ page, demo }) => {
  await page.goto(`/projects/${demo.project.id}?path=src/payments/charge-card.ts`);
  const category = page.getByRole('button', { name: /^Category: / });
  await expect(category).toHaveAccessibleName('Category: source. Change');

  await category.focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('menuitemradio', { name: 'source' })).toBeChecked();
  await expectAccessible(page);
  await page.getByRole('menuitemradio', { name: 'test' }).focus();
  await page.keyboard.press('Enter');
  await expect(category).toHaveAccessibleName('Category: test, corrected by hand. Change');
  await expect(category).toBeFocused();
  await expectAccessible(page);

  await category.press('Enter');
  await page.getByRole('menuitem', { name: 'Back to source' }).press('Enter');
  await expect(category).toHaveAccessibleName('Category: source. Change');
});

test('another branch is indexed from the header, and the code is that of the branch', async ({
  page,
  client,
  newRepository,
}) => {
  const repository = newRepository('branching', { 'a.ts': 'export const a = 1;\n' });
  repository.git('checkout', '--quiet', '-b', 'feature');
  repository.write({ 'only-here.ts': 'export const here = 1;\n' });
  repository.git('add', '.');
  repository.git('commit', '--quiet', '--message', 'Feature');
  repository.git('checkout', '--quiet', 'main');
  const project = await indexed(client, await connect(client, repository));
  await page.goto(`/projects/${project.id}`);

  await page.getByRole('button', { name: /working tree/ }).click();
  await page.getByRole('option', { name: 'feature' }).click();

  await expect(page.getByRole('treeitem', { name: /^only-here\.ts/ })).toBeVisible({ timeout: 20_000 });
});
