// The embedded database only: what a killed server leaves to another node is tried in platform/jobs/crash.test.ts on both.
import { rm } from 'node:fs/promises';
import { type Id, liveEvent, type MessagePart } from '@yudai/contract';
import type { Client } from '@yudai/contract/client';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { makeRepository, type TestRepository } from '#testing/make-repository.ts';
import { copyEmbeddedTemplate } from '#testing/open-test-database.ts';
import { type ScriptedModel, startScriptedModel } from '#testing/scripted-model.ts';
import { startServer as startServerOn, type TestServer } from '#testing/start-server.ts';

let model: ScriptedModel;
let repository: TestRepository;
let dataDir: string;
beforeAll(async () => {
  model = await startScriptedModel();
  repository = await makeRepository({ 'src/a.ts': 'export const a = 1;\n' });
  dataDir = await copyEmbeddedTemplate();
});
afterAll(async () => {
  await model.close();
  await repository.remove();
  await rm(dataDir, { recursive: true, force: true });
});

test(
  'kill -9 in the middle of an answer: the next server goes on, asks no finished step again, and the feed tells one answer (D8 R1)',
  { timeout: 120_000 },
  async () => {
    const first = await startServer();
    const { project } = await first.client.projects.connect({ source: { kind: 'folder', path: repository.folder } });
    await settled(first.client, project.id);
    const { id } = await first.client.chat.create({ projectId: project.id });
    model.say(
      { text: 'Let me look. ', tools: [{ name: 'read', input: { path: 'src/a.ts' } }] },
      { text: 'These words die with the server.', pieceSize: 4, holdAfter: 5 },
      { text: 'The constant is one.' },
    );
    await first.client.chat.send({ id, text: 'What is a?' });
    await model.held();
    await first.kill();
    model.release();

    const second = await startServer();
    const told = await feedOf(second.url, id);
    const { messages } = await second.client.chat.get({ id });
    await second.kill();

    expect(messages.map(({ role, status }) => `${role} ${status}`)).toEqual(['user complete', 'assistant complete']);
    const answer = messages[1]?.parts ?? [];
    expect(answer.map((part) => (part.type === 'text' ? part.text : part.type))).toEqual([
      'Let me look. ',
      'tool',
      'The constant is one.',
    ]);
    expect(told.map((part) => (part.type === 'text' ? part.text : part.type))).toEqual(
      answer.map((part) => (part.type === 'text' ? part.text : part.type)),
    );
    // The look at the file was paid for once; the words that were lost, twice.
    expect(model.requests).toHaveLength(3);
  },
);

/** The parts of the answer as somebody sees them who watched from the beginning. */
async function feedOf(url: string, id: Id<'session'>): Promise<MessagePart[]> {
  const parts: MessagePart[] = [];
  const stop = AbortSignal.timeout(60_000);
  const response = await fetch(`${url}/api/v1/live?topics=session:${id}`, {
    headers: { 'last-event-id': `session:${id}=0` },
    signal: stop,
  });
  if (!response.ok || response.body === null)
    throw new Error(`The feed answered ${response.status}: ${await response.text()}`);
  for await (const line of linesOf(response.body)) {
    if (!line.startsWith('data:')) continue;
    const parsed = liveEvent.safeParse(JSON.parse(line.slice(5)));
    if (!parsed.success) continue;
    const { type, data } = parsed.data;
    if (type === 'session_update' && data.session.activeJobId === null) return parts;
    if (type !== 'message') continue;
    if (data.action === 'reset') parts.length = data.parts;
    if (data.action === 'part') parts[data.part] = data.value;
    if (data.action === 'delta') {
      const before = parts[data.part];
      const text = before?.type === data.kind ? before.text : '';
      parts[data.part] = { type: data.kind, text: text.slice(0, data.offset) + data.text };
    }
  }
  throw new Error('The feed ended before the answer.');
}

async function* linesOf(body: ReadableStream<Uint8Array>): AsyncIterable<string> {
  let rest = '';
  for await (const text of body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}

/** Until the project is indexed. */
async function settled(client: Client, projectId: Id<'project'>): Promise<void> {
  for (let look = 0; look < 200; look += 1) {
    if ((await client.projects.get({ id: projectId })).indexedAt !== null) return;
    await new Promise((resolve) => {
      setTimeout(resolve, 100);
    });
  }
  throw new Error('The project was not indexed.');
}

async function startServer(): Promise<TestServer> {
  const server = await startServerOn(dataDir, model.env);
  onTestFinished(() => server.kill());
  return server;
}
