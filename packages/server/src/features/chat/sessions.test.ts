import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { deleteEmptySessions } from './store.ts';
import { isQuiet, startChat, type Talker, type TestChat, wordsOf } from '#testing/start-chat.ts';

let chat: TestChat;
let ada: Talker;
let viewer: Talker;
beforeAll(async () => {
  chat = await startChat({ 'src/a.ts': 'export const a = 1;\n' });
  ada = await chat.member('ada', 'member');
  viewer = await chat.member('vera', 'viewer');
});
afterAll(() => chat.close());
afterEach(() => chat.model.reset());

test('a conversation is its owner’s alone until it is shared; then members talk in it and viewers read (D6 B11)', async () => {
  const { app, model } = chat;
  const id = await chat.begin();
  for (const other of [ada, viewer]) {
    await expect(other.client.chat.get({ id })).rejects.toMatchObject({ code: 'not_found' });
    await expect(chat.until(id, isQuiet, 0, other)).rejects.toMatchObject({ code: 'not_found' });
  }

  await app.client.chat.update({ id, visibility: 'project' });
  const { cursor } = await viewer.client.chat.get({ id });
  model.say({ text: 'Hello, Ada.' });
  await ada.client.chat.send({ id, text: 'Hello from Ada.' });
  await chat.until(id, isQuiet, cursor, viewer);

  const seen = await viewer.client.chat.get({ id });
  expect(seen.messages.map((message) => [message.author?.name ?? 'DAifu', wordsOf(message)])).toEqual([
    ['ada', 'Hello from Ada.'],
    ['DAifu', 'Hello, Ada.'],
  ]);
  await expect(viewer.client.chat.send({ id, text: 'x' })).rejects.toMatchObject({ code: 'forbidden' });
  await expect(ada.client.chat.update({ id, visibility: 'private' })).rejects.toMatchObject({ code: 'forbidden' });

  await app.client.chat.update({ id, visibility: 'private' });
  await expect(ada.client.chat.get({ id })).rejects.toMatchObject({ code: 'not_found' });
  await expect(chat.until(id, isQuiet, 0, ada)).rejects.toMatchObject({ code: 'not_found' });
});

test('two people in one conversation are told the same things in the same order (D6 E4)', async () => {
  const { model, app } = chat;
  const id = await chat.begin('project');
  model.say({ text: 'To one.', pieceSize: 2 }, { text: 'To the other.', pieceSize: 2 });

  await Promise.all([
    app.client.chat.send({ id, text: 'I am one.' }),
    ada.client.chat.send({ id, text: 'I am the other.' }),
  ]);
  const [mine, theirs] = await Promise.all([chat.until(id, isQuiet), chat.until(id, isQuiet, 0, ada)]);

  expect(theirs).toEqual(mine);
  expect(mine.map(({ seq }) => seq)).toEqual(mine.map((_, order) => order + 1));
});

test('a shared conversation takes no private card (D6 D14)', async () => {
  const { app, projectId } = chat;
  const id = await chat.begin('project');
  const note = await app.client.cards.create({ projectId, from: { source: 'note', content: 'Only mine.' } });

  await expect(app.client.chat.selectCards({ id, cardIds: [note.id] })).rejects.toMatchObject({ code: 'conflict' });
  await app.client.cards.update({ projectId, id: note.id, visibility: 'project' });
  await app.client.chat.selectCards({ id, cardIds: [note.id] });

  expect((await viewer.client.chat.get({ id })).cards.map(({ title }) => title)).toEqual([note.title]);
});

test('the whole text of chosen cards and attachments is in the prompt, and cards outlive the conversation (D12 D14 D15)', async () => {
  const { app, model, projectId } = chat;
  const content = `Begin of the card. ${'leaf '.repeat(400)} End of the card.`;
  const card = await app.client.cards.create({ projectId, from: { source: 'note', content } });
  const id = (await app.client.chat.create({ projectId, cardIds: [card.id] })).id;
  const file = await app.client.chat.attach({ id, name: 'notes.txt', text: 'Attached words.' });
  model.say({ text: 'Read.' });

  await app.client.chat.send({ id, text: 'Read it.', attachmentIds: [file.id] });
  await chat.until(id, isQuiet);

  const body = model.requests[0]?.body ?? '';
  for (const words of ['Begin of the card.', 'End of the card.', 'Attached words.']) expect(body).toContain(words);
  const [question, answer] = (await app.client.chat.get({ id })).messages;
  expect(question?.parts.map(({ type }) => type)).toEqual(['text', 'attachment']);
  expect(answer?.context?.items.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['card', 'attachment']));
  await app.client.chat.remove({ id });
  expect((await app.client.cards.get({ projectId, id: card.id })).content).toBe(content);
  await expect(app.client.chat.get({ id })).rejects.toMatchObject({ code: 'not_found' });
});

test('the history of a conversation begins with its newest page, and reaches its first message (D13)', async () => {
  const { app, projectId } = chat;
  const messages = Array.from({ length: 25 }, (_, order) => ({
    role: order % 2 === 0 ? ('user' as const) : ('assistant' as const),
    parent: order === 0 ? null : order - 1,
    author: null,
    text: `message ${order}`,
    createdAt: '2026-01-01T00:00:00.000Z',
  }));
  const conversation = { format: 'yudai-chat' as const, version: 1 as const, title: 'Pages', messages, head: 24 };
  const { id } = await app.client.chat.import({ projectId, conversation });

  const state = await app.client.chat.get({ id, limit: 10 });
  expect(state.messages.map(wordsOf)).toEqual(messages.slice(15).map(({ text }) => text));
  const read: string[] = [];
  for (let cursor = state.earlier; cursor !== null;) {
    const page = await app.client.chat.messages({ id, limit: 10, cursor });
    read.push(...page.items.map(wordsOf));
    cursor = page.nextCursor;
  }
  expect(read.toReversed()).toEqual(messages.slice(0, 15).map(({ text }) => text));
});

test('what was exported comes back as it was said, with its branches, and nothing it claims of itself is believed (D5)', async () => {
  const { app, model, projectId } = chat;
  model.say({ text: 'One.' }, { text: 'Two.' });
  const id = await chat.begin();
  const { messages, cursor } = await chat.ask(id, 'Count.');
  const answer = messages[1];
  if (answer === undefined) throw new Error('nothing was said');
  await app.client.chat.regenerate({ id, messageId: answer.id });
  await chat.until(id, isQuiet, cursor);

  const file = await app.client.chat.export({ id, format: 'json' });
  const conversation = JSON.parse(file.text) as Parameters<typeof app.client.chat.import>[0]['conversation'];
  const copy = await ada.client.chat.import({ projectId, conversation });
  const back = await ada.client.chat.get({ id: copy.id });

  expect(back.messages.map((message) => message.parts.length)).toEqual([1, 1]);
  expect(wordsOf(back.messages[1])).toBe('Two.');
  expect(back.messages[1]?.siblings).toHaveLength(2);
  expect(back.messages.map((message) => [message.usage, message.model, message.author?.name ?? null])).toEqual([
    [null, null, 'ada'],
    [null, null, null],
  ]);
  expect((await app.client.chat.export({ id, format: 'markdown' })).text).toContain('## DAifu');
});

test.each([
  ['a parent that comes later', { parent: 3 }],
  ['a text with a NUL', { text: 'a\0b' }],
])('a file with %s is refused and makes nothing (D5 N3)', async (_, wrong) => {
  const { app, projectId } = chat;
  const message = {
    role: 'user' as const,
    parent: null,
    author: null,
    text: 'x',
    createdAt: '2026-01-01T00:00:00.000Z',
  };
  const before = (await app.client.chat.list({ projectId })).items.length;
  const conversation = {
    format: 'yudai-chat' as const,
    version: 1 as const,
    title: 'x',
    head: 0,
    messages: [{ ...message, ...wrong }],
  };

  await expect(app.client.chat.import({ projectId, conversation })).rejects.toMatchObject({ code: 'invalid_input' });
  expect((await app.client.chat.list({ projectId })).items).toHaveLength(before);
});

test('a fork goes on from one message and leaves the first conversation alone (D2)', async () => {
  const { app, model } = chat;
  model.say({ text: 'One.' }, { text: 'Two.' }, { text: 'Elsewhere.' });
  const id = await chat.begin();
  const first = await chat.ask(id, 'a');
  await chat.ask(id, 'b');
  const answer = first.messages[1];
  if (answer === undefined) throw new Error('nothing was said');

  const fork = await app.client.chat.fork({ id, messageId: answer.id });
  const state = await chat.ask(fork.id, 'c');

  expect(state.messages.map(wordsOf)).toEqual(['a', 'One.', 'c', 'Elsewhere.']);
  expect(fork.forkedFrom).toEqual({ sessionId: id, messageId: answer.id });
  expect((await app.client.chat.get({ id })).messages.map(wordsOf)).toEqual(['a', 'One.', 'b', 'Two.']);
  // What the copy cost was paid by the first.
  expect(state.statistics.inputTokens).toBe(state.messages[3]?.usage?.inputTokens);
});

test('conversations are listed with the pinned first, found by their words, renamed and put away (D3 D12)', async () => {
  const { app, model, projectId } = chat;
  model.say({ text: 'Oolong is half oxidised.' });
  const id = await chat.begin();
  await chat.ask(id, 'What is oolong?');
  await chat.begin();
  await app.client.chat.update({ id, pinned: true });

  const { items } = await app.client.chat.list({ projectId });
  expect(items[0]?.id).toBe(id);
  const found = await app.client.chat.search({ projectId, query: 'oxidised', role: 'assistant' });
  expect(found.items.map(({ message, sessionTitle }) => [message.sessionId, sessionTitle])).toEqual([
    [id, 'What is oolong?'],
  ]);
  expect((await ada.client.chat.search({ projectId, query: 'oxidised' })).items).toEqual([]);

  await app.client.chat.update({ id, title: 'Oolong', archived: true });
  expect((await app.client.chat.list({ projectId, query: 'oolong' })).items).toEqual([]);
  expect((await app.client.chat.list({ projectId, archived: true })).items.map(({ title }) => title)).toContain(
    'Oolong',
  );
});

test('who is here is seen by who else is here, viewers too (D6)', async () => {
  const { app } = chat;
  const id = await chat.begin('project');

  await viewer.client.chat.attend({ id });
  const { present } = await app.client.chat.attend({ id });
  expect(present.map(({ name }) => name)).toContain('vera');
  await viewer.client.chat.attend({ id, here: false });
  expect((await app.client.chat.get({ id })).present.map(({ name }) => name)).not.toContain('vera');
});

test('a conversation in which nothing was said is removed after a week, one with a message never (D3)', async () => {
  const { app, model } = chat;
  model.say({ text: 'Stay.' });
  const [empty, used] = [await chat.begin(), await chat.begin()];
  await chat.ask(used, 'Stay?');
  await app.database.asSystem((db) =>
    db.execute("update chat_sessions set last_activity_at = now() - interval '8 days'"),
  );

  const gone = await app.database.asSystem((db) => deleteEmptySessions(db, new Date(Date.now() - 7 * 86_400_000)));

  expect(gone).toContain(empty);
  expect(gone).not.toContain(used);

  await expect(app.client.chat.get({ id: empty })).rejects.toMatchObject({ code: 'not_found' });
  expect((await app.client.chat.get({ id: used })).messages).toHaveLength(2);
});

test('sharing, exporting and deleting a conversation are written down, without what was said (O4 B12)', async () => {
  const { app, projectId } = chat;
  const id = await chat.begin();
  await app.client.chat.update({ id, title: 'Secret tea', visibility: 'project' });
  await app.client.chat.export({ id, format: 'json' });
  await app.client.chat.update({ id, visibility: 'private' });
  await app.client.chat.remove({ id });

  const { items } = await app.client.audit.list({ projectId });
  const own = items.filter(({ target }) => target?.id === id);
  expect(own.map(({ action }) => action)).toEqual([
    'conversation.deleted',
    'conversation.unshared',
    'conversation.exported',
    'conversation.shared',
  ]);
  expect(JSON.stringify(own)).not.toContain('Secret tea');
});

test('a turn that ended without being able to say so does not keep the conversation busy for ever (D8)', async () => {
  const { app, model } = chat;
  model.say({ text: 'One.' }, { text: 'Two.' });
  const id = await chat.begin();
  const { messages, cursor } = await chat.ask(id, 'a');
  // As for somebody who was taken out of the project while DAifu answered them.
  await app.database.asSystem(async (db) => {
    await db.execute(`update chat_sessions set active_job_id = '${messages[1]?.jobId ?? ''}' where id = '${id}'`);
    await db.execute(`update chat_messages set status = 'streaming' where id = '${messages[1]?.id ?? ''}'`);
  });

  await app.client.chat.send({ id, text: 'b' });
  await chat.until(id, isQuiet, cursor);
  const state = await app.client.chat.get({ id });

  expect(state.messages.map(({ status }) => status)).toEqual(['complete', 'stopped', 'complete', 'complete']);
});
