// One database is enough: the command line knows only the door.
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Solve } from '@yudai/contract';
import {
  copyEmbeddedTemplate,
  countProcesses,
  folderForBoxes,
  type GitHubDouble,
  type ScriptedModel,
  startGitHubDouble,
  startScriptedModel,
  startServer,
  startTestApp,
  sumsFiles,
  sumsIssue,
  sumsTurns,
  type TestApp,
} from '@yudai/server/testing';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test, type TestContext, vi } from 'vitest';
import { runOnApp, runOnServer } from '#testing/run-on-app.ts';

const repository = 'ada/sums';
const patience = { timeout: 240_000, interval: 100 };
const { planning, testing, coding } = sumsTurns;
const title = 'Sums of an empty list are wrong';
/** Moves the cursor, names the window, and hides what follows. */
const escapes = '\u001b]0;owned\u0007\u001b[2J\u001b[8m';

let app: TestApp;
let github: GitHubDouble;
let model: ScriptedModel;
let boxes: string;
let projectId: string;

beforeAll(async () => {
  boxes = await folderForBoxes();
  github = await startGitHubDouble();
  await github.addUser({ login: 'ada' });
  await github.addRepository({ fullName: repository, private: true, files: sumsFiles });
  model = await startScriptedModel({ provider: 'anthropic' });
  const prices = join(boxes, 'prices.json');
  // A call of 100 tokens in and 20 out costs 12,000 micro-dollars.
  await writeFile(prices, JSON.stringify({ [model.name]: { input: 100, output: 100 } }));
  const env = { ...model.env, YUDAI_GITHUB_URL: github.url, YUDAI_MODEL_PRICES: prices, YUDAI_SANDBOX_FOLDER: boxes };
  app = await startTestApp({ env });
  await app.client.github.connect({ token: github.personalToken('ada') });
  projectId = (await app.client.projects.connect({ source: { kind: 'github', repository } })).project.id;
  await app.app.jobs.drain();
});
beforeEach(async (context: TestContext) => {
  model.reset();
  const { usable, problems } = await app.client.solver.health({ projectId });
  if (!usable) context.skip(problems.map(({ what }) => what).join(' '));
});
afterAll(async () => {
  await app.close();
  await model.close();
  await github.close();
  await rm(boxes, { recursive: true, force: true });
});

const run = (...args: string[]) => runOnApp(app, [...args, '--project', 'sums']);
const bash = (command: string) => ({ tools: [{ name: 'bash', input: { command } }] });

async function writeIssue(name = title): Promise<string> {
  return (await app.client.issues.create({ projectId, document: { ...sumsIssue, title: name } })).id;
}

async function show(id: string): Promise<Solve> {
  return JSON.parse((await run('solves', 'show', id, '--json')).stdout);
}

/** Starts and comes back at once. */
async function begin(issueId: string, ...args: string[]): Promise<{ solve: Solve; job: { id: string } }> {
  return JSON.parse((await run('solve', issueId, '--detach', '--json', ...args)).stdout);
}

test('one that never passes exits with 1, its reason and its patch; with a note it is solved, and sent twice it is one draft (H8 H9 H11)', async () => {
  const wrong = { path: 'src/sum.js', find: 'a + b, 1)', replace: 'a + b, 2)' };
  const cannot = { summary: 'I give up.', cannot: 'It cannot be added up.' };
  model.say(...planning, ...testing, { tools: [{ name: 'edit', input: wrong }] });
  model.say({ tools: [{ name: 'submit_change', input: cannot }] });
  const unsolved = await run('solve', await writeIssue(), '--gate', 'none', '--json');
  const { id }: Solve = JSON.parse(unsolved.stdout);
  const shown = await run('solves', 'show', id);
  const patch = await run('solves', 'patch', id);
  model.say({ tools: [{ name: 'edit', input: { ...wrong, find: 'a + b, 2)', replace: 'a + b, 0)' } }] });
  model.say({ tools: [{ name: 'submit_change', input: { summary: 'It begins at 0.' } }] });
  const again = await run('solves', 'continue', id, '--note', 'Begin at nothing.', '--json');
  const solved: Solve = JSON.parse(again.stdout);
  const first = await run('solves', 'publish', solved.id);
  const second = await run('solves', 'publish', solved.id);
  const { body: pulls } = await github.as('ada', 'GET', `/repos/${repository}/pulls?state=all`);

  expect(unsolved.code).toBe(1);
  expect(shown.stdout).toContain('It cannot be added up.');
  expect(shown.stdout).toContain('✗ AC1 The sum of an empty list is 0');
  expect(patch.stdout).toContain('+export const sum = (numbers) => numbers.reduce((a, b) => a + b, 2);');
  expect([again.code, solved.outcome]).toEqual([0, 'solved']);
  expect(model.requests.at(-1)?.body).toContain('Begin at nothing.');
  expect([first.code, second.stdout]).toEqual([0, first.stdout]);
  expect(pulls).toEqual([expect.objectContaining({ draft: true, state: 'open' })]);
}, 400_000);

test('Ctrl+C in the middle of a command ends it with all it started, and exits with 130 (H3 J12)', async () => {
  const stop = new AbortController();
  model.say(bash('sleep 41414 & sleep 41414'));
  const args = ['solve', await writeIssue(), '--project', 'sums', '--gate', 'none'];
  const ended = runOnApp(app, args, { signal: stop.signal });
  await vi.waitFor(async () => expect(await countProcesses('41414')).toBeGreaterThan(0), patience);
  stop.abort();
  const { code, stderr } = await ended;
  await app.app.jobs.drain();
  const list = await run('solves');

  expect(code).toBe(130);
  expect(stderr).toContain('stopping');
  expect(await countProcesses('41414')).toBe(0);
  expect(list.stdout).toMatch(/cancelled +Sums of an empty list/);
}, 400_000);

test('at its budget it says how to go on, and does when more is allowed (H4 J7)', async () => {
  model.say(...planning, ...testing, ...coding);
  const paused = await run('solve', await writeIssue(), '--gate', 'none', '--budget', '0.06');
  const [, jobId = ''] = /jobs answer (job_\w+)/.exec(paused.stderr) ?? [];
  const waiting = await run('solves');
  const answered = await runOnApp(app, ['jobs', 'answer', jobId, 'budget=raise']);
  const [head] = (await app.client.solver.list({ projectId })).items;
  await vi.waitFor(async () => expect((await show(head?.id ?? '')).outcome).toBe('solved'), patience);

  expect(paused.code).toBe(2);
  expect(waiting.stdout).toContain('waiting for you');
  expect(answered.code).toBe(0);
  // Every call was made and paid once.
  expect(model.requests).toHaveLength(6);
}, 400_000);

test('three run and a fourth waits at its place, until one of them is cancelled (H4)', async () => {
  model.on('of four', { text: 'I think.', holdAfter: 1 });
  const solves: Solve[] = [];
  for (const name of ['One', 'Two', 'Three', 'Four']) {
    solves.push((await begin(await writeIssue(`${name} of four`))).solve);
  }
  await model.asked(3);
  const before = await run('solves');
  await run('solves', 'cancel', solves[0]?.id ?? '');
  await model.asked(4);
  const after = await run('solves');
  for (const { id } of solves.slice(1)) await run('solves', 'cancel', id);
  await app.app.jobs.drain();

  expect(before.stdout).toMatch(/queued, place 1 +Four of four/);
  expect(after.stdout).toMatch(/running +Four of four/);
  expect(after.stdout).toMatch(/cancelled +One of four/);
}, 400_000);

test('a hostile issue and a model that obeys it reach neither the host nor the terminal (H5 N14)', async () => {
  const canary = join(boxes, 'canary');
  await writeFile(canary, 'the host is untouched');
  model.say(
    bash(`cat ${canary}; echo owned > ${canary}; printf '${'\\033[2J'}'; bomb() { bomb | bomb & }; bomb; sleep 1`),
    bash('fallocate -l 3G a; head -c 6G /dev/zero > b; rm -f a b; ln -s /etc out; echo filled'),
    { text: `${escapes}I am done.` },
    { text: `${escapes}I am done.` },
  );
  const issue = await writeIssue(`Sums ${escapes} are wrong`);
  const ended = await run('solve', issue, '--gate', 'none');
  const list = await run('solves');
  const [head] = (await app.client.solver.list({ projectId })).items;
  const shown = await run('solves', 'show', head?.id ?? '');
  const json = await run('solves', 'export', head?.id ?? '');

  expect(ended.code).toBe(1);
  expect(await readFile(canary, 'utf8')).toBe('the host is untouched');
  expect(json.stdout).toContain('filled');
  expect(json.stdout).not.toContain('the host is untouched');
  const said = [ended, list, shown].map(({ stdout, stderr }) => stdout + stderr).join('');
  for (const escape of ['\u001b]', '\u001b[2J', '\u001b[8m']) expect(said).not.toContain(escape);
}, 400_000);

test('a server that is killed in the middle goes on with it when it is back, and `solves` says so (H11 N12)', async () => {
  const data = await copyEmbeddedTemplate();
  onTestFinished(() => rm(data, { recursive: true, force: true }));
  const [read, edit, submit] = coding;
  if (read === undefined || edit === undefined || submit === undefined) throw new Error('The sample has changed.');
  model.say(...planning, ...testing, read, { ...edit, holdAfter: 1 });
  const start = async () => {
    const server = await startServer(data, { ...model.env, YUDAI_GITHUB_URL: github.url, YUDAI_SANDBOX_FOLDER: boxes });
    onTestFinished(() => server.kill());
    return server;
  };
  const first = await start();
  await first.client.github.connect({ token: github.personalToken('ada') });
  const source = { kind: 'github' as const, repository };
  const { project } = await first.client.projects.connect({ source, name: 'killed' });
  await vi.waitFor(
    async () => expect((await first.client.projects.get({ id: project.id })).indexedAt).not.toBeNull(),
    patience,
  );
  const { id: issueId } = await first.client.issues.create({ projectId: project.id, document: sumsIssue });
  const lost = runOnServer(first.url, ['solve', issueId, '--project', 'killed', '--gate', 'plan']);
  const [solve] = await vi.waitFor(async () => {
    const { items } = await first.client.solver.list({ projectId: project.id });
    expect(items).toMatchObject([{ status: 'waiting_for_input' }]);
    return items;
  }, patience);
  const asking = await lost;
  await runOnServer(first.url, ['jobs', 'answer', solve?.jobId ?? '', 'decision=approve']);
  await model.held();
  await first.kill();
  model.release();
  const asked = model.requests.length;
  const gone = await runOnServer(first.url, ['solves', '--project', 'killed']);
  model.say(edit, submit);
  const second = await start();
  const shown = await vi.waitFor(async () => {
    const { stdout } = await runOnServer(second.url, ['solves', 'show', solve?.id ?? '', '--project', 'killed']);
    expect(stdout).toMatch(/^solved/);
    return stdout;
  }, patience);

  expect([asking.code, gone.code]).toEqual([2, 4]);
  expect(shown).toContain('✓ AC1 The sum of an empty list is 0');
  // What was in flight is asked again, and what follows it.
  expect(model.requests).toHaveLength(asked + 2);
}, 400_000);
