// One database is enough: what is recorded is what models say.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Id } from '@yudai/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ScriptedModel, startScriptedModel, startTestApp, type TestApp } from '#testing/index.ts';
import { connectAndIndex } from '#testing/make-repository.ts';
import { wordsOf } from '#testing/start-chat.ts';

/**
 * What a model was asked and said on the way from a question to an issue. Whoever changes a prompt, a tool or what is gathered records it
 * anew: `RECORD_CASSETTES=1 npx vitest run --project server packages/server/src/features/issues/recorded.test.ts`.
 */
const cassette = fileURLToPath(new URL('../../testing/cassettes/conversation-to-issue.jsonl', import.meta.url));
const isRecording = process.env['RECORD_CASSETTES'] === '1';
const code = 'export function retry(count: number) {\n  count += 1;\n  return count + 1;\n}\n';
const cite = 'src/queue.ts:1-4';

let folder: string;
let model: ScriptedModel | null = null;
let app: TestApp;
let projectId: Id<'project'>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'yudai-recorded-'));
  await mkdir(join(folder, 'src'));
  await writeFile(join(folder, 'src', 'queue.ts'), code);
  await writeFile(join(folder, 'readme.md'), '# Queue\n\nTries again when a job fails.\n');
  if (isRecording) {
    await rm(cassette, { force: true });
    model = await startScriptedModel();
  }
  app = await startTestApp({
    env:
      model === null
        ? { YUDAI_MODELS: 'compatible/scripted', YUDAI_MODEL_REPLAY: cassette }
        : { ...model.env, YUDAI_MODEL_RECORD: cassette },
  });
  const { project } = await connectAndIndex(app, folder);
  // The name of the folder is another each time, and models are told it.
  await app.client.projects.update({ id: project.id, name: 'queue' });
  projectId = project.id;
});
afterAll(async () => {
  await app.close();
  await model?.close();
  await rm(folder, { recursive: true });
});

test('from a recording alone a question is answered with its source and becomes an issue, after asking back (D7 F1 F7 I12)', async () => {
  script();
  const session = await app.client.chat.create({ projectId });

  const { message: question } = await app.client.chat.send({ id: session.id, text: 'How are retries counted?' });
  await app.app.jobs.drain();
  const { messages } = await app.client.chat.get({ id: session.id });
  const answer = messages.find(({ parentId }) => parentId === question.id);

  expect(answer?.status).toBe('complete');
  expect(answer?.parts.map(({ type }) => type)).toEqual(['tool', 'text']);
  expect(wordsOf(answer)).toContain('adds two');
  expect(answer?.citations).toMatchObject([{ path: 'src/queue.ts', state: 'verified' }]);

  const { issue, job } = await app.client.issues.draft({
    projectId,
    text: 'Count each retry once',
    sessionId: session.id,
    messageId: answer?.id,
  });
  await waiting(job.id);
  await app.client.jobs.respond({ id: job.id, answers: [{ questionId: 'q1', answer: 'o1' }] });
  await app.app.jobs.drain();
  const drafted = await app.client.issues.get({ projectId, id: issue.id });

  expect(drafted).toMatchObject({ title: 'Count each retry once', version: 2, origin: 'message', failure: null });
  expect(drafted.document.criteria).toMatchObject([{ id: 'AC1', text: 'retry(0) is 1' }]);
  const { citations } = await app.client.issues.check({ projectId, id: issue.id });
  expect(citations.map(({ state }) => state)).toEqual(['verified']);
});

/** What the model says while it is recorded. */
function script(): void {
  model?.say(
    { tools: [{ name: 'read', input: { path: 'src/queue.ts' } }] },
    { text: `\`retry\` adds two to the count: \`${cite}\`.` },
    {
      text: JSON.stringify({
        questions: [{ text: 'What is a retry?', why: 'Both are counted.', options: ['A failed try', 'Any try'] }],
        issue: null,
      }),
    },
    {
      text: JSON.stringify({
        questions: [],
        issue: {
          title: 'Count each retry once',
          problem: 'The queue gives up after half of the tries.',
          evidence: [{ cite, note: 'adds in two places' }],
          current: '`retry` adds two.',
          wanted: '`retry` adds one.',
          criteria: [{ text: 'retry(0) is 1', check: { kind: 'test', how: 'queue.test.ts asserts retry(0) === 1' } }],
          files: [{ path: 'src/queue.ts', symbol: 'retry', why: 'counts' }],
          outOfScope: [],
          risks: [],
          notes: '',
          labels: [],
          priority: 'high',
          complexity: 'S',
        },
      }),
    },
  );
}

async function waiting(id: Id<'job'>): Promise<void> {
  const stop = new AbortController();
  const { account } = await app.client.accounts.status({});
  if (account === null) throw new Error('The local owner has no account.');
  const ctx = { actor: { userId: account.id, name: 'x', via: 'local' as const }, signal: stop.signal, requestId: 'x' };
  const cursors = new Map([[`job:${id}` as const, 0]]);
  for await (const event of app.app.live.subscribe(ctx, cursors, { signal: stop.signal })) {
    if (event.type === 'status' && event.data.status === 'waiting_for_input') break;
    if (event.type === 'error') throw new Error(event.data.message);
  }
}
