import { readFileSync } from 'node:fs';
import { createClient } from '@yudai/contract/client';
import { localUrl, teamUrl } from './support/addresses.ts';
import { judge } from './support/judge.ts';
import { enter, signIn, test, userMenu } from './support/team.ts';
import { expect, expectAccessible } from './support/test.ts';

// What the browser says of answers that the tests are about: a session that has ended, a code that nobody waits under.
const refused = [/status of 40[14]|WebSocket connection .* failed/];

test('who is not signed in comes back to the page they asked for, and is welcomed once (B1 B4 B14)', async ({
  page,
}) => {
  await page.goto('/jobs?status=failed');
  await expect(page.getByRole('heading', { name: 'Sign in to Yudai' })).toBeVisible();
  await expect(page.getByRole('navigation')).toHaveCount(0);
  await signIn(page, 'ada');

  await expect(page.getByRole('heading', { name: 'Welcome, Ada Lovelace' })).toBeVisible();
  await page.getByRole('radio', { name: /^Learn/ }).check();
  await expect(page.getByText('The mentor comes in a later version')).toBeVisible();
  await page.getByRole('radio', { name: /^Work on a repository/ }).check();
  await page.getByText('Advanced', { exact: true }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page).toHaveURL(`${teamUrl}/jobs?status=failed`);

  await page.reload();
  await expect(page.getByRole('heading', { name: 'Jobs', exact: true })).toBeVisible();
  await expect(page).toHaveURL(`${teamUrl}/jobs?status=failed`);
});

test('signing out leaves nothing to see, and the page says why a sign-in failed (B4 B13)', async ({ page }) => {
  await enter(page, 'ada');
  await userMenu(page).click();
  await expect(page.getByRole('menu')).toContainText('Ada Lovelace');
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(page).toHaveURL(`${teamUrl}/sign-in`);
  await page.goto('/settings/keys');
  await expect(page).toHaveURL(`${teamUrl}/sign-in?next=%2Fsettings%2Fkeys`);

  await signIn(page, 'eve');
  await expect(page.getByRole('alert')).toContainText('You are not invited yet');
  await signIn(page, 'ada');
  await expect(page.getByText('No API keys')).toBeVisible();
});

test.describe('with what the server refuses on purpose', () => {
  test.use({ expectedErrors: refused });

  test('a session that is revoked elsewhere leads to the sign-in page, and back to where it was (B13)', async ({
    page,
    browser,
  }) => {
    const other = await browser.newPage({ baseURL: teamUrl });
    await enter(other, 'ada', '/jobs?status=completed');
    await enter(page, 'ada', '/settings/sessions');
    await expect(page.getByRole('row', { name: /This session/ })).toHaveCount(1);

    await page.getByRole('button', { name: 'Sign out everywhere' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Sign out' }).click();
    await expect(page.getByRole('row')).toHaveCount(2);

    await expect(other).toHaveURL(`${teamUrl}/sign-in?next=%2Fjobs%3Fstatus%3Dcompleted`);
    await signIn(other, 'ada');
    await expect(other).toHaveURL(`${teamUrl}/jobs?status=completed`);

    await page.reload();
    await page.getByRole('button', { name: /^Sign out Chrome on / }).click();
    await expect(other).toHaveURL(`${teamUrl}/sign-in?next=%2Fjobs%3Fstatus%3Dcompleted`);
    await other.close();
  });

  test('a device is let in or turned away by its code (B13)', async ({ page }) => {
    await page.goto('/device?user_code=NOBODYXX');
    await signIn(page, 'ada');
    await expect(page.getByText('No device waits under this code')).toBeVisible();

    const asked = await askForCode();
    await page.getByRole('textbox', { name: 'Code' }).fill(asked.userCode.toLowerCase());
    await page.getByRole('button', { name: 'Continue' }).click();
    await expect(page.getByText('The Yudai command line asks to be signed in as ada')).toBeVisible();
    await page.getByRole('button', { name: 'Approve' }).click();
    await expect(page.getByText('The Yudai command line is signed in.')).toBeVisible();
    const token = await tokenOf(asked.deviceCode);
    const device = createClient({ url: teamUrl, headers: () => ({ authorization: `Bearer ${token}` }) });
    expect((await device.accounts.get({})).username).toBe('ada');

    const second = await askForCode();
    await page.goto(`/device?user_code=${second.userCode}`);
    await page.getByRole('button', { name: 'Deny' }).click();
    await expect(page.getByText('The device was denied')).toBeVisible();
    expect(await tokenOf(second.deviceCode)).toBe('access_denied');
  });
});

test('a key is shown once, works, and stops working when it is revoked (B13)', async ({ page }) => {
  await enter(page, 'ada', '/settings/keys');
  await page.getByRole('button', { name: 'Create key' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('ci');
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Copy the key now' });
  const secret = (await dialog.locator('code').textContent()) ?? '';
  await page.keyboard.press('Escape');
  await expect(dialog).toBeVisible();
  const key = createClient({ url: teamUrl, headers: () => ({ authorization: `Bearer ${secret}` }) });
  expect((await key.accounts.get({})).username).toBe('ada');

  await dialog.getByRole('button', { name: 'I have copied it' }).click();
  await expect(page.getByRole('row', { name: /^ci yudai_.{4}… Read/ })).toBeVisible();
  expect(await page.content()).not.toContain(secret);
  await page.getByRole('button', { name: 'Revoke ci' }).click();
  await expect(page.getByText('No API keys')).toBeVisible();
  await expect(key.accounts.get({})).rejects.toMatchObject({ status: 401 });
});

test('an account is renamed, taken away as a file and deleted with its name typed in (B4 B14)', async ({ page }) => {
  await enter(page, 'grace', '/settings/account');
  await page.getByRole('textbox', { name: 'Name' }).fill('Admiral Hopper');
  await page.keyboard.press('Enter');
  await expect(page.getByText('Saved.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Signed in as Admiral Hopper' })).toBeVisible();

  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download' }).click();
  const file = await download;
  expect(file.suggestedFilename()).toMatch(/^yudai-grace-\d{4}-\d\d-\d\d\.json$/);
  expect(readFileSync(await file.path(), 'utf8')).toContain('Admiral Hopper');

  await page.getByRole('button', { name: 'Delete account…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Delete your account?' });
  await expect(dialog).toContainText('Entries of the audit log');
  await expect(dialog.getByRole('button', { name: 'Delete account' })).toBeDisabled();
  await dialog.getByRole('textbox').fill('grace');
  await dialog.getByRole('button', { name: 'Delete account' }).click();
  await expect(page).toHaveURL(`${teamUrl}/sign-in`);

  await signIn(page, 'grace');
  await expect(page.getByRole('heading', { name: 'Welcome, Grace Hopper' })).toBeVisible();
});

test('an administrator finds, suspends and restores somebody (B10)', async ({ page, browser }) => {
  const theirs = await browser.newPage({ baseURL: teamUrl });
  await enter(theirs, 'grace');
  await enter(page, 'ada', '/settings/people');
  await page.getByRole('textbox', { name: 'Find a person' }).fill('hopper');
  await expect(page.getByRole('row')).toHaveCount(2);
  const row = page.getByRole('row', { name: /grace/ });

  await row.getByRole('button').click();
  await page.getByRole('menuitem', { name: 'Suspend…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Suspend' }).click();
  await expect(row).toContainText('Suspended');
  await expect(theirs.getByRole('heading', { name: 'Sign in to Yudai' })).toBeVisible();
  await signIn(theirs, 'grace');
  await expect(theirs.getByRole('alert')).toContainText('Your account is suspended');

  await row.getByRole('button').click();
  await page.getByRole('menuitem', { name: 'Restore' }).click();
  await expect(row).toContainText('Active');
  await signIn(theirs, 'grace');
  await expect(userMenu(theirs)).toBeVisible();
  await theirs.close();
});

test.describe('in local mode', () => {
  test.use({ baseURL: localUrl });

  test('there is nothing about signing in, and the settings say why (B4)', async ({ page }) => {
    for (const path of ['/sign-in', '/welcome', '/device']) {
      await page.goto(path);
      await expect(page).toHaveURL(`${localUrl}/projects`);
    }
    await page.getByRole('link', { name: 'Settings' }).click();
    await expect(page.getByText('Local: one owner, no sign-in, this machine only')).toBeVisible();
    await expect(page.getByText('docs/accounts.md')).toBeVisible();
    await expect(page.getByRole('link', { name: 'Account' })).toHaveCount(0);
    await expect(userMenu(page)).toHaveCount(0);
  });
});

/** Every page with what shows that it has loaded. `$` stands for the code of a device that waits. */
const screens = [
  { name: 'welcome', path: '/welcome', shows: 'How much have you programmed?' },
  { name: 'device-code', path: '/device?user_code=$', shows: 'Does the device show this code?' },
  { name: 'settings-team', path: '/settings', shows: 'Team: people sign in with GitHub' },
  { name: 'account', path: '/settings/account', shows: 'Delete account…' },
  { name: 'sessions', path: '/settings/sessions', shows: 'This session' },
  { name: 'keys', path: '/settings/keys', shows: 'No API keys' },
  { name: 'people', path: '/settings/people', shows: 'Active' },
];

test.describe('in dark and light, wide and narrow', () => {
  test.use({ colorScheme: 'dark' });

  test('sign-in has no accessibility violation', async ({ page }) => {
    await page.goto('/sign-in?error=not_invited');
    await expect(page.getByRole('alert')).toBeVisible();
    await judge(page, 'sign-in');
  });

  test.describe('signed in', () => {
    test.use({ storageState: ({ adaState }, use) => use(adaState) });

    for (const { name, path, shows } of screens) {
      test(`${name} has no accessibility violation`, async ({ page }) => {
        await page.goto(path.includes('$') ? path.replace('$', (await askForCode()).userCode) : path);
        await expect(page.getByText(shows).first()).toBeVisible();
        await judge(page, name);
      });
    }

    test('open menus and dialogs have no accessibility violation', async ({ page }) => {
      await page.goto('/settings/keys');
      await userMenu(page).click();
      await expect(page.getByRole('menuitem', { name: 'Sign out' })).toBeVisible();
      await page.screenshot({ path: 'test-results/screens/user-menu.png' });
      await expectAccessible(page);
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Create key' }).click();
      await expect(page.getByRole('textbox', { name: 'Name' })).toBeFocused();
      await page.screenshot({ path: 'test-results/screens/create-key.png' });
      await expectAccessible(page);

      await page.goto('/settings/account');
      await page.getByRole('button', { name: 'Delete account…' }).click();
      await expect(page.getByRole('dialog')).toContainText('This stays');
      await page.screenshot({ path: 'test-results/screens/delete-account.png' });
      await expectAccessible(page);
    });
  });
});

/** What `yudai login` does first, on a machine without a browser. */
async function askForCode(): Promise<{ deviceCode: string; userCode: string }> {
  const { device_code: deviceCode = '', user_code: userCode = '' } = await post('/api/auth/device/code', {
    client_id: 'yudai-cli',
  });
  return { deviceCode, userCode };
}

/** The token of a device that was let in, or the reason why there is none. */
async function tokenOf(deviceCode: string): Promise<string> {
  const answer = await post('/api/auth/device/token', {
    grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
    device_code: deviceCode,
    client_id: 'yudai-cli',
  });
  return answer['access_token'] ?? answer['error'] ?? '';
}

async function post(path: string, body: Readonly<Record<string, string>>): Promise<Record<string, string>> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${teamUrl}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  return (await response.json()) as Record<string, string>;
}
