import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Locator, Page } from '@playwright/test';
import { answers, judgeChat, messageBox } from './support/chat.ts';
import { test as teamTest } from './support/model.ts';
import { connectAs, enter, inviteAs, openBrowser } from './support/team.ts';
import { expect, expectAccessible, test } from './support/test.ts';

// Each judges many screens, which takes its time on a busy machine.
const longMs = 240_000;
const repository = 'ada/press';
const file = `export class Press {
  print(sheet: string): string {
    return sheet.toUpperCase();
  }
}

export function run(press: Press): string {
  return press.print('x');
}
`;
const blob = createHash('sha1').update(`blob ${file.length}\0${file}`).digest('hex').slice(0, 12);
const answer = `The press **prints** in \`print\` (src/press.ts:2-4@${blob}), which \`run\` calls: src/press.ts:7-9@${blob}.
There is no src/gone.ts:1-2@${blob}.

\`\`\`ts
const press = new Press();
\`\`\`

<img src="https://evil.example/pixel.png" onerror="alert(1)"> ![p](https://evil.example/p.png) [x](javascript:alert(1))

\`\`\`mermaid
graph TD; run --> print
\`\`\``;

teamTest.describe('in a team', () => {
  teamTest.use({ colorScheme: 'dark' });

  teamTest.beforeAll(async ({ github }) => {
    await github.addRepository({ fullName: repository, files: { 'src/press.ts': file, 'README.md': '# Press\n' } });
  });

  teamTest(
    'a question is answered with sources, kept, asked again and stopped (D7 D9 D12 N15)',
    async ({ page, model }) => {
      teamTest.setTimeout(longMs);
      model.reset();
      await enter(page, 'ada');
      const id = await connectAs(page, repository, 'asking');
      await page.goto(`/projects/${id}`);
      await expect(page.getByRole('treeitem', { name: /^src/ })).toBeVisible({ timeout: 40_000 });

      await teamTest.step('begin', async () => {
        await page.getByRole('button', { name: 'Chat with DAifu' }).click();
        await expect(page.getByText('Ask DAifu about this code')).toBeVisible();
        await judgeChat(page, 'chat-empty');
        await page.getByRole('button', { name: 'Begin a conversation' }).click();
        await expect(page).toHaveURL(/chat=ses_/);
        await expect(page.getByText('What do you want to know?')).toBeVisible();
      });

      await teamTest.step('name a file, and keep the draft over a reload', async () => {
        await messageBox(page).fill('How does @pres');
        await expect(page.getByRole('option', { name: /press\.ts/ }).first()).toBeVisible();
        await page.keyboard.press('Enter');
        await expect(messageBox(page)).toHaveValue('How does @src/press.ts ');
        await page.keyboard.type('print?');
        await page.reload();
        await expect(messageBox(page)).toHaveValue('How does @src/press.ts print?');
      });

      await teamTest.step('a streamed answer with a tool, sources and nothing dangerous', async () => {
        model.say(
          { tools: [{ name: 'search', input: { query: 'print' } }], reasoning: 'Where is it?' },
          { text: answer, holdAfter: 12 },
        );
        await messageBox(page).press('Enter');
        await model.held();
        await expect(answers(page)).toContainText('The press');
        await expect(page.getByRole('button', { name: 'Stop' })).toBeVisible();
        model.release();
        await expect(page.getByRole('button', { name: 'Open src/press.ts:2-4' })).toBeVisible();
        await expect(answers(page).locator('.cite[data-state="verified"]')).toHaveCount(2);
        await expect(answers(page).locator('.cite[data-state="missing"]')).toContainText('not found');
        await expect(page.getByText(/compatible\/scripted · .* in · .* out/)).toBeVisible();
        await expect(answers(page).locator('img')).toHaveCount(0);
        await expect(answers(page).getByText('<img src="https://evil.example/pixel.png"')).toBeVisible();
        await page.locator('.tool-line summary').click();
        await expect(page.getByRole('group', { name: 'What the tool answered' })).toContainText('press.ts');
        await page.locator('.tool-line summary').click();
        await expect(page.getByRole('status').filter({ hasText: 'DAifu has answered: The press' })).toBeAttached();
      });

      await teamTest.step('a diagram is drawn when asked for, as an image', async () => {
        await answers(page).getByRole('button', { name: 'Draw' }).click();
        await expect(answers(page).locator('img.diagram')).toHaveAttribute('src', /^data:image\/svg/);
      });

      await teamTest.step('a source opens beside the chat', async () => {
        await page.getByRole('button', { name: 'Open src/press.ts:2-4' }).click();
        await expect(page).toHaveURL(/path=src%2Fpress\.ts&line=2-4/);
        await expect(page).toHaveURL(/chat=ses_/);
        await expect(page.getByRole('heading', { name: 'src/press.ts', exact: true })).toBeVisible();
        await expect(page.getByRole('region', { name: 'Code of src/press.ts' })).toBeVisible();
        await judgeChat(page, 'chat');
      });

      await teamTest.step('keep the answer as a card', async () => {
        await answers(page).getByRole('button', { name: 'Keep as a card' }).click();
        await expect(page.getByText('Kept as a card')).toBeVisible();
      });

      await teamTest.step('answer again makes a branch, and both stay', async () => {
        model.say({ text: 'In other words: it shouts.' });
        await answers(page).getByRole('button', { name: 'Answer again' }).click();
        await expect(answers(page)).toContainText('it shouts');
        await expect(page.getByRole('group', { name: 'Versions' })).toContainText('2/2');
        await page.getByRole('button', { name: 'Version before' }).click();
        await expect(answers(page)).toContainText('The press');
        await expect(page.getByRole('group', { name: 'Versions' })).toContainText('1/2');
        await page.getByRole('button', { name: 'Next version' }).click();
        await expect(answers(page)).toContainText('it shouts');
      });

      await teamTest.step('stop keeps what was said; a queued message waits and can be taken back', async () => {
        model.say({ text: 'Long before the end it was said that everything prints.', holdAfter: 4 });
        await messageBox(page).fill('Tell me more');
        await messageBox(page).press('Enter');
        await model.held();
        await expect(answers(page).last()).toContainText('Long');
        await messageBox(page).fill('And then?');
        await messageBox(page).press('Enter');
        await expect(page.getByRole('list', { name: 'Waiting messages' })).toContainText('And then?');
        await page.getByRole('button', { name: 'Take back' }).click();
        await expect(page.getByRole('list', { name: 'Waiting messages' })).toHaveCount(0);
        await expect(messageBox(page)).toHaveValue('And then?');
        await messageBox(page).press('Escape');
        await expect(page.getByText('Stopped. What was said stays.')).toBeVisible();
        model.release();
        await expect(answers(page).last()).toContainText('Long');
      });

      await teamTest.step('what the next turn is given can be seen and changed', async () => {
        await messageBox(page).fill('How does @src/press.ts print?');
        await page.getByRole('button', { name: /^Context/ }).click();
        await expect(page.getByRole('list', { name: 'Included' })).toContainText('src/press.ts');
        await expect(page.getByRole('button', { name: /^Context/ })).toContainText(/of .* tokens/);
        await judgeChat(page, 'chat-context');
        await page.getByRole('button', { name: /^Context/ }).click();
        await page.getByRole('button', { name: /^Drop src\/press\.ts/ }).click();
        await expect(page.getByRole('list', { name: 'Dropped' })).toContainText('src/press.ts');
        await expect(page.getByRole('list', { name: 'Left out' })).toContainText('dropped by you');
      });
      await expectSound(page);
    },
  );

  teamTest(
    'two people in one conversation see the same in the same order, and each other (D6 E5 E6)',
    async ({ page, browser, model }) => {
      teamTest.setTimeout(longMs);
      model.reset();
      await enter(page, 'ada');
      const id = await connectAs(page, repository, 'together');
      await inviteAs(page, id, 'mary', 'member');
      const theirs = await openBrowser(browser);
      await enter(theirs, 'mary');
      await theirs.getByRole('button', { name: 'Accept together' }).click();
      await page.goto(`/projects/${id}?chat=list`);
      await page.getByRole('button', { name: 'Begin a conversation' }).click({ timeout: 40_000 });
      await expect(page).toHaveURL(/chat=ses_/);
      await page.getByRole('button', { name: 'Actions for New conversation' }).click();
      await page.getByRole('menuitem', { name: 'Share with the project' }).click();
      await expect(page.getByLabel('shared with the project')).toBeVisible();
      await theirs.goto(page.url());
      await expect(page.getByRole('list', { name: 'Also here' })).toContainText('Mary Somerville');
      await expect(theirs.getByRole('list', { name: 'Also here' })).toContainText('Ada Lovelace');

      model.say({ text: 'First of all, the answer to Ada.', holdAfter: 5 }, { text: 'And this is for Mary.' });
      await messageBox(page).fill('Ada asks');
      await messageBox(page).press('Enter');
      await model.held();
      // Somebody who comes in the middle reads what was said so far.
      await theirs.reload();
      await expect(answers(theirs)).toContainText('First');
      await messageBox(theirs).fill('Mary asks');
      await messageBox(theirs).press('Enter');
      await expect(page.getByRole('list', { name: 'Waiting messages' })).toContainText('Mary asks');
      model.release();

      for (const screen of [page, theirs]) {
        await expect(screen.locator('.message .message-body')).toHaveText([
          'Ada asks',
          'First of all, the answer to Ada.',
          'Mary asks',
          'And this is for Mary.',
        ]);
      }
      await expect(page.getByText('Mary Somerville', { exact: true }).first()).toBeVisible();
      await judgeChat(page, 'chat-together');
      await theirs.context().close();
    },
  );
});

test('with no model everything works, and what to set is said (D9)', async ({ page, client, demo }) => {
  test.setTimeout(longMs);
  await page.goto(`/projects/${demo.project.id}?chat=list`);
  await page.getByRole('button', { name: 'Begin a conversation' }).click();

  await test.step('an answer that fails is no answer: it says why and can be asked for again', async () => {
    await expect(page.getByText(/^No model is set up, so nothing can be answered\. .*YUDAI_MODELS/)).toBeVisible();
    await messageBox(page).fill('Where are cards charged?');
    await page.getByRole('button', { name: 'Send' }).click();
    const failure = answers(page).getByRole('alert');
    await expect(failure).toContainText(/YUDAI_MODELS/);
    await expect(page.getByRole('button', { name: 'Retry' })).toBeEnabled();
    await judgeChat(page, 'chat-no-model');
  });

  await test.step('a text file is attached, a binary one refused in words', async () => {
    await page.getByLabel('Text files to attach').setInputFiles([
      { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('Cards are charged at night.') },
      { name: 'photo.png', mimeType: 'image/png', buffer: Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 255]) },
    ]);
    const attached = page.getByRole('list', { name: 'Attached files' });
    await expect(attached).toContainText(/notes\.txt.*tokens/);
    await expect(attached).toContainText('Only text files can be attached');
    await page.getByRole('button', { name: 'Take photo.png off' }).click();
    await messageBox(page).fill('What do my notes say?');
    await messageBox(page).press('Enter');
    await expect(attached).toHaveCount(0);
    await page.getByRole('log').getByRole('button', { name: 'notes.txt' }).click();
    await expect(page.getByRole('dialog', { name: 'Attached file' })).toContainText('Cards are charged at night.');
    await page.keyboard.press('Escape');
  });

  await test.step('commands', async () => {
    await messageBox(page).fill('/');
    await expect(page.getByRole('option', { name: /^\/new/ })).toBeVisible();
    await expectAccessible(page);
    await page.keyboard.type('cards');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('region', { name: 'Context' })).toBeVisible();
    await expect(messageBox(page)).toHaveValue('');
    await page.getByRole('button', { name: 'Close the context' }).click();
  });

  await test.step('conversations are named, pinned, found, archived, saved, read back and deleted (D3 D5 D12)', async () => {
    const actions = page.getByRole('button', { name: 'Actions for Where are cards charged?' });
    await actions.click();
    const saved = page.waitForEvent('download');
    await page.getByRole('menuitem', { name: 'Export as JSON' }).click();
    const path = await (await saved).path();
    await actions.click();
    await page.getByRole('menuitem', { name: 'Rename…' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('Charging');
    await page.getByRole('button', { name: 'Rename' }).click();
    await expect(page.getByRole('heading', { name: 'Charging' })).toBeVisible();
    await page.getByRole('button', { name: 'All conversations' }).click();
    await page
      .getByLabel('Conversation to import')
      .setInputFiles({ name: 'c.json', mimeType: 'application/json', buffer: await readFile(path) });
    await expect(page.getByRole('heading', { name: 'Where are cards charged?' })).toBeVisible();
    await expect(page.locator('.message')).toHaveCount(4);
    await page.getByRole('button', { name: 'All conversations' }).click();
    await page.getByRole('button', { name: 'Actions for Where are cards charged?' }).click();
    await page.getByRole('menuitem', { name: 'Pin', exact: true }).click();
    await expect(rows(page).first()).toContainText('Where are cards charged?');
    await judgeChat(page, 'chat-list');
    await page.getByRole('textbox', { name: 'Search conversations and what was said' }).fill('my notes');
    await page.getByRole('list', { name: 'Messages' }).getByRole('button').first().click();
    await expect(page.locator('.message:focus')).toContainText('What do my notes say?');
    await page.getByRole('button', { name: 'All conversations' }).click();
    await page.getByRole('button', { name: 'Actions for Charging' }).click();
    await page.getByRole('menuitem', { name: 'Archive' }).click();
    await expect(rows(page)).toHaveCount(1);
    await page.getByRole('button', { name: 'Actions for Where are cards charged?' }).click();
    await page.getByRole('menuitem', { name: 'Delete…' }).click();
    await page.getByRole('button', { name: 'Delete conversation' }).click();
    await expect(page.getByText('Ask DAifu about this code')).toBeVisible();
    await page.getByText('Archived', { exact: true }).click();
    await expect(rows(page)).toHaveCount(1);
  });
  for (const { id } of (await client.chat.list({ projectId: demo.project.id, archived: true })).items) {
    await client.chat.remove({ id });
  }
});

test('a long conversation opens at its end and reads older pages on the way up (D13)', async ({
  page,
  client,
  demo,
}) => {
  const conversation = {
    format: 'yudai-chat' as const,
    version: 1 as const,
    title: 'A long one',
    messages: Array.from({ length: 390 }, (_, index) => ({
      role: index % 2 === 0 ? ('user' as const) : ('assistant' as const),
      parent: index === 0 ? null : index - 1,
      author: null,
      text: `Message number ${index}.\n\n- one\n- two with \`code\``,
      createdAt: new Date(Date.UTC(2026, 0, 1, 0, 0, index)).toISOString(),
    })),
    head: 389,
  };
  const session = await client.chat.import({ projectId: demo.project.id, conversation });
  await page.goto(`/projects/${demo.project.id}?chat=${session.id}`);

  await expect(page.getByText('Message number 389.')).toBeInViewport();
  const count = await page.locator('.message').count();
  expect(count).toBeLessThan(130);
  const seen = page.getByText('Message number 370.');
  await seen.scrollIntoViewIfNeeded();
  await page.locator('.message').first().scrollIntoViewIfNeeded();
  await expect.poll(() => page.locator('.message').count()).toBeGreaterThan(count);
  await page.getByRole('button', { name: 'Go to the newest message' }).click();
  await expect(page.getByText('Message number 389.')).toBeInViewport();
  await client.chat.remove({ id: session.id });
});

function rows(page: Page): Locator {
  return page.getByRole('list', { name: 'Conversations' }).getByRole('listitem');
}

async function expectSound(page: Page): Promise<void> {
  expect(await page.evaluate<boolean>('"hacked" in window')).toBe(false);
}
