import { expect, test } from './support/test.ts';

test('without a mouse: G and a letter, the palette, the tree, the outline, the help', async ({ page, demo }) => {
  await page.goto('/projects');
  await expect(page.getByRole('link', { name: 'shop', exact: true })).toBeVisible();

  await test.step('the palette opens a project and a file', async () => {
    await page.keyboard.press('Control+k');
    const palette = page.getByRole('combobox', { name: 'Search and commands' });
    await expect(palette).toBeFocused();
    await palette.fill('shop');
    await expect(page.getByRole('option', { name: /^shop/ })).toBeVisible();
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(new RegExp(`/projects/${demo.project.id}`));
    await page.keyboard.press('Control+k');
    await palette.fill('refund');
    await expect(page.getByRole('option', { name: /refund\.ts/ }).first()).toBeVisible();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { name: 'src/payments/refund.ts' })).toBeVisible();
  });
  await test.step('arrows walk the tree', async () => {
    const tree = page.getByRole('tree', { name: 'Files' });
    await expect(tree.getByRole('treeitem', { name: /^refund\.ts/ })).toBeVisible();
    await page.getByRole('textbox', { name: 'Filter files' }).focus();
    await page.keyboard.press('Tab');
    await expect(tree).toBeFocused();
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { name: 'src/payments/charge-card.ts' })).toBeVisible();
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    await expect(tree.getByRole('treeitem', { name: /^payments/ })).toHaveAttribute('aria-expanded', 'false');
    await page.keyboard.press('ArrowRight');
    await expect(tree.getByRole('treeitem', { name: /^payments/ })).toHaveAttribute('aria-expanded', 'true');
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { name: 'package.json' })).toBeVisible();
  });
  await test.step('G and a letter goes to every screen', async () => {
    for (const [letter, address, shown] of [
      ['s', /\/search$/, page.getByRole('textbox', { name: 'Search the code' })],
      ['d', /\/graph$/, page.getByRole('img', { name: /Import graph/ })],
      ['j', /\/jobs$/, page.getByRole('heading', { name: 'Jobs', exact: true })],
      ['w', new RegExp(`/projects/${demo.project.id}$`), page.getByRole('tree', { name: 'Files' })],
      ['p', /\/projects$/, page.getByRole('heading', { name: 'Projects', exact: true })],
    ] as const) {
      await page.getByRole('main').focus();
      await page.keyboard.press('g');
      await page.keyboard.press(letter);
      await expect(page).toHaveURL(address);
      // A screen that arrives late takes the focus of what was pressed before it.
      await expect(shown).toBeVisible();
    }
  });
  await test.step('G and a letter works in the tree too, where no file is called so', async () => {
    await page.goto(`/projects/${demo.project.id}`);
    const tree = page.getByRole('tree', { name: 'Files' });
    await expect(tree.getByRole('treeitem', { name: /^README/ })).toBeVisible();
    await tree.focus();
    await page.keyboard.press('g');
    await page.keyboard.press('s');
    await expect(page).toHaveURL(/\/search$/);
    await page.goBack();
    await expect(tree.getByRole('treeitem', { name: /^README/ })).toBeVisible();
    await tree.focus();
    await page.keyboard.press('p');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { name: 'package-lock.json' })).toBeVisible();
    await page.keyboard.press('g');
    await page.keyboard.press('p');
    await expect(page).toHaveURL(/\/projects$/);
  });
  await test.step('? shows the shortcuts and Escape closes them', async () => {
    await page.keyboard.press('?');
    const help = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
    await expect(help).toContainText('Workbench');
    await page.keyboard.press('Escape');
    await expect(help).toHaveCount(0);
  });
});

test('Tab starts at a link that skips to the content', async ({ page }) => {
  await page.goto('/projects');
  await expect(page.getByRole('heading', { name: 'Projects', exact: true })).toBeVisible();

  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to content' })).toBeFocused();
  await page.keyboard.press('Enter');

  await expect(page.getByRole('main')).toBeFocused();
});
