// One database is enough: turns are jobs and rows like those of chat.test.ts and platform/jobs, which run on both.
import type { Id } from '@yudai/contract';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { isQuiet, startChat, type TestChat, wordsOf } from '#testing/start-chat.ts';

let chat: TestChat;
beforeAll(async () => {
  chat = await startChat({ 'src/a.ts': 'export const a = 1;\n' });
});
afterAll(() => chat.close());
afterEach(() => chat.model.reset());

/** A session whose answer has said some words and stands still. */
async function held(more: Record<string, unknown> = {}): Promise<Id<'session'>> {
  const { app, model } = chat;
  model.say({ text: 'First words, then many more.', pieceSize: 6, holdAfter: 4, ...more });
  const id = await chat.begin();
  await app.client.chat.send({ id, text: 'Tell me.' });
  await model.held();
  await chat.until(id, ({ type, data }) => type === 'message' && data.action === 'delta');
  return id;
}

const shown = async (id: Id<'session'>) => {
  const { messages } = await chat.app.client.chat.get({ id });
  return messages.map((message) => `${message.role} ${message.status}: ${wordsOf(message)}`);
};

test('stop ends the answer at once and keeps what was said; the next question is answered (D8)', async () => {
  const { app, model } = chat;
  const id = await held();

  expect(await app.client.chat.stop({ id })).toEqual({ stopped: true });
  await chat.until(id, isQuiet);
  const [question, answer] = await shown(id);

  expect(question).toBe('user complete: Tell me.');
  expect(answer).toMatch(/^assistant stopped: First/);
  expect(await app.client.chat.stop({ id })).toEqual({ stopped: false });

  model.reset();
  model.say({ text: 'Gladly.' });
  await chat.ask(id, 'Go on.');
  expect((await shown(id)).slice(2)).toEqual(['user complete: Go on.', 'assistant complete: Gladly.']);
  expect(model.requests.at(-1)?.body).toContain('First');
});

test('messages that wait are answered one after the other, and can be taken back (D8)', async () => {
  const { app, model } = chat;
  const id = await held();
  model.say({ text: 'Second answer.' });

  const second = await app.client.chat.send({ id, text: 'And then?' });
  const third = await app.client.chat.send({ id, text: 'Never mind.' });
  expect([second.message.status, second.answer, second.job]).toEqual(['queued', null, null]);
  await app.client.chat.unqueue({ id, messageId: third.message.id });
  model.release();
  await chat.until(id, isQuiet);

  expect(await shown(id)).toEqual([
    'user complete: Tell me.',
    'assistant complete: First words, then many more.',
    'user complete: And then?',
    'assistant complete: Second answer.',
  ]);
});

test('a message that steers is read at the next step of the same turn (D8)', async () => {
  const { app, model } = chat;
  const id = await held({ tools: [{ name: 'read', input: { path: 'src/a.ts' } }] });
  model.say({ text: 'Done your way.' });

  const steered = await app.client.chat.send({ id, text: 'Be brief.', mode: 'steer' });
  expect(steered.message.status).toBe('queued');
  model.release();
  await chat.until(id, isQuiet);

  expect(await shown(id)).toEqual([
    'user complete: Tell me.',
    'assistant complete: First words, then many more.',
    'user complete: Be brief.',
    'assistant complete: Done your way.',
  ]);
  expect(model.requests).toHaveLength(2);
  expect(model.requests[1]?.body).toContain('Be brief.');
});

test('a message that interrupts ends the answer and goes before those that wait (D8)', async () => {
  const { app, model } = chat;
  const id = await held();
  model.say({ text: 'At once.' }, { text: 'Later.' });

  await app.client.chat.send({ id, text: 'I wait.' });
  await app.client.chat.send({ id, text: 'Stop, this first.', mode: 'interrupt' });
  await chat.until(id, isQuiet);

  const lines = await shown(id);
  expect(lines[1]).toMatch(/^assistant stopped: First/);
  expect(lines.slice(2)).toEqual([
    'user complete: Stop, this first.',
    'assistant complete: At once.',
    'user complete: I wait.',
    'assistant complete: Later.',
  ]);
});

test('answering again and saying it differently make branches, and none is lost (D10)', async () => {
  const { app, model } = chat;
  model.say({ text: 'One.' }, { text: 'Two.' }, { text: 'Three.' });
  const id = await chat.begin();
  const { messages, cursor } = await chat.ask(id, 'Count.');
  const [question, first] = messages;
  if (question === undefined || first === undefined) throw new Error('nothing was said');

  await app.client.chat.regenerate({ id, messageId: first.id });
  await chat.until(id, isQuiet, cursor);
  const again = await app.client.chat.get({ id });
  expect(wordsOf(again.messages[1])).toBe('Two.');
  expect(again.messages[1]?.siblings).toHaveLength(2);

  await app.client.chat.send({ id, text: 'Count higher.', instead: question.id });
  await chat.until(id, isQuiet, again.cursor);
  expect(await shown(id)).toEqual(['user complete: Count higher.', 'assistant complete: Three.']);

  await app.client.chat.showBranch({ id, messageId: first.id });
  expect(await shown(id)).toEqual(['user complete: Count.', 'assistant complete: One.']);
});

test('while an answer is on its way nobody rewrites what is before it (D10)', async () => {
  const { app, model } = chat;
  const id = await held();
  const [question, answer] = (await app.client.chat.get({ id })).messages;
  if (question === undefined || answer === undefined) throw new Error('nothing was said');

  const tried = [
    () => app.client.chat.regenerate({ id, messageId: answer.id }),
    () => app.client.chat.showBranch({ id, messageId: question.id }),
    () => app.client.chat.send({ id, text: 'x', instead: question.id }),
    () => app.client.chat.compact({ id }),
  ];
  for (const attempt of tried) await expect(attempt()).rejects.toMatchObject({ code: 'conflict' });
  model.release();
  await chat.until(id, isQuiet);
});

test('two questions at the same moment are one answer and one that waits (D7 D8)', async () => {
  const { app, model } = chat;
  model.say({ text: 'First.' }, { text: 'Second.' });
  const id = await chat.begin();

  const sent = await Promise.all([app.client.chat.send({ id, text: 'a' }), app.client.chat.send({ id, text: 'b' })]);
  expect(sent.map(({ message }) => message.status).toSorted()).toEqual(['complete', 'queued']);
  await chat.until(id, isQuiet);

  expect((await shown(id)).map((line) => line.split(':')[0])).toEqual([
    'user complete',
    'assistant complete',
    'user complete',
    'assistant complete',
  ]);
});

test('a long conversation is summed up, and the turns that follow are given the summary (D11)', async () => {
  const { app, model } = chat;
  const id = await chat.begin();
  model.on('Old words', { text: 'Noted.' });
  for (let turn = 1; turn <= 4; turn += 1) await chat.ask(id, `Old words number ${turn}`);
  model.reset();
  model.on('Sum up the conversation', { text: 'Goal: old words.' });
  const { cursor } = await app.client.chat.get({ id });

  await app.client.chat.compact({ id });
  await chat.until(id, isQuiet, cursor);
  model.reset();
  model.say({ text: 'Yes.' });
  const { messages } = await chat.ask(id, 'New words');

  const body = model.requests[0]?.body ?? '';
  expect(body).toContain('Goal: old words.');
  expect(body).not.toContain('Old words number 1');
  expect(body).toContain('Old words number 4');
  expect(messages.at(-1)?.context?.items.map(({ title }) => title)).toContain('Summary of what was said before');
});

test('a history that no model could take ends well: the newest of it is told, the rest is named as left out (D11)', async () => {
  const { app, model, projectId } = chat;
  const text = 'tea and water '.repeat(1200);
  const messages = Array.from({ length: 80 }, (_, order) => ({
    role: order % 2 === 0 ? ('user' as const) : ('assistant' as const),
    parent: order === 0 ? null : order - 1,
    author: null,
    text: `${order} ${text}`,
    createdAt: '2026-01-01T00:00:00.000Z',
  }));
  const conversation = { format: 'yudai-chat' as const, version: 1 as const, title: 'Long', messages, head: 79 };
  const { id } = await app.client.chat.import({ projectId, conversation });
  model.say({ text: 'Still here.' });

  const state = await chat.ask(id, 'Are you there?');

  const context = state.messages.at(-1)?.context;
  expect(wordsOf(state.messages.at(-1))).toBe('Still here.');
  expect(context?.leftOut.find(({ kind }) => kind === 'history')?.tokens).toBeGreaterThan(200_000);
  expect(context?.tokens).toBeLessThan(100_000);
  expect(model.requests[0]?.body.length).toBeLessThan(500_000);
});
