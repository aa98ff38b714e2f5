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
    runAcpAgent({ box, agent, door, relay, prompt: 'Solve it.', transcript, timeoutMs: 60_000, signal: stop.signal });
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

test('opencode itself works in a box', async (context) => {
  const agents = process.env['YUDAI_TEST_AGENTS'];
  context.skip(agents === undefined, 'YUDAI_TEST_AGENTS names a folder with opencode in it, which is 360 MB.');
  await needBoxes(context);
  const agent = await findAgent(agents ?? '', 'opencode');
  if (agent === null) throw new Error(`There is no opencode below ${agents}.`);
  const chunk = (delta: object, finish: string | null) =>
    `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
  const call = {
    index: 0,
    id: 'call_1',
    type: 'function',
    function: { name: 'bash', arguments: JSON.stringify({ command: 'echo made > made.txt', description: 'Make it' }) },
  };
  let worked = 0;
  const provider = await startRawProvider((response) => {
    const hasTools = provider.requests.at(-1)?.includes('"tools"') === true;
    worked += hasTools ? 1 : 0;
    const says =
      hasTools && worked === 1
        ? chunk({ role: 'assistant', tool_calls: [call] }, null) + chunk({}, 'tool_calls')
        : chunk({ role: 'assistant', content: 'Done.' }, null) + chunk({}, 'stop');
    response.writeHead(200, { 'content-type': 'text/event-stream' }).end(`${says}data: [DONE]\n\n`);
  });
  onTestFinished(() => provider[Symbol.asyncDispose]());
  const one = [{ model, temperature: null, maxOutputTokens: 1000 }];
  const signal = AbortSignal.timeout(60_000);
  const relay = createModels({
    providers: { compatible: { url: provider.url, key } },
    roles: { chat: one, writer: one, architect: one, coder: one, reviewer: one, mentor: one },
  }).relayFor('coder', { signal });
  const door = createAgentDoor(relay);
  const limits = { memory: 4096 * megabyte, disk: 1024 * megabyte, processes: 256 };
  const box = await openTestBox({
    mounts: agent.mounts,
    path: agent.path,
    egress: { allow: [], services: door.services },
    limits,
  });

  const end = await runAcpAgent({
    box,
    agent,
    door,
    relay,
    prompt: 'Make it.',
    transcript: createTranscript([], () => {}),
    timeoutMs: 60_000,
    signal,
  });

  expect(end).toEqual({ stop: 'end_turn' });
  expect((await box.readFile('made.txt')).toString()).toBe('made\n');
  expect(provider.requests.join('')).not.toContain(key);
}, 90_000);
