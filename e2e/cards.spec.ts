import type { Page } from '@playwright/test';
import { show } from './support/judge.ts';
import { connect, expect, expectAccessible, expectNoSidewaysScroll, indexed, test } from './support/test.ts';

const queue = `export class Queue {
  push(job: string): number {
    return job.length;
  }
}

export function drain(queue: Queue): number {
  return queue.push('x') + 1;
}
`;

test('code, definitions and notes are kept as cards, put in order, and brought up to date when the code moves on (D14)', async ({
  page,
  client,
  newRepository,
}) => {
  const repository = newRepository('keeping', { 'src/queue.ts': queue, 'README.md': '# Queues\n' });
  const project = await indexed(client, await connect(client, repository));
  await page.goto(`/projects/${project.id}?path=src/queue.ts&line=7-9`);

  await test.step('nothing is kept yet', async () => {
    await page.getByRole('tab', { name: 'Cards' }).click();
    await expect(page.getByText('Nothing is kept yet')).toBeVisible();
    await expectAccessible(page);
  });

  await test.step('selected lines, a definition and a note become cards', async () => {
    await page.getByRole('button', { name: 'Keep lines 7-9 as a card' }).click();
    await expect(rows(page)).toHaveText([/^src\/queue\.ts:7-9/]);
    await page.getByRole('tab', { name: 'Outline' }).click();
    await page.getByRole('listitem').filter({ hasText: 'push' }).hover();
    await page.getByRole('button', { name: 'Keep push as a card' }).click();
    await expect(page.getByRole('button', { name: 'Kept as a card' })).toBeVisible();
    await page.getByRole('tab', { name: 'Cards' }).click();
    await page.getByRole('button', { name: 'Add a card' }).click();
    await page.screenshot({ path: 'test-results/screens/cards-add.png' });
    await expectAccessible(page);
    await page.getByRole('menuitem', { name: 'Note…' }).click();
    const dialog = page.getByRole('dialog', { name: 'New note' });
    await expect(dialog.getByLabel('Text')).toBeFocused();
    await expectAccessible(page);
    await dialog.getByLabel('Text').fill('Retries are counted <b>twice</b>.');
    await dialog.getByRole('button', { name: 'Keep' }).click();
    await expect(titles(page)).toHaveText([/7-9/, /Queue\.push/, /counted <b>twice/]);
    await expect(page.getByText(/^3 cards · \d+ tokens$/)).toBeVisible();
  });

  await test.step('they are put in order with the keyboard and by dragging', async () => {
    await titles(page).last().focus();
    await page.keyboard.press('Alt+ArrowUp');
    await expect(titles(page)).toHaveText([/7-9/, /counted/, /Queue\.push/]);
    await expect(titles(page).nth(1)).toBeFocused();
    await rows(page)
      .nth(2)
      .dragTo(rows(page).first(), { targetPosition: { x: 60, y: 3 } });
    await expect(titles(page)).toHaveText([/Queue\.push/, /7-9/, /counted/]);
  });

  await test.step('a note is edited; what is removed can be put back', async () => {
    await titles(page).last().click();
    const dialog = page.getByRole('dialog');
    await expect(dialog.getByLabel('Text')).toHaveValue('Retries are counted <b>twice</b>.');
    await page.screenshot({ path: 'test-results/screens/card-editor.png' });
    await expectAccessible(page);
    await dialog.getByLabel('Title').fill('Counting');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await expect(titles(page).last()).toHaveText('Counting');
    await page.getByRole('button', { name: 'Actions for Counting' }).click();
    await page.getByRole('menuitem', { name: 'Remove' }).click();
    await expect(titles(page)).toHaveCount(2);
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect(titles(page)).toHaveText([/Queue\.push/, /7-9/, 'Counting']);
  });

  await test.step('the code moves on: the cards say so, and one press brings them along', async () => {
    repository.write({ 'src/queue.ts': `// Queues.\n${queue.replace('job.length', 'job.length * 2')}` });
    await client.codebase.index({ projectId: project.id });
    await expect(page.getByRole('button', { name: /^moved: .*src\/queue\.ts:8-10/ })).toBeVisible({ timeout: 30_000 });
    await expect(page.getByRole('button', { name: /^changed: / })).toBeVisible();
    for (const scheme of ['dark', 'light'] as const) {
      await show(page, scheme);
      await page.screenshot({ path: `test-results/screens/cards-${scheme}.png` });
      await expectAccessible(page);
    }
    await page.getByRole('button', { name: /^moved: / }).click();
    await expect(page.getByRole('button', { name: /^moved: / })).toHaveCount(0);
    await page.getByRole('button', { name: /^changed: / }).click();
    await expect(page.getByRole('button', { name: /^changed: / })).toHaveCount(0);
    await titles(page).nth(1).click();
    await expect(page).toHaveURL(/line=8-10/);
    await page.getByRole('button', { name: 'Actions for src/queue.ts:8-10' }).click();
    await page.getByRole('menuitem', { name: 'Read and edit' }).click();
    await expect(page.getByRole('dialog').getByLabel('Content')).toContainText('export function drain');
    await page.screenshot({ path: 'test-results/screens/card-content.png' });
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toHaveCount(0);
  });

  await test.step('the filter and the drawer of a narrow window', async () => {
    await page.getByRole('textbox', { name: 'Filter the cards' }).fill('nowhere');
    await expect(page.getByText('No card has these words')).toBeVisible();
    await page.getByRole('textbox', { name: 'Filter the cards' }).fill('counting');
    await expect(titles(page)).toHaveText(['Counting']);
    await page.setViewportSize({ width: 400, height: 800 });
    await page.getByRole('button', { name: 'Outline, imports, references and cards' }).click();
    await expect(
      page.getByRole('dialog', { name: 'About this file' }).getByRole('tab', { name: 'Cards' }),
    ).toBeVisible();
    await page.screenshot({ path: 'test-results/screens/cards-400.png' });
    await expectAccessible(page);
    await expectNoSidewaysScroll(page);
  });
});

function rows(page: Page) {
  return page.locator('.card-list > li');
}

function titles(page: Page) {
  return page.locator('.card-list .card-title');
}
