import { fillers } from './support/repository.ts';
import { connect, expect, test } from './support/test.ts';

test('progress goes on after a reload, on every screen, until the code is there; another tab sees it too', async ({
  page,
  context,
  client,
  newRepository,
}) => {
  const repository = newRepository('large', fillers(2500));
  const project = await connect(client, repository);
  await page.goto(`/projects/${project.id}`);
  const bar = page.getByRole('progressbar', { name: /Progress of Index large/ });
  const value = async () => Number(await bar.getAttribute('aria-valuenow'));

  await expect.poll(value, { timeout: 30_000 }).toBeGreaterThan(20);
  await page.reload();
  const after = await value();
  await expect.poll(value, { timeout: 30_000 }).toBeGreaterThan(after);
  const other = await context.newPage();
  await other.goto('/projects');
  await expect(other.getByRole('progressbar', { name: /Progress of Index large/ })).toBeVisible();

  await expect(page.getByRole('treeitem', { name: /^src/ })).toBeVisible({ timeout: 45_000 });
  await expect(other.getByRole('row', { name: /large/ })).toContainText('ready');
  await expect(bar).toHaveCount(0);
});

test('a running index is cancelled from its banner and says so', async ({ page, client, newRepository }) => {
  const repository = newRepository('stopped', fillers(2500));
  const project = await connect(client, repository);
  await page.goto(`/projects/${project.id}`);
  await expect(page.getByRole('progressbar', { name: /Progress of Index stopped/ })).toBeVisible({ timeout: 30_000 });

  await page.getByRole('button', { name: 'Cancel' }).click();

  await expect(page.getByText('Nothing is indexed yet')).toBeVisible({ timeout: 20_000 });
  await page.getByRole('link', { name: 'Show jobs' }).click();
  await expect(page.getByRole('row', { name: /Index stopped/ }).first()).toContainText('cancelled');
});
