import type { ModelName } from '@yudai/contract';
import { expect, onTestFinished, type TestContext, test } from 'vitest';
import { createAgentDoor } from '#agent/acp/agent-door.ts';
import { findAgent } from '#agent/acp/find-agent.ts';
import { runAcpAgent } from '#agent/acp/run-acp-agent.ts';
import { installDouble } from '#agent/acp/testing/install-double.ts';
import { createTranscript } from '#agent/transcript.ts';
import { createModels } from '#models/index.ts';
import { startRawProvider, status } from '#models/testing/start-raw-provider.ts';
import { megabyte, needBoxes, openTestBox } from '#sandbox/testing/boxes.ts';

const model: ModelName = 'compatible/chosen';
const key = 'sk-the-key-of-the-host';

/** An agent in a box whose model says to run this command. */
async function openScene(context: TestContext, command: string, admit?: () => string | null) {
  await needBoxes(context);
  const provider = await startRawProvider(
    status(200, {
      choices: [{ message: { content: JSON.stringify({ command }) } }],
      usage: { prompt_tokens: 7, completion_tokens: 3 },
    }),
  );
  onTestFinished(() => provider[Symbol.asyncDispose]());
  const one = [{ model, temperature: null, maxOutputTokens: 1000 }];
  const calls: number[] = [];
  const stop = new AbortController();
  const relay = createModels({
    providers: { compatible: { url: provider.url, key } },
    roles: { chat: one, writer: one, architect: one, coder: one, reviewer: one, mentor: one },
  }).relayFor('coder', {
    signal: stop.signal,
    onCall: ({ inputTokens, outputTokens }) => void calls.push(inputTokens, outputTokens),
    ...(admit === undefined ? {} : { admit }),
  });
  const door = createAgentDoor(relay);
  const agent = await findAgent(await installDouble(), 'opencode');
  if (agent === null) throw new Error('The double is installed.');
  const box = await openTestBox({
    mounts: agent.mounts,
    path: agent.path,
    egress: { allow: [], services: door.services },
    limits: { memory: 1024 * megabyte },
  });
  const transcript = createTranscript([], () => {});
  const start = () =>
    runAcpAgent({
      box,
      agent,
      door,
      relay,
      prompt: 'Solve it.',
      heard: async () => [],
      interrupted: () => new AbortController().signal,
      transcript,
      timeoutMs: 60_000,
      signal: stop.signal,
    });
  return { box, provider, calls, transcript, start, stop };
}

test('an agent of somebody else works in a box, over ACP, with a model whose key it never sees (H5 H12)', async (context) => {
  const { box, provider, calls, transcript, start } = await openScene(
    context,
    'env > seen.txt; cat /proc/self/environ >> seen.txt; echo made > made.txt',
  );

  const end = await start();

  expect(end).toEqual({ stop: 'end_turn' });
  expect((await box.readFile('made.txt')).toString()).toBe('made\n');
  expect((await box.readFile('seen.txt')).toString()).not.toContain(key);
  expect(provider.requests[0]).toContain('Solve it.');
  expect(calls).toEqual([7, 3]);
  expect(transcript.parts).toMatchObject([
    { type: 'tool', tool: 'execute', state: 'done' },
    { type: 'text', text: 'Done.' },
  ]);
});

test('it reaches nothing but its model (H5)', async (context) => {
  const reach =
    'curl -s -o /dev/null -w "%{http_code} " http://example.com/ ; curl -s --noproxy "*" --max-time 2 http://example.com/ || echo cut';
  const { transcript, start } = await openScene(context, reach);

  await start();

  expect(transcript.parts[0]).toMatchObject({ output: expect.stringMatching(/^403 .*cut/s) });
});

test('an agent that is out of steps breaks off, and its model is not asked (H4)', async (context) => {
  const { start, provider } = await openScene(context, 'true', () => 'The limit of 3 steps is reached.');

  await expect(start()).resolves.toMatchObject({ stop: 'died', words: expect.stringContaining('It broke off') });
  expect(provider.requests).toEqual([]);
});

test('when its solve is cancelled, all of it ends (H3)', async (context) => {
  const { box, start, stop, provider } = await openScene(context, 'touch begun; sleep 600');
  const running = start();
  await provider.asked;
  await expect.poll(() => box.stat('begun')).not.toBeNull();

  stop.abort(new Error('cancelled by a person'));

  await expect(running).rejects.toThrow('cancelled by a person');
  const left = await box.run({ shell: 'pgrep sleep; true', timeoutMs: 5000 });
  expect(left.output).toBe('');
});
