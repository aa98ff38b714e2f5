import { expect, test } from './support/test.ts';

test.use({ expectedErrors: [/Failed to load resource: the server responded with a status of 4(03|22)/] });

const refused = [
  { what: 'a folder that is not there', typed: '/nowhere/at/all', words: /There is no folder/ },
  { what: 'a path that is not whole', typed: 'some/where', words: /whole path|folder/i },
  { what: 'a private address', typed: 'https://10.0.0.1/team/app', words: /public internet/ },
  { what: 'a command in place of an address', typed: 'ext::sh -c id', words: /https:\/\/|not|cannot/i },
  { what: 'a file address', typed: 'file:///etc', words: /https:\/\// },
];

test('what cannot be connected is refused with words, beside the field, and what was typed stays', async ({ page }) => {
  await page.goto('/projects?connect=true');
  const dialog = page.getByRole('dialog', { name: 'Connect a repository' });
  const field = dialog.getByLabel('Folder or https address');
  for (const { what, typed, words } of refused) {
    await test.step(what, async () => {
      await field.fill(typed);
      await expect(field).not.toHaveAccessibleDescription(words);
      await dialog.getByRole('button', { name: 'Check' }).click();

      await expect(field).toHaveAccessibleDescription(words);
      await expect(field).toHaveValue(typed);
      await expect(dialog.getByRole('button', { name: 'Connect' })).toHaveCount(0);
    });
  }
});

test('a branch that is not there cannot be chosen', async ({ page, newRepository }) => {
  const repository = newRepository('branches', { 'a.ts': 'export const a = 1;\n' });
  repository.git('branch', 'feature/one');
  await page.goto('/projects?connect=true');
  const dialog = page.getByRole('dialog', { name: 'Connect a repository' });
  await dialog.getByLabel('Folder or https address').fill(repository.folder);
  await dialog.getByLabel('Folder or https address').press('Enter');

  const branch = dialog.getByRole('combobox', { name: 'Branch or tag' });
  await branch.fill('mian');
  await expect(page.getByText('No branch or tag of that name')).toBeVisible();
  await branch.fill('feat');
  await page.getByRole('option', { name: 'feature/one' }).click();

  await expect(branch).toHaveValue('feature/one');
});

test('a token is asked for with an address only, and is gone when the dialog opens again', async ({ page }) => {
  await page.goto('/projects?connect=true');
  const dialog = page.getByRole('dialog', { name: 'Connect a repository' });
  const token = dialog.getByLabel('Access token', { exact: false });
  await expect(token).toHaveCount(0);
  await dialog.getByLabel('Folder or https address').fill('https://github.com/acme/app');
  await token.first().fill('ghp_secret');

  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('button', { name: 'Connect', exact: true }).click();

  await expect(dialog.getByLabel('Folder or https address')).toHaveValue('');
  expect(await page.content()).not.toContain('ghp_secret');
});
