// An agent of somebody else, as far as ACP goes: it runs in a box, asks its model once through the relay, does what the model says in the
// shell, and tells of it.
import { execFileSync } from 'node:child_process';
import { Readable, Writable } from 'node:stream';
import * as acp from '@agentclientprotocol/sdk';

const { agent: methods, client } = acp.methods;

acp
  .agent({ name: 'double' })
  .onRequest(methods.initialize, () => ({ protocolVersion: acp.PROTOCOL_VERSION, agentCapabilities: {} }))
  .onRequest(methods.session.new, () => ({ sessionId: 'one' }))
  .onRequest(methods.session.prompt, async ({ params, client: host }) => {
    const tell = (update) => host.notify(client.session.update, { sessionId: params.sessionId, update });
    const answer = await fetch('http://127.0.0.1:3128/model/chat/completions', {
      method: 'POST',
      body: JSON.stringify({ model: 'mine', messages: [{ role: 'user', content: params.prompt[0].text }] }),
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
    await tell({
      sessionUpdate: 'tool_call',
      toolCallId: 'c1',
      title: command,
      kind: 'execute',
      status: 'in_progress',
      rawInput: { command },
    });
    const output = execFileSync('bash', ['-c', `${command} 2>&1 || true`], { encoding: 'utf8' });
    const content = [{ type: 'content', content: { type: 'text', text: output } }];
    await tell({ sessionUpdate: 'tool_call_update', toolCallId: 'c1', status: 'completed', content });
    await tell({ sessionUpdate: 'agent_message_chunk', content: { type: 'text', text: 'Done.' } });
    return { stopReason: 'end_turn' };
  })
  .connect(acp.ndJsonStream(Writable.toWeb(process.stdout), Readable.toWeb(process.stdin)));
