import { judge } from './support/judge.ts';
import { connectAs, enter, inviteAs, openBrowser, test } from './support/team.ts';
import { expect, expectAccessible } from './support/test.ts';

const press = 'ada/press';

test.use({ colorScheme: 'dark' });

test.beforeAll(async ({ github }) => {
  await github.addRepository({ fullName: press, files: { 'print.ts': 'export const print = 1;\n' } });
});

test('a viewer reads a project and is offered nothing that the server would refuse (B10)', async ({
  page,
  browser,
}) => {
  await enter(page, 'ada');
  const id = await connectAs(page, press, 'press');
  await inviteAs(page, id, 'vera', 'viewer');
  const theirs = await openBrowser(browser);
  await enter(theirs, 'vera');
  await theirs.getByRole('button', { name: 'Accept press' }).click();
  await expect(theirs.getByRole('link', { name: 'Members. You are Viewer' })).toBeVisible();

  await theirs.goto(`/projects/${id}?path=print.ts`);
  await expect(theirs.getByText('Category: source')).toBeVisible({ timeout: 40_000 });
  await expect(theirs.getByRole('button', { name: /^Category: |^Branch or tag: |^Index again/ })).toHaveCount(0);
  await expect(theirs.getByText('Branch or tag: default branch')).toBeAttached();
  await judge(theirs, 'viewer-file');

  await theirs.keyboard.press('Control+k');
  const palette = theirs.getByRole('listbox', { name: 'Results' });
  for (const name of ['Members of this project', 'GitHub connection', 'Audit log', 'Account', 'Sessions', 'API keys']) {
    await expect(palette.getByRole('option', { name })).toBeAttached();
  }
  await expect(palette.getByRole('option', { name: 'People' })).toHaveCount(0);
  await theirs.getByRole('combobox', { name: 'Search and commands' }).fill('members of');
  await theirs.keyboard.press('Enter');
  await expect(theirs.getByRole('heading', { name: 'Who may do what' })).toBeVisible();
  await expect(theirs.getByRole('button', { name: 'Invite' })).toHaveCount(0);
  await expect(theirs.getByRole('combobox')).toHaveCount(0);
  await judge(theirs, 'viewer-members');

  await theirs.goto('/settings/people');
  await expect(theirs.getByText('Only administrators see who can sign in')).toBeVisible();
  await judge(theirs, 'people-forbidden');
  await theirs.goto('/settings/audit');
  const accepted = new RegExp(`Invitation accepted.*Vera Rubin.*invitation.*${id}`);
  await expect(theirs.getByRole('row', { name: accepted })).toBeVisible();
  await expect(theirs.getByRole('button', { name: 'Verify' })).toHaveCount(0);
  await theirs.context().close();
});

test('without a mouse the focus stays at hand: invite, withdraw, create and revoke a key, go elsewhere', async ({
  page,
}) => {
  await enter(page, 'ada');
  const id = await connectAs(page, press, 'by keyboard');
  await page.goto(`/projects/${id}/members`);
  const invite = page.getByRole('button', { name: 'Invite', exact: true });
  await invite.press('Enter');
  await expect(page.getByRole('textbox', { name: 'Name on GitHub' })).toBeFocused();
  await page.keyboard.type('vera');
  await page.keyboard.press('Enter');
  const withdraw = page.getByRole('button', { name: 'Withdraw the invitation of vera' });
  await expect(withdraw).toBeVisible();
  await expect(invite).toBeFocused();
  await withdraw.press('Enter');
  await expect(withdraw).toHaveCount(0);
  await expect(invite).toBeFocused();

  await page.goto('/settings/keys');
  const create = page.getByRole('button', { name: 'Create key' });
  await create.press('Enter');
  await expect(page.getByRole('textbox', { name: 'Name' })).toBeFocused();
  await page.keyboard.type('by keyboard');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'I have copied it' })).toBeFocused();
  await expectAccessible(page);
  await page.keyboard.press('Enter');
  await expect(create).toBeFocused();
  await page.getByRole('button', { name: 'Revoke by keyboard' }).press('Enter');
  await expect(page.getByText('No API keys')).toBeVisible();
  await expect(create).toBeFocused();

  await page.getByRole('button', { name: 'Search and commands' }).press('Enter');
  await expect(page.getByRole('combobox', { name: 'Search and commands' })).toBeFocused();
  await page.keyboard.type('audit');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Key revoked' }).first()).toBeVisible();
  const entry = page.getByRole('button', { name: 'Key revoked' }).first();
  await entry.press('Enter');
  await expect(page.getByRole('dialog', { name: 'Key revoked' })).toContainText('by keyboard');
  await page.keyboard.press('Escape');
  await expect(entry).toBeFocused();

  await page.getByRole('combobox', { name: 'Action' }).focus();
  await page.keyboard.type('Key rev');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Clear', exact: true }).press('Enter');
  await expect(page.getByRole('combobox', { name: 'Action' })).toBeFocused();
});

test('the page of a project that is left by a link inside it hands the focus to the next page', async ({ page }) => {
  await enter(page, 'ada');
  const id = await connectAs(page, press, 'left');
  await page.goto('/projects');

  await page.getByRole('button', { name: 'Actions for left' }).press('Enter');
  await page.getByRole('menuitem', { name: 'Members' }).press('Enter');

  await expect(page).toHaveURL(new RegExp(`/projects/${id}/members`));
  await expect(page.getByRole('main')).toBeFocused();
});

test.describe('with what is refused on purpose', () => {
  test.use({ expectedErrors: [/status of 429/] });

  test('who asks too often reads when to try again, in both themes', async ({ page }) => {
    await enter(page, 'ada');
    const error = {
      code: 'too_many_requests',
      message: 'Too many requests. Try again in 12 seconds.',
      requestId: 'req-1',
    };
    await page.route('**/api/v1/audit*', (route) =>
      route.fulfill({ status: 429, headers: { 'retry-after': '12' }, json: { error } }),
    );

    await page.goto('/settings/audit');

    await expect(page.getByRole('alert')).toContainText('Try again in 12 seconds');
    await judge(page, 'limited');
    await page.unroute('**/api/v1/audit*');
    await page.getByRole('button', { name: 'Try again' }).press('Enter');
    await expect(page.getByRole('button', { name: 'Sign in succeeded' }).first()).toBeVisible();
  });
});
