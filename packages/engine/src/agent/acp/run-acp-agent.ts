import { Readable, Writable } from 'node:stream';
import * as acp from '@agentclientprotocol/sdk';
import { acpTunnel, type AgentDoor } from '#agent/acp/agent-door.ts';
import { agentFacts } from '#agent/acp/agents.ts';
import type { InstalledAgent } from '#agent/acp/find-agent.ts';
import { endOpenTools, writeUpdate } from '#agent/acp/write-update.ts';
import type { Transcript } from '#agent/transcript.ts';
import { type ModelRelay, relayPath, splitModelName } from '#models/index.ts';
import type { Box } from '#sandbox/index.ts';

export interface AcpRun {
  /** Prepared with the mounts and the path of the agent, and with the services of the door. */
  readonly box: Box;
  readonly agent: InstalledAgent;
  readonly door: AgentDoor;
  readonly relay: Pick<ModelRelay, 'model'>;
  /** What it is asked first. */
  readonly prompt: string;
  /** What people said since the last time; asked whenever it has come to the end of a turn. */
  readonly heard: () => Promise<readonly string[]>;
  /** Aborts when somebody wants to be heard at once; a new signal each time. */
  readonly interrupted: () => AbortSignal;
  readonly transcript: Transcript;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** What it writes beside ACP, such as warnings. */
  readonly onOutput?: (chunk: Buffer) => void;
}

/** Why it stopped: `end_turn` when it holds itself to be done; `died`, with words, when it broke off or its program ended. */
export type AcpEnd = { readonly stop: acp.StopReason } | { readonly stop: 'died'; readonly words: string };

/**
 * Lets an agent of somebody else work in a box until it says that it is done, and has been told all that people said meanwhile. All it runs,
 * runs there; it reaches its model and nothing else. Throws what the signal throws, and SandboxError.
 */
export async function runAcpAgent(run: AcpRun): Promise<AcpEnd> {
  const over = new AbortController();
  const signal = AbortSignal.any([run.signal, over.signal]);
  let last = '';
  const program = run.box.run(
    {
      shell: start(run),
      env: { ...agentFacts[run.agent.name].env(relayUrl, modelOf(run)) },
      timeoutMs: run.timeoutMs,
      network: 'allowed',
    },
    {
      signal,
      onOutput(chunk) {
        last = (last + chunk.toString('utf8')).slice(-2000);
        run.onOutput?.(chunk);
      },
    },
  );
  const died = program.then(({ exitCode, timedOut }): AcpEnd => ({
    stop: 'died',
    words: timedOut ? 'Its time was over.' : `It ended with exit code ${exitCode}. ${last.trim()}`,
  }));
  died.catch(() => {});
  try {
    return await Promise.race([talk(run, signal).catch(brokenOff), died]);
  } finally {
    over.abort();
    await died.catch(() => {});
    run.signal.throwIfAborted();
  }
}

/** What goes wrong inside of it is its end, not ours; the signal speaks for itself. */
function brokenOff(error: unknown): AcpEnd {
  return { stop: 'died', words: `It broke off: ${error instanceof Error ? error.message : String(error)}` };
}

async function talk(run: AcpRun, signal: AbortSignal): Promise<AcpEnd> {
  const { mode, signIn } = agentFacts[run.agent.name];
  const socket = await run.door.connected(signal);
  const stream = acp.ndJsonStream(Writable.toWeb(socket), Readable.toWeb(socket));
  const { agent, client } = acp.methods;
  return await acp
    .client({ name: 'yudai' })
    // The box is what says no.
    .onRequest(client.session.requestPermission, ({ params }) => {
      const allow = params.options.find(({ kind }) => kind.startsWith('allow')) ?? params.options[0];
      return allow === undefined
        ? { outcome: { outcome: 'cancelled' } }
        : { outcome: { outcome: 'selected', optionId: allow.optionId } };
    })
    .connectWith(stream, async (context) => {
      const clientCapabilities = { fs: { readTextFile: false, writeTextFile: false }, terminal: false };
      await context.request(agent.initialize, { protocolVersion: acp.PROTOCOL_VERSION, clientCapabilities });
      if (signIn !== undefined) await context.request(agent.authenticate, { methodId: signIn });
      const session = await context.buildSession({ cwd: '/work', mcpServers: [] }).start();
      if (mode !== undefined)
        await context.request(agent.session.setMode, { sessionId: session.sessionId, modeId: mode });
      const { sessionId } = session;
      // One that has gone meanwhile is noticed by its turn.
      const cancel = () => void context.notify(agent.session.cancel, { sessionId }).catch(() => {});
      return { stop: await takeTurns(run, session, cancel) };
    });
}

/** One turn after the other in the same session, as long as people say something. What ended the last one. */
async function takeTurns(run: AcpRun, session: acp.ActiveSession, cancel: () => void): Promise<acp.StopReason> {
  let interrupt = run.interrupted();
  for (let prompt = run.prompt; ;) {
    const stop = await takeTurn(run, session, prompt, { interrupt, cancel });
    const wasInterrupted = interrupt.aborted;
    if (wasInterrupted) run.transcript.add({ type: 'notice', text: 'Interrupted by a person.' });
    const said: string[] = [];
    do {
      // Before they are heard, so that nobody interrupts in between unnoticed.
      interrupt = run.interrupted();
      said.push(...(await run.heard()));
    } while (interrupt.aborted);
    if (said.length === 0 && !wasInterrupted) return stop;
    for (const text of said) run.transcript.add({ type: 'notice', text: `A person says: ${text}` });
    prompt = said.length === 0 ? 'Go on.' : wordsOfPeople(said);
  }
}

/** How an agent is told what people said. */
export function wordsOfPeople(said: readonly string[]): string {
  return `The person who watches says:\n\n${said.join('\n\n')}`;
}

async function takeTurn(
  { transcript }: AcpRun,
  session: acp.ActiveSession,
  prompt: string,
  { interrupt, cancel }: { readonly interrupt: AbortSignal; readonly cancel: () => void },
): Promise<acp.StopReason> {
  void session.prompt(prompt).catch(() => {});
  interrupt.addEventListener('abort', cancel, { once: true });
  try {
    for (;;) {
      const update = await session.nextUpdate();
      if (update.kind === 'stop') return update.stopReason;
      writeUpdate(transcript, update.update);
    }
  } finally {
    interrupt.removeEventListener('abort', cancel);
    endOpenTools(transcript);
  }
}

/** The proxy of the box, where the door has the model. */
const relayUrl = `http://127.0.0.1:3128${relayPath.replace(/\/$/, '')}`;

function modelOf({ relay }: AcpRun): string {
  return splitModelName(relay.model).id;
}

/** Writes its settings, and ties its input and output to the host. */
function start(run: AcpRun): string {
  const { program, args, files } = agentFacts[run.agent.name];
  const settings = Object.entries(files?.(relayUrl, modelOf(run)) ?? {}).flatMap(([path, text]) => [
    `mkdir -p "$HOME/$(dirname ${quoted(path)})"`,
    `printf %s ${quoted(text)} > "$HOME"/${quoted(path)}`,
  ]);
  const tunnel = `PROXY:127.0.0.1:${acpTunnel},proxyport=3128`;
  return [...settings, `exec socat -t 10 ${tunnel} EXEC:${quoted([program, ...args].join(' '))},pipes`].join('\n');
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
