import { shop } from './support/repository.ts';
import { expect, test } from './support/test.ts';

test('from a folder to its code: connect, watch, read, search, look at the graph, see the jobs', async ({
  page,
  newRepository,
}) => {
  const repository = newRepository('corner-shop', shop);

  await test.step('connect', async () => {
    await page.goto('/');
    await page.getByRole('button', { name: 'Connect', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: 'Connect a repository' });
    await dialog.getByLabel('Folder or https address').fill(repository.folder);
    await dialog.getByRole('button', { name: 'Check' }).click();
    await expect(dialog.getByRole('status')).toContainText('Found 1 branch and 0 tags');
    await expect(dialog.getByLabel('Name')).toHaveValue('corner-shop');
    await dialog.getByRole('button', { name: 'Connect' }).click();
    await expect(page).toHaveURL(/\/projects\/prj_/);
    await expect(page).toHaveTitle(/corner-shop/);
  });
  const tree = page.getByRole('tree', { name: 'Files' });
  await test.step('the tree appears by itself', async () => {
    await expect(tree.getByRole('treeitem', { name: /^src/ })).toBeVisible({ timeout: 30_000 });
    await expect(page.getByRole('button', { name: '9 files' })).toBeVisible();
  });
  const code = page.locator('.code-view');
  await test.step('open a file', async () => {
    await tree.getByRole('treeitem', { name: /^src/ }).click();
    await tree.getByRole('treeitem', { name: /^payments/ }).click();
    await tree.getByRole('treeitem', { name: /^charge-card\.ts/ }).click();
    await expect(page.getByRole('heading', { name: 'src/payments/charge-card.ts' })).toBeVisible();
    await expect(code).toContainText('charged');
    await tree.getByRole('treeitem', { name: /^\.env/ }).click();
    await expect(page.getByText('looks like it holds secrets')).toBeVisible();
    await page.goBack();
    await expect(code).toContainText('charged');
  });
  await test.step('its outline, imports and references', async () => {
    const outline = page.getByRole('tabpanel', { name: 'Outline' });
    await outline
      .getByRole('button', { name: /^. ?chargeCard|chargeCard \d+/ })
      .first()
      .click();
    await expect(page).toHaveURL(/line=6-11/);
    await outline.getByRole('button', { name: 'References to chargeCard' }).click();
    await expect(page.getByRole('tabpanel', { name: 'References' })).toContainText('place-order.ts');
    await page.getByRole('tab', { name: 'Imports' }).click();
    await expect(page.getByRole('tabpanel', { name: 'Imports' })).toContainText('refund.ts');
  });
  await test.step('search: ranked, by pattern, by symbol', async () => {
    await page.getByRole('link', { name: 'Search code' }).click();
    const box = page.getByRole('textbox', { name: 'Search the code' });
    const hits = page.getByRole('listitem').filter({ has: page.getByRole('link') });
    await box.fill('a declined card is charged again');
    await box.press('Enter');
    await expect(hits.first()).toContainText('src/payments/charge-card.ts');
    await expect(hits.first().getByRole('list', { name: 'Why it is here' })).toContainText('%');
    await page.getByText('Regex', { exact: true }).click();
    await box.fill('refunded \\$');
    await box.press('Enter');
    await expect(hits).toHaveCount(1);
    await expect(hits.first()).toContainText('refund.ts:4');
    await page.getByText('Symbol', { exact: true }).click();
    await box.fill('OrderBook');
    await box.press('Enter');
    await expect(hits.first()).toContainText('src/orders/place-order.ts:9-16');
    await hits.first().getByRole('link').click();
    await expect(page).toHaveURL(/path=src%2Forders%2Fplace-order\.ts&line=%229-16%22|line=9-16/);
    await expect(code).toContainText('OrderBook');
  });
  await test.step('the graph, as a picture and as a table, and from it back to the file', async () => {
    await page.getByRole('link', { name: 'Dependencies' }).click();
    await expect(page.getByRole('img', { name: /Import graph of \d+ files/ })).toBeVisible();
    await expect(page.getByText('Import cycles (1)')).toBeVisible();
    await page.getByRole('combobox', { name: 'Find a file' }).fill('refund');
    await page.getByRole('option', { name: 'src/payments/refund.ts' }).click();
    const marked = page.getByRole('region', { name: 'Marked file' });
    await expect(marked).toContainText('Imported by (1)');
    await page.getByText('Table', { exact: true }).click();
    await expect(page.getByRole('row', { name: /refund\.ts/ })).toBeVisible();
    await marked.getByRole('button', { name: 'Open the file' }).click();
    await expect(page.getByRole('heading', { name: 'src/payments/refund.ts' })).toBeVisible();
  });
  await test.step('the jobs have ended', async () => {
    await page.getByRole('link', { name: 'Jobs' }).click();
    const row = page.getByRole('row', { name: /Index corner-shop/ }).first();
    await expect(row).toContainText('done');
    await row.getByRole('button').click();
    const drawer = page.getByRole('dialog', { name: 'Index corner-shop' });
    await expect(drawer).toContainText('100%');
    await expect(drawer.getByText('"parsed"')).toBeVisible();
  });
});

test('a pack for a model is built under a budget and can be copied', async ({ page, demo }) => {
  await page.goto(`/projects/${demo.project.id}/search?q=charge%20a%20card`);
  const side = page.getByRole('complementary', { name: 'Pack context for a model' });

  await side.getByRole('button', { name: 'Build the pack' }).click();

  await expect(side).toContainText('charge-card.ts');
  await expect(side.getByText(/tokens/).first()).toBeVisible();
});

test('a pack starts with files that were chosen in the tree, the code and the results', async ({ page, demo }) => {
  await page.goto(`/projects/${demo.project.id}?path=src/payments/refund.ts`);
  await page.getByRole('button', { name: 'Add to the pack' }).click();
  const tree = page.getByRole('tree', { name: 'Files' });
  await tree.getByRole('treeitem', { name: /^README/ }).hover();
  await tree
    .getByRole('treeitem', { name: /^README/ })
    .getByTitle('Add to the pack')
    .click();
  await tree.focus();
  await page.keyboard.press('End');
  await page.keyboard.press('Shift+Enter');
  await expect(tree.getByRole('treeitem', { name: /^package\.json.*in the pack/ })).toBeVisible();
  await expect(page.getByRole('heading', { name: 'src/payments/refund.ts' })).toBeVisible();

  await page.getByRole('link', { name: 'Pack with 3 files' }).click();
  const side = page.getByRole('complementary', { name: 'Pack context for a model' });
  const chosen = side.getByRole('region', { name: 'Chosen files (3)' });
  await chosen.getByRole('button', { name: 'Take README.md out of the pack' }).click();
  await page.getByRole('textbox', { name: 'Search the code' }).fill('OrderBook');
  await page.getByRole('textbox', { name: 'Search the code' }).press('Enter');
  const hit = page.getByRole('listitem').filter({ hasText: 'src/orders/place-order.ts:' }).first();
  await hit.getByRole('button', { name: 'Add to the pack' }).click();
  await page.reload();
  await side.getByRole('button', { name: 'Build the pack' }).click();

  const packed = side.getByRole('list', { name: 'In the pack' }).getByRole('listitem');
  await expect(packed.nth(0)).toContainText('src/payments/refund.ts');
  await expect(packed.nth(1)).toContainText('package.json');
  await expect(packed.nth(2)).toContainText('src/orders/place-order.ts');
});

test('skipped files are shown by reason, with the count of each', async ({ page, demo }) => {
  await page.goto(`/projects/${demo.project.id}`);
  await page.getByRole('button', { name: '9 files' }).click();
  const report = page.getByRole('dialog', { name: 'Index of shop' });
  await report.getByRole('tab', { name: 'Skipped files' }).click();
  await expect(report.getByRole('button', { name: 'All 2' })).toHaveAttribute('aria-pressed', 'true');
  await expect(report.getByRole('listitem')).toHaveText([/\.env.*secret/, /package-lock\.json.*lock/]);

  await report.getByRole('button', { name: 'Lock files 1' }).click();

  await expect(report.getByRole('listitem')).toHaveText([/package-lock\.json/]);
});
