// One database is enough: what is kept in mind are rows of a conversation like those of sessions.test.ts, which runs on both.
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { isQuiet, startChat, type TestChat } from '#testing/start-chat.ts';

let chat: TestChat;
beforeAll(async () => {
  chat = await startChat({ 'src/queue.ts': 'export const queue = 1;\n' });
});
afterAll(() => chat.close());
afterEach(() => chat.model.reset());

test('what is written down is given to every later turn until it is taken away (D18)', async () => {
  const { app, model } = chat;
  const sessionId = await chat.begin();
  const { id } = await app.client.memories.add({ sessionId, text: 'Orders are never deleted.', kind: 'decision' });
  model.say({ text: 'Good.' }, { text: 'Good.' }, { text: 'Good.' });

  const { messages } = await chat.ask(sessionId, 'May I delete one?');
  expect(model.requests[0]?.body).toContain('(decision) Orders are never deleted.');
  const given = messages.at(-1)?.context?.items.find(({ kind }) => kind === 'memory');
  expect(given?.tokens).toBeGreaterThan(0);

  await app.client.memories.update({ sessionId, id, text: 'Orders are archived.' });
  await chat.ask(sessionId, 'And now?');
  expect(model.requests[1]?.body).toContain('(decision) Orders are archived.');

  await app.client.memories.remove({ sessionId, id });
  const last = await chat.ask(sessionId, 'And without it?');
  expect(last.messages.at(-1)?.context?.items.map(({ kind }) => kind)).not.toContain('memory');
});

test('summing up keeps facts and decisions in mind, once each, and people see who wrote them down (D18 D11)', async () => {
  const { app, model } = chat;
  const sessionId = await chat.begin();
  await app.client.memories.add({ sessionId, text: 'The queue is bounded!' });
  model.on('Old words', { text: 'Noted.' });
  for (let turn = 1; turn <= 4; turn += 1) await chat.ask(sessionId, `Old words ${turn}`);
  model.reset();
  model.on('Sum up the conversation', { text: 'Decisions: retry thrice. Facts: the queue is bounded.' });
  const picked = [
    { kind: 'decision', text: 'Jobs are retried three times.' },
    { kind: 'fact', text: 'the queue is bounded' },
  ];
  model.on('must never lose', { text: JSON.stringify({ memories: picked }) });
  const { cursor } = await app.client.chat.get({ id: sessionId });

  const { id: jobId } = await app.client.chat.compact({ id: sessionId });
  await chat.until(sessionId, isQuiet, cursor);

  const { items } = await app.client.memories.list({ sessionId });
  expect(items.map(({ kind, text, origin, author }) => [kind, text, origin, author?.id ?? null])).toEqual([
    ['fact', 'The queue is bounded!', 'person', chat.owner.userId],
    ['decision', 'Jobs are retried three times.', 'daifu', null],
  ]);
  expect((await app.client.jobs.get({ id: jobId })).result).toMatchObject({ memories: 1 });
});

test('a model that finds nothing worth keeping, or answers nonsense, leaves the summary as it is (D18 D11)', async () => {
  const { app, model } = chat;
  const sessionId = await chat.begin();
  model.on('Old words', { text: 'Noted.' });
  for (let turn = 1; turn <= 4; turn += 1) await chat.ask(sessionId, `Old words ${turn}`);
  model.reset();
  model.on('Sum up the conversation', { text: 'Goal: words.' });
  model.on('must never lose', { text: 'I do not know.' });
  const { cursor } = await app.client.chat.get({ id: sessionId });

  const { id: jobId } = await app.client.chat.compact({ id: sessionId });
  await chat.until(sessionId, isQuiet, cursor);

  expect(await app.client.jobs.get({ id: jobId })).toMatchObject({ status: 'completed', result: { memories: 0 } });
  expect(await app.client.memories.list({ sessionId })).toEqual({ items: [] });
});

test('who sees a conversation sees what it keeps in mind, who writes in it changes it, and nobody else knows of it (D18 B11)', async () => {
  const { app } = chat;
  const [viewer, member] = [await chat.member('vera', 'viewer'), await chat.member('mona', 'member')];
  const hidden = await chat.begin();
  await app.client.memories.add({ sessionId: hidden, text: 'Mine.' });
  const shared = await chat.begin('project');
  const { id } = await app.client.memories.add({ sessionId: shared, text: 'Ours.' });

  await expect(member.client.memories.list({ sessionId: hidden })).rejects.toMatchObject({ code: 'not_found' });
  expect((await viewer.client.memories.list({ sessionId: shared })).items.map(({ text }) => text)).toEqual(['Ours.']);
  await expect(viewer.client.memories.remove({ sessionId: shared, id })).rejects.toMatchObject({ code: 'forbidden' });
  expect(await member.client.memories.update({ sessionId: shared, id, kind: 'highlight' })).toMatchObject({
    kind: 'highlight',
  });
  await expect(member.client.memories.remove({ sessionId: hidden, id })).rejects.toMatchObject({ code: 'not_found' });
  expect(await member.client.memories.remove({ sessionId: shared, id })).toEqual({ removed: true });
});

test('a message of another conversation is no source, and a hundred things are enough (D18)', async () => {
  const { app } = chat;
  const [sessionId, other] = [await chat.begin(), await chat.begin()];
  chat.model.say({ text: 'Hello.' });
  const { messages } = await chat.ask(other, 'Hello');
  const messageId = messages[0]?.id;
  await expect(app.client.memories.add({ sessionId, text: 'Not from here', messageId })).rejects.toMatchObject({
    code: 'not_found',
  });
  expect(await app.client.memories.add({ sessionId: other, text: 'From here', messageId })).toMatchObject({
    messageId,
  });

  for (let n = 0; n < 100; n += 1) await app.client.memories.add({ sessionId, text: `Thing ${n}` });
  await expect(app.client.memories.add({ sessionId, text: 'One more' })).rejects.toMatchObject({ code: 'conflict' });
});

test('a fork keeps in mind what it was told before, and not what came later (D18 D2)', async () => {
  const { app, model } = chat;
  const id = await chat.begin();
  model.say({ text: 'One.' }, { text: 'Two.' });
  const first = (await chat.ask(id, 'a')).messages;
  const second = (await chat.ask(id, 'b')).messages;
  const [early, late] = [first[1]?.id, second[3]?.id];
  if (early === undefined || late === undefined) throw new Error('nothing was said');
  await app.client.memories.add({ sessionId: id, text: 'Always.' });
  await app.client.memories.add({ sessionId: id, text: 'Early.', messageId: early });
  await app.client.memories.add({ sessionId: id, text: 'Late.', messageId: late });

  const fork = await app.client.chat.fork({ id, messageId: early });

  const { items } = await app.client.memories.list({ sessionId: fork.id });
  const { messages } = await app.client.chat.get({ id: fork.id });
  expect(items.map(({ text, messageId }) => [text, messageId])).toEqual([
    ['Always.', null],
    ['Early.', messages[1]?.id],
  ]);
});
