import type { Locator, Page } from '@playwright/test';
import { judge } from './support/judge.ts';
import { test as teamTest } from './support/model.ts';
import { connectAs, enter, inviteAs, openBrowser } from './support/team.ts';
import { expect, expectAccessible, test } from './support/test.ts';

test.use({ colorScheme: 'dark' });

test('without a model ideas are written down, changed, put aside and made issues, with the keyboard too (D17)', async ({
  page,
  client,
  demo,
}) => {
  test.setTimeout(180_000);
  const projectId = demo.project.id;
  await page.goto(`/projects/${projectId}/ideas`);

  await test.step('nothing yet, and what to set to have the code looked through', async () => {
    await expect(page.getByText('No open ideas')).toBeVisible();
    await judge(page, 'ideas-empty');
    await page.getByRole('button', { name: 'Look for ideas' }).click();
    const search = page.getByRole('dialog', { name: 'Look for ideas' });
    await expect(search.getByRole('note')).toContainText(/YUDAI_MODELS/);
    await expect(search.getByRole('button', { name: 'Look for ideas' })).toBeDisabled();
    await expectAccessible(page);
    await page.keyboard.press('Escape');
  });

  await test.step('an idea is written down with a place in the code, which is looked up', async () => {
    await page.getByRole('button', { name: 'New idea' }).press('Enter');
    const form = page.getByRole('dialog', { name: 'New idea' });
    await expect(form.getByRole('textbox', { name: 'Title' })).toBeFocused();
    await page.keyboard.type('Say why a charge failed');
    await form.getByRole('textbox', { name: 'Description' }).fill('Customers read nothing.\n<b>Nothing</b> at all.');
    await form.getByRole('textbox', { name: 'Evidence' }).fill('somewhere');
    await expect(form.getByText(/names no place/)).toBeVisible();
    await form
      .getByRole('textbox', { name: 'Evidence' })
      .fill('src/payments/charge-card.ts:6-11 only refunds\nsrc/gone.ts:1-2 was here');
    await judge(page, 'idea-form');
    await form.getByRole('button', { name: 'Write it down' }).press('Enter');
    await expect(titles(page)).toHaveText(['Say why a charge failed']);
    await expect(page.locator('.idea .cite[data-state="verified"]')).toHaveCount(1);
    await expect(page.locator('.idea .cite[data-state="missing"]')).toContainText('not found');
  });

  await test.step('what others write shows by itself; arrows go from title to title, Enter shows all', async () => {
    await client.issues.createIdea({ projectId, title: 'Try charges again later', complexity: 'L' });
    await expect(titles(page)).toHaveText(['Try charges again later', 'Say why a charge failed']);
    await titles(page).first().focus();
    await page.keyboard.press('ArrowDown');
    await expect(titles(page).last()).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(titles(page).last()).toHaveAttribute('aria-expanded', 'true');
    await expect(page.getByText('only refunds')).toBeVisible();
    await expect(page.locator('.idea b')).toHaveCount(0);
    await judge(page, 'ideas');
  });

  await test.step('edited, put aside, taken up again', async () => {
    await page.getByRole('button', { name: 'Actions for Try charges again later' }).click();
    await page.getByRole('menuitem', { name: 'Edit…' }).click();
    const form = page.getByRole('dialog', { name: 'Edit the idea' });
    await form.getByRole('textbox', { name: 'Title' }).fill('Try a charge again at night');
    await form.getByRole('button', { name: 'Save' }).click();
    await expect(titles(page).first()).toHaveText('Try a charge again at night');
    await page.getByRole('button', { name: 'Actions for Try a charge again at night' }).click();
    await page.getByRole('menuitem', { name: 'Dismiss' }).click();
    await expect(titles(page)).toHaveText(['Say why a charge failed']);
    await page.getByText('Dismissed 1').click();
    await expect(page).toHaveURL(/status=dismissed/);
    await page.getByRole('button', { name: 'Take Try a charge again at night up again' }).click();
    await expect(page.getByText('No idea was put aside')).toBeVisible();
    await page.getByText('Open 2').click();
    await expect(titles(page)).toHaveCount(2);
  });

  await test.step('a source opens where it is', async () => {
    await page.getByRole('button', { name: 'Open src/payments/charge-card.ts:6-11' }).click();
    await expect(page).toHaveURL(/line=6-11/);
    await expect(page.getByRole('heading', { name: 'src/payments/charge-card.ts' })).toBeVisible();
    await page.goBack();
  });

  await test.step('made an issue as it stands, once', async () => {
    await page.getByRole('button', { name: 'Actions for Say why a charge failed' }).click();
    await page.getByRole('menuitem', { name: 'Make an issue as it stands' }).click();
    await expect(page).toHaveURL(/\/issues\/iss_/);
    await page.goto(`/projects/${projectId}/ideas?status=promoted`);
    await page.getByRole('link', { name: 'Open the issue of Say why a charge failed' }).click();
    await expect(page).toHaveURL(/\/issues\/iss_/);
    expect((await client.issues.statistics({ projectId })).total).toBe(1);
  });

  await test.step('a draft without a model says what to set, and begins by hand', async () => {
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Search and commands' }).fill('draft an');
    await page.keyboard.press('Enter');
    const draft = page.getByRole('dialog', { name: 'Draft an issue' });
    await expect(draft.getByRole('note')).toContainText(/YUDAI_MODELS/);
    await expect(draft.getByRole('textbox', { name: 'What should be done?' })).toBeFocused();
    await expect(draft.getByRole('button', { name: 'Write by hand' })).toBeDisabled();
    await page.keyboard.type('Charge in cents\nnot in dollars');
    await judge(page, 'draft-issue-no-model');
    await page.keyboard.press('Control+Enter');
    await expect(page).toHaveURL(/\/issues\/iss_/);
    await expect(page.getByRole('textbox', { name: 'Title' })).toHaveValue('Charge in cents');
  });

  await test.step('cards are picked for a draft', async () => {
    const card = await client.cards.create({
      projectId,
      from: { source: 'note', content: 'Charges happen at night.' },
    });
    await page.goto(`/projects/${projectId}`);
    await page.getByRole('tab', { name: 'Cards' }).click();
    await page.getByRole('checkbox', { name: `Pick ${card.title}` }).focus();
    await page.keyboard.press('Space');
    await expect(page.getByText(/^1 picked · \d+ tokens$/)).toBeVisible();
    await page.screenshot({ path: 'test-results/screens/cards-picked.png' });
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Draft an issue' }).click();
    const draft = page.getByRole('dialog', { name: 'Draft an issue' });
    await expect(draft.getByRole('list', { name: 'The architect is given' })).toContainText(card.title);
    await page.keyboard.press('Escape');
    await client.cards.remove({ projectId, id: card.id });
  });
  for (const { id } of (await client.issues.list({ projectId })).items) await client.issues.remove({ projectId, id });
});

teamTest.describe('with a model', () => {
  const repository = 'ada/mill';
  const file = 'export function grind(corn: number): number {\n  return corn * 2;\n}\n';
  const cite = 'mill.ts:1-3';

  teamTest.use({ colorScheme: 'dark' });
  teamTest.beforeAll(async ({ github }) => {
    await github.addRepository({ fullName: repository, files: { 'mill.ts': file } });
  });

  teamTest(
    'the code is looked through, which can be stopped; a viewer reads what was found (D17 B10)',
    async ({ page, browser, model }) => {
      teamTest.setTimeout(180_000);
      model.reset();
      await enter(page, 'ada');
      const id = await connectAs(page, repository, 'mill');
      await inviteAs(page, id, 'vera', 'viewer');
      await page.goto(`/projects/${id}`);
      await expect(page.getByRole('treeitem', { name: /^mill/ })).toBeVisible({ timeout: 40_000 });
      await page.getByRole('link', { name: 'Issues' }).click();
      await page.getByRole('link', { name: 'Ideas' }).click();

      await teamTest.step('stopped', async () => {
        model.say({ text: 'long '.repeat(40), holdAfter: 2 });
        await look(page);
        await model.held();
        await expect(page.getByRole('progressbar', { name: 'Progress of Look for ideas' })).toBeVisible();
        await judge(page, 'ideas-search');
        await page.getByRole('button', { name: 'Cancel' }).click();
        await expect(page.getByRole('progressbar')).toHaveCount(0);
        model.release();
      });

      await teamTest.step('failed, in words', async () => {
        model.say({ status: 401 });
        await look(page);
        await expect(
          page
            .getByRole('main')
            .getByRole('alert')
            .filter({ hasText: /model|key/i }),
        ).toBeVisible();
        await judge(page, 'ideas-failed');
        await page.getByRole('button', { name: 'Hide this' }).click();
      });

      await teamTest.step('found', async () => {
        const evidence = [{ cite, note: 'doubles' }];
        const idea = { title: 'Grind once', description: 'Corn is ground twice.', evidence, complexity: 'S' };
        model.say({ text: JSON.stringify({ ideas: [idea] }) });
        await look(page, 'grinding');
        await expect(titles(page)).toHaveText(['Grind once']);
        await expect(page.locator('.idea .cite[data-state="verified"]')).toHaveCount(1);
        expect(model.requests.at(-1)?.body).toContain('grinding');
      });

      await teamTest.step('read by a viewer', async () => {
        const theirs = await openBrowser(browser);
        await enter(theirs, 'vera');
        await theirs.getByRole('button', { name: 'Accept mill' }).click();
        await expect(theirs.getByRole('link', { name: 'Members. You are Viewer' })).toBeVisible();
        await theirs.goto(`/projects/${id}/ideas`);
        await expect(titles(theirs)).toHaveText(['Grind once']);
        await expect(
          theirs.getByRole('button', { name: /New idea|Look for ideas|Draft an issue|Actions for Grind/ }),
        ).toHaveCount(0);
        await judge(theirs, 'ideas-viewer');
        await theirs.context().close();
      });
    },
  );
});

async function look(page: Page, about = ''): Promise<void> {
  await page.getByRole('button', { name: 'Look for ideas' }).click();
  const search = page.getByRole('dialog', { name: 'Look for ideas' });
  await search.getByRole('textbox', { name: 'What to look for, or where' }).fill(about);
  await search.getByRole('button', { name: 'Look for ideas' }).click();
  await expect(search).toHaveCount(0);
}

function titles(page: Page): Locator {
  return page.locator('.idea-title');
}
