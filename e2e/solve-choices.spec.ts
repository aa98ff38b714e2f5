import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import {
  coding,
  goSample,
  planning,
  sample,
  submitChange,
  testing,
  typescriptSample,
} from '../packages/engine/src/workflows/solving/testing/repositories.ts';
import { installAgent } from '../packages/server/src/testing/install-agent.ts';
import { judge } from './support/judge.ts';
import { otherProvider, test } from './support/own-server.ts';
import { expectEnd, openSample, openStart, patience, writeIssue } from './support/solves.ts';
import { expect } from './support/test.ts';

test.use({ colorScheme: 'dark', actionTimeout: 20_000, provider: otherProvider });

test('a change in Go: questions answered, every stage agreed to, more paid, two coders beside each other, the other chosen, all of it exported (H1 H2 H9 H11 J7)', async ({
  page,
  client,
  model,
  otherModel,
}) => {
  test.setTimeout(900_000);
  const { project } = await openSample(client, 'sums-go', goSample.files);
  const issue = await writeIssue(client, project.id, goSample);
  const plan = { tools: [{ name: 'submit_plan', input: goSample.plan }] };
  const asking = { ...goSample.plan, questions: ['May a sum be negative?'] };
  model.say({ tools: [{ name: 'submit_plan', input: asking }] }, plan, plan, ...testing(goSample), ...coding(goSample));
  otherModel.say(
    { tools: [{ name: 'bash', input: { command: "sed -i 's/result := 1/var result int/' sum.go; cat sum.go" } }] },
    { tools: [submitChange] },
  );

  await test.step('it is asked for with two coders, every stage and little money', async () => {
    const dialog = await openStart(page, issue);
    await dialog.getByRole('radio', { name: 'Every stage' }).check();
    await dialog.getByRole('textbox', { name: 'Dollars' }).fill('0.07');
    await dialog.getByRole('button', { name: 'Another attempt beside it' }).click();
    await dialog.getByRole('combobox', { name: 'Model of attempt 2' }).click();
    await page.getByRole('option', { name: otherModel.name }).click();
    await judge(page, 'solve-start-attempts');
    await dialog.getByRole('button', { name: 'Solve it' }).click();
  });

  const waiting = page.getByRole('region', { name: 'The solve waits for you' });
  await test.step('the architect asks, and is answered here', async () => {
    await waiting.getByRole('textbox', { name: 'May a sum be negative?' }).fill('It may.', patience);
    await judge(page, 'solve-question');
    await waiting.getByRole('button', { name: 'Send answers' }).click();
  });

  await test.step('another go is had with a note', async () => {
    await expect(waiting.getByText('Go on with this plan?')).toBeVisible(patience);
    await waiting.getByRole('textbox', { name: 'What should be different, or why?' }).fill('Say less.');
    await waiting.getByRole('button', { name: 'Do it again' }).click();
    // The next plan is there so soon that nobody may have seen the note beside the one before.
    await expect.poll(() => model.requests.length, patience).toBeGreaterThan(2);
    await expect(waiting.getByRole('textbox', { name: 'What should be different, or why?' })).toHaveValue('', patience);
    await waiting.getByRole('button', { name: 'Go on', exact: true }).click();
    const said = model.requests.map(({ body }) => body);
    expect(said[1]).toContain('The answer: It may.');
    expect(said[2]).toContain('Do it again: Say less.');
  });

  await test.step('over its budget it waits until somebody allows more', async () => {
    await expect(waiting.getByText(/of the \$0\.07/)).toBeVisible(patience);
    await judge(page, 'solve-budget');
    await waiting.getByRole('radio', { name: /^Raise the budget/ }).check();
    await waiting.getByRole('button', { name: 'Send answers' }).click();
  });

  await test.step('the tests are agreed to, and each change by itself', async () => {
    await expect(waiting.getByText('Go on with these tests?')).toBeVisible(patience);
    await judge(page, 'solve-gate-tests', { widths: [] });
    await waiting.getByRole('button', { name: 'Go on', exact: true }).click();
    for (let change = 1; change <= 2; change += 1) {
      const question = waiting.getByText(/^Go on with the change of attempt [12]\?$/);
      await expect(question).toBeVisible(patience);
      const asked = await question.innerText();
      if (change === 1) await judge(page, 'solve-gate-change', { widths: [1000] });
      await waiting.getByRole('button', { name: 'Go on', exact: true }).click();
      await expect(waiting.getByText(asked)).toHaveCount(0);
    }
    await expectEnd(page, 'Solved');
  });

  await test.step('both attempts stand side by side, and the other can be chosen', async () => {
    await page.getByRole('tab', { name: /^Tests/ }).click();
    const attempts = page.getByRole('region', { name: 'Attempts' });
    await expect(attempts.getByRole('row', { name: new RegExp(`^1 ${model.name} solved`) })).toBeVisible();
    await judge(page, 'solve-attempts');
    await attempts.getByRole('button', { name: 'Choose attempt 2' }).click();
    await expect(attempts.getByRole('row', { name: new RegExp(`^2 ${otherModel.name} .*chosen`) })).toBeVisible();
    await page.getByRole('tab', { name: /^Diff/ }).click();
    await expect(page.getByRole('region', { name: 'The change' }).getByText('var result int')).toBeVisible();
  });

  await test.step('what was said and done is exported for people and for viewers', async () => {
    const json = await download(page, 'Export everything as JSON');
    const traj = await download(page, 'Export for trajectory viewers');
    expect(JSON.parse(json.text)).toMatchObject({ format: 'yudai-solve', solve: { outcome: 'solved' } });
    expect(traj.name).toMatch(/\.traj$/);
    expect(JSON.parse(traj.text)).toMatchObject({ info: { exit_status: 'solved' } });
    expect(traj.text).toContain('submit_change');
  });
});

test('what the coder never gets to pass is not solved: it says why, gives the patch, and goes on with a note (H9 H11)', async ({
  page,
  client,
  model,
}) => {
  test.setTimeout(900_000);
  model.reset();
  const { repository, project } = await openSample(client, 'sums-never', typescriptSample.files);
  const issue = await writeIssue(client, project.id, typescriptSample);
  const wrong = { ...typescriptSample.fix, replace: 'a + b, 2)' };
  const giveUp = { summary: 'I give up.', cannot: 'It cannot be added up.' };
  model.say(
    ...planning(typescriptSample),
    ...testing(typescriptSample),
    { tools: [{ name: 'edit', input: wrong }] },
    { tools: [submitChange] },
    { tools: [{ name: 'submit_change', input: giveUp }] },
  );
  const dialog = await openStart(page, issue);
  await dialog.getByRole('radio', { name: 'Nothing' }).check();
  await dialog.getByRole('button', { name: 'Solve it' }).click();

  await test.step('the reason stands there, and the tests say the same', async () => {
    await expectEnd(page, 'Not solved');
    const end = page.getByRole('region', { name: 'How it ended' });
    await expect(end.getByText('It cannot be added up.')).toBeVisible();
    await page.getByRole('tab', { name: /^Tests/ }).click();
    await expect(page.getByRole('row', { name: /The sum of an empty list is 0/ }).getByText('failed')).toHaveCount(2);
    await judge(page, 'solve-unsolved');
  });

  await test.step('the patch is what git takes', async () => {
    const { text } = await download(page, 'Download the patch');
    repository.write({ 'the.patch': text });
    repository.git('apply', 'the.patch');
    expect(await readFile(`${repository.folder}/src/sum.ts`, 'utf8')).toContain('a + b, 2)');
  });

  await test.step('with a note it goes on from the change that is there', async () => {
    const right = { path: 'src/sum.ts', find: 'a + b, 2)', replace: 'a + b, 0)' };
    model.say({ tools: [{ name: 'edit', input: right }] }, { tools: [submitChange] });
    await page.getByRole('button', { name: 'Go on with a note…' }).click();
    const goOn = page.getByRole('dialog', { name: 'Go on from here' });
    await goOn.getByRole('textbox', { name: 'Note for the agents' }).fill('Begin at nothing.');
    await judge(page, 'solve-go-on');
    await goOn.getByRole('button', { name: 'Go on', exact: true }).click();
    await expect(page.getByRole('link', { name: 'An earlier solve' })).toBeVisible();
    await expectEnd(page, 'Solved');
    expect(model.requests.at(-1)?.body).toContain('Begin at nothing.');
  });
});

test('an agent of somebody else is chosen and changes the code in the box, with its model metered; a second go begins at the tests (H5 H11 H12)', async ({
  page,
  client,
  model,
  otherModel,
  own,
}) => {
  test.setTimeout(900_000);
  model.reset();
  otherModel.reset();
  const { project } = await openSample(client, 'sums-agent', sample.files);
  const issue = await writeIssue(client, project.id, sample);
  const { find, replace, path } = sample.fix;
  const command = `sed -i 's/${find}/${replace}/' ${path}`;

  await test.step('it is listed with what it needs, and can be chosen once it has that', async () => {
    const { agents } = await client.solver.health({ projectId: project.id });
    expect(agents.find(({ agent }) => agent === 'opencode')).toMatchObject({ usable: false });
    await installAgent(own.agentsFolder);
    const dialog = await openStart(page, issue);
    await dialog.getByRole('radio', { name: 'Nothing' }).check();
    await dialog.getByRole('combobox', { name: 'Agent of attempt 1' }).click();
    await expect(page.getByRole('option', { name: 'Claude Code' })).toBeDisabled();
    await page.getByRole('option', { name: 'opencode' }).click();
    await dialog.getByRole('combobox', { name: 'Model of attempt 1' }).click();
    await page.getByRole('option', { name: otherModel.name }).click();
    await expect(dialog.getByText('what is solved can be taken as a patch')).toBeVisible();
    await judge(page, 'solve-start-agent');
    model.say(...planning(sample), ...testing(sample));
    otherModel.say({ text: JSON.stringify({ command }) });
    await dialog.getByRole('button', { name: 'Solve it' }).click();
  });

  await test.step('what it did is on the page like the work of our own', async () => {
    await expectEnd(page, 'Solved');
    await expect(page.getByText(`opencode · ${otherModel.name}`).first()).toBeVisible();
    await page.getByRole('tab', { name: 'Transcript' }).click();
    await expect(page.getByRole('tabpanel', { name: 'Transcript' })).toContainText(command);
    await judge(page, 'solve-agent');
  });

  await test.step('from the tests on it is done again: the plan is kept, and what comes after it is not', async () => {
    const asked = model.requests.length;
    model.say(...testing(sample));
    otherModel.say({ text: JSON.stringify({ command }) });
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Go on, or again from a stage…' }).click();
    const goOn = page.getByRole('dialog', { name: 'Go on from here' });
    await goOn.getByRole('radio', { name: /^Write the tests again/ }).check();
    await goOn.getByRole('button', { name: 'Go on', exact: true }).click();
    await expect(page.getByRole('link', { name: 'An earlier solve' })).toBeVisible();
    await expectEnd(page, 'Solved');
    expect(model.requests.length - asked).toBe(testing(sample).length);
  });
});

/** Chooses something of the menu that is a file; what it is called, and what is in it. */
async function download(page: Page, name: string): Promise<{ name: string; text: string }> {
  await page.getByRole('button', { name: 'More actions' }).click();
  const [saved] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name, exact: true }).click(),
  ]);
  return { name: saved.suggestedFilename(), text: await readFile(await saved.path(), 'utf8') };
}
