import type { MessagePart } from '@yudai/contract';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { type Agent, type AgentPorts, runAgent } from '#agent/run-agent.ts';
import { createSteadyModel, type ScriptedModel, type ScriptedTurn } from '#agent/testing/scripted-model.ts';
import { defineTool, type Tool, ToolError, type Workbench } from '#tools/index.ts';

// A tool of this test, which touches no box.
const unusedBench = {} as Workbench;

function tools(log: string[]): Tool<Workbench>[] {
  const note = async (input: { text: string }) => {
    log.push(`begin ${input.text}`);
    await Promise.resolve();
    log.push(`end ${input.text}`);
    return { output: input.text.repeat(input.text === 'x' ? 12_000 : 1), summary: '' };
  };
  const input = z.object({ text: z.string() });
  return [
    defineTool<{ text: string }, Workbench>({ name: 'look', description: '', input, run: note }),
    defineTool<{ text: string }, Workbench>({ name: 'change', description: '', input, changes: true, run: note }),
    defineTool<{ text: string }, Workbench>({
      name: 'fail',
      description: '',
      input,
      async run() {
        throw new ToolError('It cannot.');
      },
    }),
  ];
}

interface Ran {
  readonly end: Awaited<ReturnType<typeof run>>;
  readonly model: ScriptedModel;
  readonly log: string[];
  readonly parts: MessagePart[];
  readonly steps: Map<string, string>;
}

const submit = (text: string) => ({ name: 'submit', input: { text } });

async function agentOf(
  turns: readonly ScriptedTurn[],
  more: {
    readonly model?: ScriptedModel;
    readonly tools?: Tool<Workbench>[];
    readonly contextTokens?: number;
    readonly steps?: Map<string, string>;
    readonly ports?: (ports: AgentPorts<null>) => Partial<AgentPorts<null>>;
  } = {},
): Promise<Ran> {
  const model = more.model ?? createSteadyModel(...turns);
  const log: string[] = [];
  const parts: MessagePart[] = [];
  const steps = more.steps ?? new Map<string, string>();
  const end = await run({ tools: tools(log), ...more, model }, steps, parts, more.ports);
  return { end, model, log, parts, steps };
}

function run(
  agent: Pick<Agent<{ text: string }, string>, 'model' | 'tools'> & { readonly contextTokens?: number },
  steps: Map<string, string>,
  parts: MessagePart[],
  portsOf: (ports: AgentPorts<null>) => Partial<AgentPorts<null>> = () => ({}),
) {
  const signal = new AbortController().signal;
  const ports: AgentPorts<null> = {
    bench: {
      open: async () => () => unusedBench,
      settle: async () => ({ kept: null, words: null, changed: true }),
      took: async () => {},
    },
    async step(name, work) {
      const known = steps.get(name);
      if (known !== undefined) return JSON.parse(known);
      const result = await work({ signal, attempt: 1 });
      steps.set(name, JSON.stringify(result));
      return result;
    },
    heard: async () => [],
    interrupted: () => new AbortController().signal,
    tell(change) {
      if (change.type === 'part') parts[change.part] = change.value;
    },
    stepped: () => {},
  };
  return runAgent(
    {
      contextTokens: 100_000,
      instructions: 'Work.',
      opening: 'Begin.',
      submit: {
        name: 'submit',
        description: '',
        input: z.object({ text: z.string() }),
        accept: async ({ text }) =>
          text === 'bad' ? { kind: 'refused', words: 'Not this.' } : { kind: 'accepted', result: text },
      },
      mostSteps: 20,
      ...agent,
    },
    { ...ports, ...portsOf(ports) },
  );
}

test('who interrupts while the box is made ready is heard before anything runs in it (H3 H10)', async () => {
  let controller = new AbortController();
  const notes: string[] = [];
  const { log, model } = await agentOf(
    [{ tools: [{ name: 'change', input: { text: 'a' } }] }, { tools: [submit('done')] }],
    {
      // As the server does: what interrupted before is taken for heard by who asks now.
      ports: ({ bench }) => ({
        interrupted() {
          if (controller.signal.aborted) controller = new AbortController();
          return controller.signal;
        },
        heard: async () => notes.splice(0),
        bench: {
          ...bench,
          async open(number, mayChange) {
            if (number === 1) {
              notes.push('Leave it.');
              controller.abort();
            }
            return bench.open(number, mayChange);
          },
        },
      }),
    },
  );

  expect(log).toEqual([]);
  expect(model.prompts[1]).toContain('Not begun: a person has interrupted.');
  expect(model.prompts[1]).toContain('Leave it.');
});

test('calls that only look run side by side, those that change something one after another (H5)', async () => {
  const call = (name: string, text: string) => ({ name, input: { text } });

  const { log } = await agentOf([
    { tools: [call('look', 'a'), call('look', 'b'), call('change', 'c'), call('change', 'd'), call('look', 'e')] },
    { tools: [submit('done')] },
  ]);

  expect(log).toEqual([
    'begin a',
    'begin b',
    'end a',
    'end b',
    'begin c',
    'end c',
    'begin d',
    'end d',
    'begin e',
    'end e',
  ]);
});

test('what is called wrongly is answered in words, and a refused hand-over goes on (H5)', async () => {
  const { end, model } = await agentOf([
    {
      tools: [
        { name: 'nothing', input: {} },
        { name: 'look', input: {} },
        { name: 'fail', input: { text: '' } },
      ],
    },
    { tools: [submit('bad')] },
    { tools: [submit('good'), submit('better')] },
  ]);

  expect(end).toMatchObject({ stop: 'submitted', result: 'good', steps: 3 });
  expect(model.prompts[1]).toContain("There is no tool 'nothing'. There are: look, change, fail, submit.");
  expect(model.prompts[1]).toContain('The input does not fit');
  expect(model.prompts[1]).toContain('It cannot.');
  expect(model.prompts[2]).toContain('Not this.');
});

test('a full context loses old answers first, then is summed up; both are shown, and a crash changes neither (H5)', async () => {
  const long = { tools: [{ name: 'look', input: { text: 'x' } }] };
  const turns: ScriptedTurn[] = Array.from({ length: 12 }, (_, at) => ({
    text: `Step ${at} ${'y'.repeat(3000)}`,
    tools: [
      { name: 'look', input: { text: 'x' } },
      { name: 'change', input: { text: `${at}` } },
    ],
  }));
  let asked = 0;
  const model = createSteadyModel((prompt) => {
    if (prompt.includes('[calls look')) return { text: 'All of it in short.' };
    asked += 1;
    return asked > 12 ? { tools: [submit('done')] } : (turns[asked - 1] ?? long);
  });
  const steps = new Map<string, string>();

  const first = await agentOf([], { model, contextTokens: 12_000, steps });
  const again = await agentOf([], { model, contextTokens: 12_000, steps });

  const notices = first.parts.flatMap((part) => (part.type === 'notice' ? [part.text] : []));
  expect(first.end).toMatchObject({ stop: 'submitted', result: 'done' });
  expect(notices).toContain('The context was full: old answers of tools were left out.');
  expect(notices.join('\n')).toContain('summed up.\n\nAll of it in short.');
  expect(model.prompts.some((prompt) => prompt.includes('What you have done so far was summed up'))).toBe(true);
  expect(model.prompts.every((prompt) => prompt.length < 12_000 * 3)).toBe(true);
  expect(again.end).toEqual(first.end);
  expect(asked).toBe(13);
  expect(again.log).toEqual([]);
});

test('answers of a step stay below what a step may keep', async () => {
  const call = { name: 'look', input: { text: 'x' } };

  const { steps } = await agentOf([{ tools: Array.from({ length: 30 }, () => call) }, { tools: [submit('done')] }], {
    tools: [
      defineTool<{ text: string }, Workbench>({
        name: 'look',
        description: '',
        input: z.object({ text: z.string() }),
        run: async () => ({ output: '語'.repeat(30_000), summary: '' }),
      }),
    ],
  });

  expect(Buffer.byteLength(steps.get('tools:1') ?? '')).toBeLessThan(256 * 1024);
});

test('the longest answers that models give are kept as the result of a step (1 MiB)', async () => {
  const file = 'const a = "b";\n'.repeat(25_000);

  const { steps } = await agentOf(
    [{ text: 'x'.repeat(400_000) }, { tools: [{ name: 'look', input: { text: file } }] }, { tools: [submit('done')] }],
    {
      tools: [
        defineTool<{ text: string }, Workbench>({
          name: 'look',
          description: '',
          input: z.object({ text: z.string() }),
          run: async () => ({ output: '', summary: '' }),
        }),
      ],
    },
  );

  for (const name of ['model:1', 'model:2']) expect((steps.get(name) ?? '').length).toBeLessThan(1024 * 1024);
  expect(steps.get('model:2')).toContain('const a');
});
