import type { Id } from '@yudai/contract';
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { isQuiet, startChat, type Talker, type TestChat, wordsOf } from '#testing/start-chat.ts';

let chat: TestChat;
beforeAll(async () => {
  chat = await startChat({ 'src/a.ts': 'export const a = 1;\n' });
});
afterAll(() => chat.close());
afterEach(() => chat.model.reset());

/** Somebody's question, in a conversation, whose answer has said some words and stands still. */
async function askedBy(who: Talker, id: Id<'session'>): Promise<Id<'job'>> {
  chat.model.say({ text: 'First words, then many more.', pieceSize: 6, holdAfter: 4 });
  const { job } = await who.client.chat.send({ id, text: 'Tell me.' });
  await chat.model.held();
  await chat.until(id, ({ type, data }) => type === 'message' && data.action === 'delta');
  if (job === null) throw new Error('Nothing was begun.');
  return job.id;
}

/** What is kept of a conversation, by kind. */
async function leftOf(id: Id<'session'>): Promise<unknown[]> {
  const { rows } = await chat.app.database.asSystem((db) =>
    db.execute(sql`
      select 'session' as kind from chat_sessions where id = ${id}
      union all select 'message' from chat_messages where session_id = ${id}
      union all select 'topic' from live_topics where topic = ${`session:${id}`}
      union all select 'event' from live_events where topic = ${`session:${id}`}`),
  );
  return rows.map(({ kind }) => kind);
}

test.each([
  ['may only read from now on', 'viewer'],
  ['is taken out', null],
] as const)('the answer to somebody who %s in the middle of it ends by itself (D8 B10)', async (_, role) => {
  const { app, model, projectId } = chat;
  const ada = await chat.member(`ada ${role}`, 'member');
  const id = await chat.begin('project');
  const { cursor } = await app.client.chat.get({ id });
  const jobId = await askedBy(ada, id);

  const person = { id: projectId, userId: ada.userId };
  await (role === null
    ? app.client.projects.removeMember(person)
    : app.client.projects.changeMember({ ...person, role }));
  const told = await chat.until(id, isQuiet, cursor);

  const { messages } = await app.client.chat.get({ id });
  expect(messages.map(({ status }) => status)).toEqual(['complete', 'stopped']);
  expect(wordsOf(messages[1])).toMatch(/^First/);
  expect((await app.client.jobs.get({ id: jobId })).status).toBe('cancelled');
  expect(told.findLast(({ type }) => type === 'message')?.data).toMatchObject({ message: { status: 'stopped' } });
  model.reset();
  model.say({ text: 'Gladly.' });
  expect(wordsOf((await chat.ask(id, 'Go on.')).messages.at(-1))).toBe('Gladly.');
});

test('who leaves a project no longer sees what they said there; what they shared goes to its owner (D6 B11)', async () => {
  const { app, model, projectId, owner } = chat;
  const lea = await chat.member('lea', 'member');
  const own = await lea.client.chat.create({ projectId });
  const shared = await lea.client.chat.create({ projectId, visibility: 'project' });
  model.say({ text: 'To you alone.' }, { text: 'To everybody.' });
  for (const { id } of [own, shared]) {
    await lea.client.chat.send({ id, text: 'Hello.' });
    await chat.until(id, isQuiet, 0, lea);
  }

  await lea.client.projects.removeMember({ id: projectId, userId: lea.userId });

  for (const { id } of [own, shared]) {
    await expect(lea.client.chat.get({ id })).rejects.toMatchObject({ code: 'not_found' });
  }
  await expect(chat.until(shared.id, isQuiet, 0, lea)).rejects.toMatchObject({ code: 'not_found' });
  // The feed of what was theirs alone is still theirs; what it told is not.
  await expect(chat.until(own.id, isQuiet, 1, lea)).rejects.toMatchObject({ code: 'gone' });
  expect(await leftOf(own.id)).toEqual(['session', 'message', 'message', 'topic']);
  await expect(app.client.chat.get({ id: own.id })).rejects.toMatchObject({ code: 'not_found' });
  const state = await app.client.chat.get({ id: shared.id });
  expect(state.session.ownerId).toBe(owner.userId);
  expect(state.messages.map(wordsOf)).toEqual(['Hello.', 'To everybody.']);
  await app.client.chat.update({ id: shared.id, visibility: 'private' });
  await app.client.chat.remove({ id: shared.id });
});

test('a conversation that is deleted in the middle of an answer takes the answer along, and leaves nothing (D8 J9)', async () => {
  const { app } = chat;
  const id = await chat.begin();
  const jobId = await askedBy(chat.owner, id);

  await app.client.chat.remove({ id });
  await app.app.jobs.drain();

  expect((await app.client.jobs.get({ id: jobId })).status).toBe('cancelled');
  await expect(app.client.chat.get({ id })).rejects.toMatchObject({ code: 'not_found' });
  expect(await leftOf(id)).toEqual([]);
});
