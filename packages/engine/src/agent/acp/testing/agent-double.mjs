// An agent of somebody else, as far as ACP goes: it runs in a box, asks its model once a turn through the relay, does what the model says in
// the shell until it is cancelled, and tells of it.
import { spawn } from 'node:child_process';
import { Readable, Writable } from 'node:stream';
import * as acp from '@agentclientprotocol/sdk';

const { agent: methods, client } = acp.methods;
const turns = [];
let stop = new AbortController();

acp
  .agent({ name: 'double' })
  .onRequest(methods.initialize, () => ({ protocolVersion: acp.PROTOCOL_VERSION, agentCapabilities: {} }))
  .onRequest(methods.session.new, () => ({ sessionId: 'one' }))
  .onNotification(methods.session.cancel, () => stop.abort())
  .onRequest(methods.session.prompt, async ({ params, client: host }) => {
    stop = new AbortController();
    const { signal } = stop;
    const tell = (update) => host.notify(client.session.update, { sessionId: params.sessionId, update });
    turns.push({ role: 'user', content: params.prompt[0].text });
    const answer = await fetch('http://127.0.0.1:3128/model/chat/completions', {
      method: 'POST',
      body: JSON.stringify({ model: 'mine', messages: turns }),
    });
    if (!answer.ok) throw new Error(await answer.text());
    const { command } = JSON.parse((await answer.json()).choices[0].message.content);
    const allowed = await host.request(client.session.requestPermission, {
      sessionId: params.sessionId,
      toolCall: { toolCallId: 'c1', title: command },
      options: [
        { optionId: 'no', name: 'No', kind: 'reject_once' },
        { optionId: 'yes', name: 'Yes', kind: 'allow_once' },
      ],
    });
    if (allowed.outcome.optionId !== 'yes') return { stopReason: 'refusal' };
    const toolCallId = `c${turns.length}`;
    await tell({
      sessionUpdate: 'tool_call',
      toolCallId,
      title: command,
      kind: 'execute',
      status: 'in_progress',
      rawInput: { command },
    });
    const output = await run(command, signal);
    if (signal.aborted) return { stopReason: 'cancelled' };
    const content = [{ type: 'content', content: { type: 'text', text: output } }];
    await tell({ sessionUpdate: 'tool_call_update', toolCallId, status: 'completed', content });
    await tell({ sessionUpdate: 'agent_message_chunk', content: { type: 'text', text: 'Done.' } });
    return { stopReason: 'end_turn' };
  })
  .connect(acp.ndJsonStream(Writable.toWeb(process.stdout), Readable.toWeb(process.stdin)));

/** What it prints, until its end or the signal. */
async function run(command, signal) {
  const child = spawn('bash', ['-c', `exec 2>&1; ${command}`], { detached: true });
  const end = () => child.pid !== undefined && process.kill(-child.pid, 'SIGKILL');
  signal.addEventListener('abort', end, { once: true });
  if (signal.aborted) end();
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  await new Promise((resolve) => child.once('close', resolve));
  return output;
}
