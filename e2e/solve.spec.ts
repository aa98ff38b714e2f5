import type { Page } from '@playwright/test';
import {
  coding,
  planning,
  testing,
  typescriptSample,
} from '../packages/engine/src/workflows/solving/testing/repositories.ts';
import { judge } from './support/judge.ts';
import { test } from './support/model.ts';
import { connectAs, enter, postAs } from './support/team.ts';
import { expect, expectAccessible } from './support/test.ts';

const sums = 'ada/sums';
const tabs = ['Diff', 'Terminal', 'Tests', 'Plan', 'Transcript'] as const;

test.use({ colorScheme: 'dark', actionTimeout: 20_000 });

test.beforeAll(async ({ github }) => {
  await github.addRepository({ fullName: sums, files: { ...typescriptSample.files } });
});
test.beforeEach(({ model }) => model.reset());

test('an issue is solved after its plan was agreed to, every claim has a record, and one draft is opened (H1 H2 H8 H9 H10 H11)', async ({
  page,
  model,
  github,
}) => {
  test.slow();
  await enter(page, 'ada');
  const projectId = await connectAs(page, sums, 'sums');
  const issueId = await writeIssue(page, projectId);
  model.say(...planning(typescriptSample), ...testing(typescriptSample), ...coding(typescriptSample));

  await test.step('before the first solve the list says where one begins', async () => {
    await page.goto(`/projects/${projectId}/solves`);
    await expect(page.getByText('Nothing was solved here yet')).toBeVisible();
    await judge(page, 'solves-empty');
    await page.getByRole('link', { name: 'How it is solved' }).click();
    await expect(page.getByText('node --test', { exact: false })).toBeVisible({ timeout: 30_000 });
    await judge(page, 'solving');
    await page.getByRole('radiogroup', { name: 'Where the steps come from' }).getByText('My own').click();
    await page.getByRole('button', { name: 'Add a step' }).click();
    await page.getByRole('textbox', { name: 'Commands', exact: true }).fill('echo ready');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await expect(page.getByText('Saved. Solves that begin from now on are done so.')).toBeVisible();
  });

  await test.step('the dialog says what will happen and what is in the way', async () => {
    await page.goto(`/projects/${projectId}/issues/${issueId}`);
    await page.getByRole('button', { name: 'Solve…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Solve the issue' });
    await expect(dialog.getByText('0 of 3 solves running; yours begins at once.')).toBeVisible({ timeout: 30_000 });
    await expect(dialog.getByText(/of 100 ready/)).toBeVisible();
    await expect(dialog.getByRole('button', { name: 'Solve it' })).toBeEnabled({ timeout: 60_000 });
    await judge(page, 'solve-start');
    await dialog.getByRole('button', { name: 'Solve it' }).click();
    await expect(page).toHaveURL(/\/solves\/slv_/);
  });

  await test.step('the plan waits for approval, also after the page was loaded again, and can be changed', async () => {
    await expect(page.getByText('Go on with this plan?')).toBeVisible({ timeout: 60_000 });
    // Nobody has to be told of what stands before them.
    await expect(page.getByText('A job has a question')).toHaveCount(0);
    await page.reload();
    await expect(page.getByText('Go on with this plan?')).toBeVisible();
    await expect(page.getByText('The start value in src/sum.ts is wrong.')).toBeVisible();
    await expect(page.getByRole('button', { name: 'Do it again' })).toBeDisabled();
    await judge(page, 'solve-plan');
    await page.getByRole('button', { name: 'Change the plan' }).click();
    await page.getByRole('textbox', { name: 'Notes' }).fill('It has to begin at **nothing**.');
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Save the plan' }).click();
    await expect(page.getByText('It has to begin at nothing.')).toBeVisible();
    await page.getByRole('button', { name: 'Go on', exact: true }).click();
  });

  await test.step('it ends solved, and says so once', async () => {
    const end = page.getByRole('region', { name: 'How it ended' });
    await expect(end.getByText('Solved', { exact: true })).toBeVisible({ timeout: 90_000 });
    await expect(page.getByText('It could not go on')).toHaveCount(0);
    // The coder was given the plan as it was changed.
    expect(model.requests.some(({ body }) => body.includes('It has to begin at **nothing**.'))).toBe(true);
  });

  await test.step('the change, the output, the tests and every word are there', async () => {
    for (const name of tabs) {
      await page.getByRole('tab', { name: new RegExp(`^${name}`) }).click();
      if (name === 'Diff') await expect(page.getByText('src/empty.test.ts').first()).toBeVisible();
      await judge(page, `solve-${name.toLowerCase()}`, { widths: [400] });
    }
    await page.getByRole('tab', { name: /^Tests/ }).click();
    const row = page.getByRole('row', { name: /The sum of an empty list is 0/ });
    await expect(row.getByText('the sum of nothing is 0', { exact: true })).toBeVisible();
    await expect(row.getByText('absent')).toBeVisible();
    await row.getByRole('button', { name: /^1 record/ }).click();
    const record = page.getByRole('dialog', { name: 'Record' });
    await expect(record.getByText('Exit code')).toBeVisible();
    await expectAccessible(page);
    await page.screenshot({ path: 'test-results/screens/solve-record-dark.png' });
    await page.keyboard.press('Escape');
    await expect(record).toHaveCount(0);
  });

  await test.step('it can be gone through again step by step with the keyboard', async () => {
    await page.getByRole('tab', { name: 'Transcript' }).click();
    await page.getByRole('heading', { level: 2, name: typescriptSample.issue.title }).click();
    await page.keyboard.press(']');
    const log = page.getByRole('log', { name: 'Transcript' });
    await expect(log.getByText('I look.')).toBeVisible();
    await expect(log.getByText('submit_plan')).toHaveCount(0);
    await page.keyboard.press(']');
    await page.keyboard.press(']');
    await page.keyboard.press(']');
    await expect(log.getByText('submit_plan')).toBeVisible();
    await page.keyboard.press('[');
    await expect(log.getByText('submit_plan')).toHaveCount(0);
    await judge(page, 'solve-replay');
    await page.getByRole('button', { name: 'Show all' }).click();
    await expect(log.getByText('submit_change')).toBeVisible();
  });

  await test.step('what is previewed becomes one draft, however often it is sent', async () => {
    await page.getByRole('button', { name: 'Open pull request…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Open a pull request' });
    await expect(dialog.getByText(typescriptSample.issue.criteria[0]?.text ?? '').first()).toBeVisible();
    await judge(page, 'solve-publish');
    await dialog.getByRole('button', { name: 'Open as a draft' }).click();
    await expect(dialog.getByRole('link', { name: /^Open #\d+ on GitHub/ })).toBeVisible({ timeout: 60_000 });
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Done' }).click();
    await expect(page.getByRole('link', { name: /^Pull request #\d+/ })).toBeVisible();
    await page.getByRole('button', { name: 'Send again…' }).click();
    await dialog.getByRole('button', { name: /^Update #/ }).click();
    await expect(dialog.getByRole('link', { name: /^Open #\d+ on GitHub/ })).toBeVisible({ timeout: 60_000 });
    await dialog.getByRole('button', { name: 'Done' }).click();
    const there = await github.as('ada', 'GET', `/repos/${sums}/pulls?state=all`);
    expect(there.body).toEqual([expect.objectContaining({ draft: true, state: 'open' })]);
    expect(JSON.stringify(there.body)).toContain('The sum of an empty list is 0');
  });

  await test.step('the list and the issue tell of it', async () => {
    await page.getByRole('link', { name: 'Solves', exact: true }).first().click();
    await expect(page.getByRole('row', { name: /Sums of an empty list.*solved/ })).toBeVisible();
    await expect(page.getByText('100 %')).toBeVisible();
    await judge(page, 'solves');
    await page.goto(`/projects/${projectId}/issues/${issueId}`);
    await expect(page.getByRole('heading', { name: 'Solves' })).toBeVisible();
    await page.goto(`/projects/${projectId}/solves?outcome=unsolved`);
    await expect(page.getByText('No solve matches these filters')).toBeVisible();
  });
});

test('a solve hears what is said to it, is stopped in the middle of a command, and goes on from there (H3 H10 H11)', async ({
  page,
  model,
}) => {
  test.slow();
  await enter(page, 'ada');
  const projectId = await connectAs(page, sums, 'sums to stop');
  await writeIssue(page, projectId);
  model.say({ text: 'I wait.', tools: [{ name: 'bash', input: { command: 'echo waiting; sleep 100' } }] });
  await page.goto(`/projects/${projectId}/issues`);
  await page.getByRole('button', { name: 'Solve Sums of an empty list are wrong' }).click();
  const dialog = page.getByRole('dialog', { name: 'Solve the issue' });
  // It waits for the first index of the project.
  await expect(dialog.getByRole('button', { name: 'Solve it' })).toBeEnabled({ timeout: 60_000 });
  await dialog.getByRole('button', { name: 'Solve it' }).click();

  await test.step('what runs is seen while it runs', async () => {
    await page.getByRole('tab', { name: 'Terminal' }).click();
    const log = page.getByRole('log', { name: 'Output of commands' });
    await expect(log.getByText('$ echo waiting; sleep 100')).toBeVisible({ timeout: 60_000 });
    await expect(log.getByText('waiting', { exact: true })).toBeVisible();
    await judge(page, 'solve-running', { widths: [1000, 400] });
    await page.getByRole('textbox', { name: 'Word to the agents' }).fill('Leave the tests alone.');
    await page.getByRole('button', { name: 'Steer' }).click();
    await expect(page.getByText('They read it at their next step.')).toBeVisible();
  });

  await test.step('a file that somebody takes over is theirs', async () => {
    await page.getByRole('tab', { name: /^Diff/ }).click();
    await page.getByRole('button', { name: 'Take over a file…' }).click();
    const editor = page.getByRole('dialog', { name: 'Take over a file' });
    await editor.getByRole('combobox', { name: 'Path of the file' }).fill('src/sum.ts');
    await editor.getByRole('button', { name: 'Open it' }).click();
    const text = editor.getByRole('textbox', { name: 'Text of src/sum.ts' });
    await expect(text).toHaveValue(/a \+ b, 1\)/);
    await text.fill('export const sum = () => 0;\n');
    await expectAccessible(page);
    await editor.getByRole('button', { name: 'Save and take over' }).click();
    await expect(editor).toHaveCount(0);
    await expect(page.getByRole('complementary', { name: 'About the solve' }).getByText('src/sum.ts')).toBeVisible();
  });

  await test.step('it is stopped after a question, at once', async () => {
    await page.getByRole('button', { name: 'Stop', exact: true }).click();
    const question = page.getByRole('dialog', { name: 'Stop the solve?' });
    await expectAccessible(page);
    await question.getByRole('button', { name: 'Stop it' }).click();
    const end = page.getByRole('region', { name: 'How it ended' });
    await expect(end.getByText('Stopped', { exact: true })).toBeVisible({ timeout: 20_000 });
    await expect(page.getByRole('button', { name: 'Stop', exact: true })).toHaveCount(0);
    await judge(page, 'solve-stopped');
  });

  await test.step('tried again it goes on by itself, and is deleted when it has ended', async () => {
    model.say(...planning(typescriptSample));
    await page.getByRole('button', { name: 'Try again' }).click();
    await expect(page.getByText('Go on with this plan?')).toBeVisible({ timeout: 60_000 });
    await page.getByRole('button', { name: 'Stop here' }).click();
    await expect(page.getByRole('region', { name: 'How it ended' })).toBeVisible({ timeout: 30_000 });
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Delete the solve…' }).click();
    await page.getByRole('button', { name: 'Delete it' }).click();
    await expect(page.getByText('Nothing was solved here yet')).toBeVisible();
  });
});

async function writeIssue(page: Page, projectId: string): Promise<string> {
  const { title, body, criteria } = typescriptSample.issue;
  const document = { title, problem: body, criteria: criteria.map(({ id, text }) => ({ id, text, check: null })) };
  const made = await postAs(page, `/projects/${projectId}/issues`, { document });
  return (made as { id: string }).id;
}
