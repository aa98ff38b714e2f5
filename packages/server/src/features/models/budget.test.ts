import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { isQuiet, startChat, type TestChat, wordsOf } from '#testing/start-chat.ts';

let chat: TestChat;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'yudai-budget-'));
  const prices = join(folder, 'prices.json');
  await writeFile(prices, JSON.stringify({ 'compatible/scripted': { input: 1, output: 10 } }));
  chat = await startChat({ 'a.ts': 'export const a = 1;\n' }, { env: { YUDAI_MODEL_PRICES: prices } });
});
beforeEach(() => chat.model.reset());
afterAll(async () => {
  await chat.close();
  await rm(folder, { recursive: true, force: true });
});

/** Asks with this left of the budget, and waits until the turn has stopped to ask. */
async function askOver(limitMicros: number) {
  const { client } = chat.app;
  const { person } = await client.models.budgets({});
  await client.models.setBudget({ limitMicros: person.spentMicros + limitMicros, limitMs: null });
  chat.model.say({ text: 'A dear answer.', usage: { input: 1000, output: 100 } });
  const id = await chat.begin();
  const { cursor } = await client.chat.get({ id });
  const { job } = await client.chat.send({ id, text: 'What does it cost?' });
  if (job === null) throw new Error('No turn was started.');
  const { actor, signal } = {
    actor: { userId: chat.owner.userId, name: 'x', via: 'local' as const },
    signal: new AbortController().signal,
  };
  const ctx = { actor, signal, requestId: 'x' };
  for await (const { type, data } of chat.app.app.live.subscribe(ctx, new Map([[`job:${job.id}`, 0]]), { signal })) {
    if (type === 'status' && data.status === 'waiting_for_input') break;
  }
  return { id, cursor, jobId: job.id };
}

test('a turn over the budget waits and asks; raised, it ends with the answer that has been paid for (I7)', async () => {
  const { client } = chat.app;
  const { id, cursor, jobId } = await askOver(500);

  const waiting = await client.jobs.get({ id: jobId });
  expect(waiting).toMatchObject({ status: 'waiting_for_input', costMicros: 2000 });
  expect(waiting.questions?.[0]?.text).toContain('All your jobs have spent');

  await client.jobs.respond({ id: jobId, answers: [{ questionId: 'budget', answer: 'raise' }] });
  await chat.until(id, isQuiet, cursor);

  expect(wordsOf((await client.chat.get({ id })).messages[1])).toBe('A dear answer.');
  // It was asked once and charged once.
  expect(chat.model.requests).toHaveLength(1);
  expect(await client.jobs.get({ id: jobId })).toMatchObject({ status: 'completed', costMicros: 2000 });
});

test('stopped at its budget, a turn ends and what it has used stays counted (I7)', async () => {
  const { client } = chat.app;
  const before = (await client.models.usage({})).total.costMicros;
  const { id, cursor, jobId } = await askOver(500);

  await client.jobs.respond({ id: jobId, answers: [{ questionId: 'budget', answer: 'stop' }] });
  await chat.until(id, isQuiet, cursor);

  expect((await client.jobs.get({ id: jobId })).status).toBe('cancelled');
  expect((await client.models.usage({})).total.costMicros - before).toBe(2000);
  expect(chat.model.requests).toHaveLength(1);
});
