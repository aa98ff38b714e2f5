import { PassThrough } from 'node:stream';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startChat, type TestChat } from '@yudai/server/testing';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { runOnApp, type RunOptions } from '#testing/run-on-app.ts';

// One database is enough: the command line knows only the door.

let chat: TestChat;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'yudai-ask-'));
  const prices = join(folder, 'prices.json');
  writeFileSync(prices, JSON.stringify({ 'compatible/scripted': { input: 1, output: 10 } }));
  const code = 'export function retries(attempts: number) {\n  return attempts - 1;\n}\n';
  chat = await startChat({ 'src/queue.ts': code }, { env: { YUDAI_MODEL_PRICES: prices } });
});
afterEach(() => chat.model.reset());
afterAll(async () => {
  await chat.close();
  rmSync(folder, { recursive: true });
});

const run = (args: readonly string[], options: RunOptions = {}) =>
  runOnApp(chat.app, [...args, '--project', chat.projectId], options);

test('ask streams the answer to stdout and what was done and paid to stderr, and marks what is not there (D7)', async () => {
  const blob = await blobOf('src/queue.ts');
  chat.model.say(
    { text: 'Let me look.', tools: [{ name: 'search', input: { query: 'retries' } }] },
    { text: `\u001b[2JIn src/queue.ts:1-3@${blob}, and in src/gone.ts:1-2@${blob}.` },
  );

  const { code, stdout, stderr } = await run(['ask', 'where', 'are', 'retries', 'counted?']);

  expect(code).toBe(0);
  expect(stdout).toMatch(/^Let me look\.\n/);
  expect(stdout).toContain(`In src/queue.ts:1-3@${blob}, and`);
  expect(stdout).not.toContain('\u001b');
  expect(stdout).toContain(`! src/gone.ts:1-2@${blob} is not in the code`);
  expect(stderr).toContain('· search retries: ');
  expect(stderr).toMatch(/2 citations, 1 verified · 200 tokens in, 40 out · .*compatible\/scripted · ses_/);
});

test('--json answers with one document, and --continue and --session go on with the same conversation (D7)', async () => {
  chat.model.say({ text: 'One.' }, { text: 'Two.' }, { text: 'Three.' });

  const first = await run(['ask', '--json'], { stdin: 'Count.\n' });
  const second = await run(['ask', '--continue', 'And', 'on', '--json']);
  const { sessionId, ...answer } = JSON.parse(first.stdout);
  const third = await runOnApp(chat.app, ['ask', '--session', sessionId, 'And on', '--json']);

  expect(answer).toMatchObject({ status: 'complete', text: 'One.', citations: [], error: null });
  expect(answer.usage).toMatchObject({ inputTokens: 100, outputTokens: 20 });
  expect(JSON.parse(second.stdout)).toMatchObject({ sessionId, text: 'Two.' });
  expect(JSON.parse(third.stdout)).toMatchObject({ sessionId, text: 'Three.' });
  expect(chat.model.requests.at(-1)?.body).toContain('Count.');
});

test('cards and files are given to the model (D12 D15)', async () => {
  chat.model.say({ text: 'Noted.' });
  const { id } = await chat.app.client.cards.create({
    projectId: chat.projectId,
    from: { source: 'note', content: 'Retries are counted from zero.' },
  });

  const { code } = await run(['ask', 'Is that so?', '--card', id, '--file', '-'], { stdin: 'a log that says no' });

  expect(code).toBe(0);
  expect(chat.model.requests[0]?.body).toContain('Retries are counted from zero.');
  expect(chat.model.requests[0]?.body).toContain('a log that says no');
});

test('a failed turn is a failed command, in words and in JSON (D9)', async () => {
  chat.model.on('broken', { status: 401 });

  const people = await run(['ask', 'broken']);
  const programs = await run(['ask', 'broken', '--json']);

  expect(people.code).not.toBe(0);
  expect(people.stderr).toContain('Error:');
  expect(programs.code).toBe(people.code);
  expect(JSON.parse(programs.stdout)).toMatchObject({ status: 'failed', error: { message: expect.any(String) } });
});

test('Ctrl+C ends the answer and keeps what was said, with exit code 130 (D8)', async () => {
  const interrupt = new AbortController();
  chat.model.say({ text: 'First words, then many more.', pieceSize: 6, holdAfter: 4 });
  const running = run(['ask', 'Tell me', '--json'], { signal: interrupt.signal });
  await chat.model.held();

  interrupt.abort();
  const { code, stdout } = await running;

  expect(code).toBe(130);
  expect(JSON.parse(stdout)).toMatchObject({ status: 'stopped', text: expect.stringMatching(/^First/) });
});

test('an answer is whole although its feed is cut again and again (E13)', async () => {
  const said = 'Twelve words are said here, one after the other, and none is lost.';
  chat.model.say({ text: said, pieceSize: 4, holdAfter: 6 });
  let feeds = 0;
  const { app } = chat;
  const cutting = {
    ...app,
    app: {
      ...app.app,
      fetch: async (request: Request) => {
        const response = await app.app.fetch(request);
        if (!request.url.includes('/v1/live?')) return response;
        feeds += 1;
        if (feeds === 2) chat.model.release();
        return feeds > 3 || response.body === null ? response : cutAfter(response, 700 * feeds);
      },
    },
  };

  const { code, stdout } = await runOnApp(cutting, ['ask', 'Say it', '--project', chat.projectId]);

  expect({ code, stdout }).toEqual({ code: 0, stdout: `${said}\n` });
  expect(feeds).toBeGreaterThan(1);
});

test('a budget that is used up is asked about in the terminal, and said where nobody is (I7)', async () => {
  const { models } = chat.app.client;
  const allow = async (more: number) => {
    const { person } = await models.budgets({});
    await models.setBudget({ limitMicros: person.spentMicros + more, limitMs: null });
  };
  const dear = { text: 'A dear answer.', usage: { input: 1000, output: 100 } };
  chat.model.say(dear, dear);

  await allow(500);
  const nobody = await run(['ask', 'What does it cost?']);
  await allow(500);
  const keyboard = new PassThrough();
  const talking = run(['ask'], {
    keyboard,
    onStderr: (said) => said.endsWith('? ') && keyboard.write('raise\n/quit\n'),
  });
  keyboard.write('And this?\n');
  const somebody = await talking;

  expect(nobody).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/All your jobs have spent.*yudai jobs answer job_/),
  });
  expect(somebody.stderr).toContain('raise (Raise the budget to');
  expect(somebody.stdout).toContain('A dear answer.');
  await models.setBudget({ limitMicros: null, limitMs: null });
});

test('without a question somebody at a terminal talks: answers, /cost, /stop, /new and /quit (D7)', async () => {
  const keyboard = new PassThrough();
  chat.model.say({ text: 'Hello.' }, { text: 'Never ending story.', pieceSize: 6, holdAfter: 4 }, { text: 'Afresh.' });
  const talking = run(['ask'], { keyboard });

  keyboard.write('Hi\n/cost\nTell a story\n');
  await chat.model.held();
  keyboard.write('/stop\n/new\nAgain\n/what\n/quit\n');
  const { code, stdout, stderr } = await talking;

  expect(code).toBe(0);
  expect(stdout).toMatch(/^Hello\.\nNever[^\n]*\nAfresh\.\n/);
  expect(stderr).toContain('1 question · 100 tokens in, 20 out');
  expect(stderr).toContain('stopped · ');
  expect(stderr).toContain('/new begins another conversation');
  const sessions = await chat.app.client.chat.list({ projectId: chat.projectId, limit: 2 });
  expect(sessions.items.map(({ title }) => title)).toEqual(['Again', 'Hi']);
});

test('what cannot be asked is said, with an exit code (D7)', async () => {
  expect((await run(['ask'], { stdin: '' })).code).toBe(2);
  expect((await run(['ask', 'x', '--model', 'gpt'])).stderr).toContain('provider/model');
  expect((await run(['ask', 'x', '--model', 'openai/other'])).code).not.toBe(0);
  expect((await run(['ask', 'x', '--session', 'nothing of this name'])).code).toBe(3);
  expect((await run(['ask', 'x', '--card', 'nothing'])).code).toBe(2);
  expect((await run(['ask', 'x', '--file', 'nowhere.txt'])).code).toBe(3);
});

test('conversations are listed, shown, renamed, exported, read back and removed (D1 D3 D5)', async () => {
  chat.model.say({ text: 'Kept.' });
  const asked = await run(['ask', 'Keep this', '--json']);
  const { sessionId } = JSON.parse(asked.stdout);
  const file = join(folder, 'talk.json');

  expect((await run(['sessions', 'rename', sessionId, 'Kept talk'])).stdout).toBe('Now called Kept talk.\n');
  expect((await run(['sessions'])).stdout).toContain('Kept talk');
  expect((await run(['sessions', 'show', 'Kept talk'])).stdout).toMatch(/Keep this[^]*DAifu\nKept\./);
  expect((await run(['sessions', 'export', 'Kept talk', '--format', 'markdown'])).stdout).toContain('Keep this');
  expect((await run(['sessions', 'export', sessionId, file])).code).toBe(0);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ format: 'yudai-chat', title: 'Kept talk' });

  const back = JSON.parse((await run(['sessions', 'import', file, '--json'])).stdout);
  expect(back).toMatchObject({ title: 'Kept talk', messageCount: 2 });
  writeFileSync(file, '{"format": "other"}');
  expect((await run(['sessions', 'import', file])).stderr).toContain('not a file of a conversation');

  expect((await run(['sessions', 'remove', sessionId])).code).toBe(2);
  expect((await run(['sessions', 'remove', sessionId, '--yes'])).stdout).toContain('is deleted');
  expect((await run(['sessions', 'show', sessionId])).code).toBe(3);
});

async function blobOf(path: string): Promise<string> {
  return (await chat.app.client.codebase.file({ projectId: chat.projectId, path })).blob.slice(0, 12);
}

/** The same answer, whose body breaks after so many bytes. */
function cutAfter(response: Response, bytes: number): Response {
  const reader = response.body?.getReader();
  let left = bytes;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done = true, value } = (await reader?.read()) ?? {};
      if (done || value === undefined) return controller.close();
      controller.enqueue(value.slice(0, left));
      left -= value.length;
      if (left > 0) return;
      await reader?.cancel();
      controller.error(new TypeError('terminated'));
    },
  });
  return new Response(body, { status: response.status, headers: response.headers });
}
