import type { Page } from '@playwright/test';
import { judge } from './support/judge.ts';
import { expect, expectAccessible, test } from './support/test.ts';

test.use({ colorScheme: 'dark' });

/** Every screen with what shows that it has loaded. `$` stands for the address of the demo project. */
const screens = [
  { name: 'projects', path: '/projects', shows: (page: Page) => page.getByRole('link', { name: 'shop', exact: true }) },
  { name: 'connect', path: '/projects?connect=true', shows: (page: Page) => page.getByRole('dialog') },
  { name: 'archive', path: '/projects?archived=true', shows: (page: Page) => page.getByText('No project is archived') },
  { name: 'workbench', path: '$', shows: (page: Page) => page.getByText('Choose a file') },
  {
    name: 'file',
    path: '$?path=src/payments/charge-card.ts&line=6-11',
    // Colours come from a worker, after the text.
    shows: (page: Page) => page.locator('.code-view [data-line] span').first(),
  },
  { name: 'secret', path: '$?path=.env', shows: (page: Page) => page.getByText('looks like it holds secrets') },
  { name: 'search', path: '$/search', shows: (page: Page) => page.getByText('Find the code that matters') },
  { name: 'results', path: '$/search?q=charge%20a%20card', shows: (page: Page) => page.locator('.hit').first() },
  { name: 'graph', path: '$/graph', shows: (page: Page) => page.locator('.graph-canvas canvas').first() },
  { name: 'jobs', path: '/jobs', shows: (page: Page) => page.getByRole('row', { name: /Index shop/ }).first() },
  { name: 'settings', path: '/settings', shows: (page: Page) => page.getByText('Embedded, in the data directory') },
  { name: 'models', path: '/settings/models', shows: (page: Page) => page.getByText('Set OPENAI_API_KEY to a key') },
  { name: 'not-found', path: '/nowhere', shows: (page: Page) => page.getByRole('main').getByRole('link') },
];

// One load of each screen serves both themes and every width: what follows the window and the theme follows them at once.
for (const { name, path, shows } of screens) {
  test(`${name}: no accessibility violation in dark or light, no sideways scroll in a narrow window`, async ({
    page,
    demo,
  }) => {
    await page.goto(path.replace('$', `/projects/${demo.project.id}`));
    await expect(shows(page)).toBeVisible();
    await judge(page, name, { widths: [1024, 400], narrow: () => expect(shows(page)).toBeVisible() });
  });
}

test.describe('on a phone', () => {
  test.use({ viewport: { width: 400, height: 800 } });
  test('tree, outline, pack and graph facts are reached through drawers', async ({ page, demo }) => {
    const home = `/projects/${demo.project.id}`;
    await page.goto(home);
    await page.getByRole('button', { name: 'Files', exact: true }).click();
    const files = page.getByRole('dialog', { name: 'Files' });
    await files.getByRole('treeitem', { name: /^README/ }).click();
    await expect(files).toHaveCount(0);
    await expect(page.getByRole('heading', { name: 'README.md' })).toBeVisible();
    await page.getByRole('button', { name: 'Outline, imports, references and cards' }).click();
    await expect(page.getByRole('dialog', { name: 'About this file' })).toBeVisible();
    await expectAccessible(page);

    await page.goto(`${home}/search?q=card`);
    await page.getByRole('button', { name: 'Pack context for a model' }).click();
    await expect(page.getByRole('dialog').getByRole('button', { name: 'Build the pack' })).toBeVisible();

    await page.goto(`${home}/graph`);
    await page.getByRole('button', { name: 'Selection, cycles and packages' }).click();
    await expect(page.getByRole('dialog', { name: 'Dependencies' })).toContainText('zod');
  });
});

test('open dialogs, drawers and menus have no accessibility violation', async ({ page, demo }) => {
  await page.goto('/projects');
  await page.getByRole('button', { name: 'Actions for shop' }).click();
  await expect(page.getByRole('menuitem', { name: 'Rename' })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('menuitem', { name: 'Delete…' }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await expectAccessible(page);

  await page.goto(`/projects/${demo.project.id}`);
  await page.getByRole('button', { name: '9 files' }).click();
  const report = page.getByRole('dialog', { name: 'Index of shop' });
  await report.getByRole('tab', { name: 'Skipped files' }).click();
  await expect(report).toContainText('.env');
  await page.screenshot({ path: 'test-results/screens/report.png' });
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Search and commands' }).fill('card');
  await expect(page.getByRole('option', { name: /chargeCard/ })).toBeVisible();
  await page.screenshot({ path: 'test-results/screens/palette.png' });
  await expectAccessible(page);

  await page.goto('/jobs');
  await page
    .getByRole('row', { name: /Index shop/ })
    .first()
    .getByRole('button')
    .click();
  await expect(page.getByRole('dialog')).toContainText('"parsed"');
  await page.screenshot({ path: 'test-results/screens/job.png' });
  await expectAccessible(page);
});
