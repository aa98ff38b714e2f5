import { type ChatCompletionRequest, LLMock } from '@copilotkit/aimock';
import type { ModelProvider } from '@yudai/contract';
import { onTestFinished, type TestContext } from 'vitest';
import type { ForeignAgent } from '#agent/acp/agents.ts';
import { findAgent } from '#agent/acp/find-agent.ts';
import { createModels } from '#models/index.ts';
import { needBoxes } from '#sandbox/testing/boxes.ts';

/** An agent itself, and how its model has it write a file and run a command, in the wire format that it speaks. */
export interface RealAgent {
  readonly name: ForeignAgent;
  readonly provider: ModelProvider;
  readonly path: string;
  readonly write: (file: string, content: string) => Call;
  readonly shell: (command: string) => Call;
  /** Hosts that it asks for though it needs nothing of them; none unless told. */
  readonly asksFor?: RegExp;
  /** Whether a command that is interrupted may go on behind it until the round ends; its model is told. */
  readonly mayLeave?: boolean;
}

export type Call = { readonly name: string; readonly input: object };

export const realAgents: readonly RealAgent[] = [
  {
    name: 'opencode',
    provider: 'compatible',
    path: '/v1',
    write: (file, content) => ({ name: 'write', input: { filePath: `/work/${file}`, content } }),
    shell: (command) => ({ name: 'bash', input: { command, description: 'Do it' } }),
    // A library for plugins, which it does without.
    asksFor: /^registry\./,
  },
  {
    name: 'claude',
    provider: 'anthropic',
    path: '/v1',
    write: (file, content) => ({ name: 'Write', input: { file_path: `/work/${file}`, content } }),
    shell: (command) => ({ name: 'Bash', input: { command, description: 'Do it' } }),
  },
  {
    name: 'codex',
    provider: 'openai',
    path: '/v1',
    // A model that it does not know edits by commands.
    write: (file, content) => ({ name: 'exec_command', input: { cmd: `printf '${content}' > ${file}` } }),
    shell: (cmd) => ({ name: 'exec_command', input: { cmd } }),
    mayLeave: true,
  },
  {
    name: 'gemini',
    provider: 'google',
    path: '/v1beta',
    write: (file, content) => ({ name: 'write_file', input: { file_path: `/work/${file}`, content } }),
    shell: (command) => ({ name: 'run_shell_command', input: { command, description: 'Do it' } }),
  },
];

/** What the host has and no agent sees. */
export const hostKey = 'sk-the-key-of-the-host';

/** The agent and its model, which says what it is told to. Skips the test, saying why, where this agent is not installed. */
export async function openRealAgent(context: TestContext, { name, provider, path }: RealAgent) {
  const folder = process.env['YUDAI_TEST_AGENTS'];
  context.skip(folder === undefined, 'YUDAI_TEST_AGENTS names no folder of agents, which are up to 460 MB each.');
  await needBoxes(context);
  const installed = await findAgent(folder ?? '', name);
  context.skip(installed === null, `There is no ${name} in the folder of agents.`);
  if (installed === null) throw new Error('It was skipped.');
  const mock = new LLMock({ strict: true, logLevel: 'silent' });
  await mock.start();
  onTestFinished(() => mock.stop());
  const one = [{ model: `${provider}/chosen`, temperature: null, maxOutputTokens: 1000 }];
  const models = createModels({
    providers: { [provider]: { url: `${mock.url}${path}`, key: hostKey } },
    roles: { chat: one, writer: one, architect: one, coder: one, reviewer: one, mentor: one },
  });
  const turns: { readonly words: string; readonly tools: readonly Call[] }[] = [];
  /** The next tool of what it was told last. */
  const next = ({ messages, tools = [] }: ChatCompletionRequest): Call | undefined => {
    const told = messages.map(({ role, content }) => (role === 'user' ? JSON.stringify(content) : ''));
    const at = (words: string) => told.findLastIndex((text) => text.includes(words));
    const [turn] = turns.filter(({ words }) => at(words) >= 0).sort((a, b) => at(b.words) - at(a.words));
    const called = messages.flatMap((message) => message.tool_calls ?? []).map((call) => call.function.arguments);
    // What asks for titles and the like has no tools.
    return tools.length < 2 ? undefined : turn?.tools.find(({ input }) => !called.includes(JSON.stringify(input)));
  };
  // Google has no reason of its own for stopping at a tool.
  const stop = provider === 'google' ? { finishReason: 'stop' } : {};
  return {
    installed,
    mock,
    relayFor: (options: Parameters<typeof models.relayFor>[1]) => models.relayFor('coder', options),
    /** Once it has been told these words, the model calls the tools one after the other, and is done. */
    script(words: string, ...tools: readonly Call[]) {
      turns.push({ words, tools });
      for (const tool of tools) {
        const toolCalls = [{ name: tool.name, arguments: JSON.stringify(tool.input) }];
        mock.addFixture({
          match: { predicate: (request) => next(request) === tool },
          response: { toolCalls, usage: usageOf(100, 20), ...stop },
        });
      }
    },
    /** The last that is written: whatever else it is asked, it is done. */
    scriptEnd: () => void mock.addFixture({ match: {}, response: { content: 'Done.', usage: usageOf(100, 20) } }),
  };
}

function usageOf(input: number, output: number) {
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    input_tokens: input,
    output_tokens: output,
    promptTokenCount: input,
    candidatesTokenCount: output,
    totalTokenCount: input + output,
  };
}
