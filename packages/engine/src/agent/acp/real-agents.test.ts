import type { ModelCall } from '@yudai/contract';
import { expect, test, type TestContext } from 'vitest';
import { createAgentDoor } from '#agent/acp/agent-door.ts';
import { runAcpAgent } from '#agent/acp/run-acp-agent.ts';
import { hostKey, openRealAgent, type RealAgent, realAgents } from '#agent/acp/testing/real-agents.ts';
import { createTranscript } from '#agent/transcript.ts';
import { defaultBoxLimits } from '#sandbox/limits.ts';
import { openTestBox } from '#sandbox/testing/boxes.ts';

/** An agent in a box, as it is for a solve. */
async function openScene(context: TestContext, agent: RealAgent, admit?: () => string | null) {
  const { installed, mock, relayFor, script, scriptEnd } = await openRealAgent(context, agent);
  const calls: ModelCall[] = [];
  const signal = AbortSignal.timeout(200_000);
  const onCall = (call: ModelCall) => void calls.push(call);
  const relay = relayFor({ signal, onCall, ...(admit === undefined ? {} : { admit }) });
  const door = createAgentDoor(relay);
  const box = await openTestBox({
    mounts: installed.mounts,
    path: installed.path,
    egress: { allow: [], services: door.services },
    limits: defaultBoxLimits,
  });
  let interrupt = new AbortController();
  const said: string[] = [];
  const transcript = createTranscript([], () => {});
  return {
    box,
    calls,
    mock,
    transcript,
    script,
    interrupt(words: string) {
      said.push(words);
      interrupt.abort();
    },
    run() {
      scriptEnd();
      return runAcpAgent({
        box,
        agent: installed,
        door,
        relay,
        prompt: 'Make it.',
        heard: async () => said.splice(0),
        interrupted: () => (interrupt = new AbortController()).signal,
        transcript,
        timeoutMs: 200_000,
        signal,
      });
    },
  };
}

for (const agent of realAgents) {
  test(`${agent.name} itself works in a box, without a key, and is metered (H5 H12)`, async (context) => {
    const { box, calls, mock, transcript, script, run } = await openScene(context, agent);
    script('Make it.', agent.write('made.txt', 'made\n'), agent.shell('cp made.txt ran.txt; env > seen.txt'));

    const end = await run();

    expect(end).toEqual({ stop: 'end_turn' });
    expect((await box.readFile('ran.txt')).toString()).toBe('made\n');
    expect((await box.readFile('seen.txt')).toString()).not.toContain(hostKey);
    expect(transcript.parts.filter(({ type }) => type === 'tool')).toMatchObject([
      { state: 'done' },
      { state: 'done' },
    ]);
    expect(transcript.parts.at(-1)).toEqual({ type: 'text', text: 'Done.' });
    expect(calls.length).toBe(mock.getRequests().length);
    expect(calls.slice(-3)).toMatchObject(
      [0, 1, 2].map(() => ({ outcome: 'answered', inputTokens: 100, outputTokens: 20 })),
    );
    // It does not even try to report or to look for updates.
    expect(box.egressDecisions.filter(({ host }) => agent.asksFor?.test(host) !== true)).toEqual([]);
  }, 240_000);

  test(`${agent.name} itself is interrupted, and goes on with what was said (H3 H10)`, async (context) => {
    const { box, script, interrupt, run } = await openScene(context, agent);
    script('Make it.', agent.shell('touch begun; tail -f /dev/null'));
    script('Look what is left.', agent.shell('pgrep -c tail > left.txt; true'));
    const running = run();
    await expect.poll(() => box.stat('begun'), { timeout: 150_000 }).not.toBeNull();

    interrupt('Look what is left.');

    await expect(running).resolves.toEqual({ stop: 'end_turn' });
    const left = (await box.readFile('left.txt')).toString();
    expect(agent.mayLeave === true ? ['0\n', '1\n'] : ['0\n']).toContain(left);
  }, 240_000);

  test(`${agent.name} itself ends when it has used its steps (H4)`, async (context) => {
    let steps = 0;
    const admit = () => {
      steps += 1;
      return steps > 2 ? 'The limit of 2 steps is reached.' : null;
    };
    const { calls, script, run } = await openScene(context, agent, admit);
    script('Make it.', ...['one', 'two', 'three', 'four'].map((word) => agent.shell(`echo ${word}`)));

    await run();

    expect(calls.length).toBe(2);
  }, 240_000);
}
