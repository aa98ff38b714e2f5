import type { MessagePart, StopReason } from '@yudai/contract';
import type { AssistantModelMessage, LanguageModel, ModelMessage, ToolSet } from 'ai';
import type { z } from 'zod';
import { createRuler, firstKept, makeRoom, roomFor, type Ruler, sumUpWork } from '#agent/compact.ts';
import { createLoopBreaker } from '#agent/loop-breaker.ts';
import { runModelStep, toToolSet, type WantedCall } from '#agent/model-step.ts';
import { runToolStep, toToolMessage } from '#agent/tool-step.ts';
import { createTranscript, textOf, type Transcript, type TranscriptChange } from '#agent/transcript.ts';
import { defineTool, type Tool, ToolError, type Workbench } from '#tools/index.ts';

/** How an agent hands over what it was asked for. */
export interface Submit<Input, Result> {
  readonly name: string;
  readonly description: string;
  readonly input: z.ZodType<Input>;
  /** Judges it, by what runs rather than by what it says. `words` tell the model what is wrong; the result can be stored as JSON. */
  accept(input: Input, signal: AbortSignal): Promise<Accepted<Result> | Refused>;
}

export interface Accepted<Result> {
  readonly kind: 'accepted';
  readonly result: Result;
}

export interface Refused {
  readonly kind: 'refused';
  readonly words: string;
  /** As in `ToolAnswer`. */
  readonly verdict?: string | undefined;
}

export interface Agent<Input, Result> {
  readonly model: LanguageModel;
  /** Tokens that the model reads at once. */
  readonly contextTokens: number;
  readonly instructions: string;
  /** What it is asked. */
  readonly opening: string;
  readonly tools: readonly Tool<Workbench>[];
  readonly submit: Submit<Input, Result>;
  /** Calls of the model. */
  readonly mostSteps: number;
}

/** Where the agent works. `Kept` is what a step leaves, as JSON. */
export interface Bench<Kept> {
  /** Makes ready for the tools of a step, and knows whether one may change anything. Called within it, so not for steps that were done before a crash. */
  open(number: number, mayChange: boolean): Promise<(callId: string, order: number) => Workbench>;
  /**
   * Looks at what the tools of a step have done, which is nothing when none of them may change anything; `words` are for the model. Called
   * within the step too.
   */
  settle(
    number: number,
    mayHaveChanged: boolean,
  ): Promise<{ readonly kept: Kept; readonly words: string | null; readonly changed: boolean }>;
  /** Takes what a step has left, also one that was done before a crash. */
  took(kept: Kept): Promise<void>;
}

/** What an agent needs of whoever runs it. */
export interface AgentPorts<Kept> {
  readonly bench: Bench<Kept>;
  /** Runs work whose result is kept; after a crash a finished step gives its result again without running. */
  step<T>(
    name: string,
    work: (step: { readonly signal: AbortSignal; readonly attempt: number }) => Promise<T>,
  ): Promise<T>;
  /** What people said, asked within the `number`th call of the model. */
  heard(number: number): Promise<readonly string[]>;
  /** Aborts when somebody wants to be heard at once; a new signal each time. */
  interrupted(): AbortSignal;
  tell(change: TranscriptChange): void;
  /** Told after each call of the model, with how many there were. */
  stepped(number: number): void;
}

export interface AgentEnd<Result> {
  readonly stop: StopReason;
  /** Null unless it was submitted. */
  readonly result: Result | null;
  /** Calls of the model. */
  readonly steps: number;
  /** Why it stopped, or what it said last; for a person. */
  readonly words: string;
}

const nudge = (submit: string) =>
  `You have not called a tool. If you are done, call ${submit}; otherwise go on with the tools. Nobody reads what you only say.`;

/**
 * Lets a model work with tools until it submits what it was asked for, or goes round in circles, falls silent or has used its steps. Every call
 * of the model and every round of tools is one step of the port. Throws what the model throws, and the reason of a signal.
 */
export async function runAgent<Input, Result, Kept>(
  agent: Agent<Input, Result>,
  ports: AgentPorts<Kept>,
): Promise<AgentEnd<Result>> {
  const transcript = createTranscript([], (change) => ports.tell(change));
  const messages: ModelMessage[] = [{ role: 'user', content: agent.opening }];
  const offered = toToolSet([...agent.tools, agent.submit]);
  const ruler = createRuler();
  const breaker = createLoopBreaker();
  let silent = 0;
  const end = (stop: StopReason, steps: number, words: string, result: Result | null = null): AgentEnd<Result> => {
    if (stop !== 'submitted') transcript.add({ type: 'notice', text: words });
    return { stop, result, steps, words };
  };
  for (let number = 1; number <= agent.mostSteps; number += 1) {
    await compact(agent, ports, transcript, messages, ruler, number);
    const made = await callModel(agent, ports, transcript, messages, offered, number);
    ports.stepped(number);
    const calls = made.interrupted ? [] : callsIn(made.said);
    messages.push(...made.said);
    if (made.interrupted) continue;
    if (calls.length === 0) {
      silent += 1;
      if (silent === 2) return end('silent', number, 'The model stopped using tools without handing anything over.');
      messages.push({ role: 'user', content: nudge(agent.submit.name) });
      continue;
    }
    silent = 0;
    const done = await useTools(agent, ports, transcript, calls, number);
    messages.push(toToolMessage(calls, done.outputs));
    await ports.bench.took(done.kept);
    if (done.submitted !== null) return end('submitted', number, textOf(transcript.parts), done.submitted.result);
    const circle = breaker.add(
      calls.map((call, order) => ({
        call,
        output: done.outputs[order] ?? '',
        verdict: done.verdicts[order] ?? undefined,
      })),
      done.changed,
    );
    if (circle !== null) return end('loop', number, `Stopped, because it went round in circles. ${circle}`);
  }
  return end('steps', agent.mostSteps, `Stopped after ${agent.mostSteps} steps, the most that this stage may take.`);
}

interface ModelCallKept {
  /** What people said before it. */
  readonly heard: readonly string[];
  readonly said: AssistantModelMessage[];
  readonly parts: readonly MessagePart[];
  readonly interrupted: boolean;
}

async function callModel<Input, Result, Kept>(
  agent: Agent<Input, Result>,
  ports: AgentPorts<Kept>,
  transcript: Transcript,
  messages: ModelMessage[],
  offered: ToolSet,
  number: number,
): Promise<ModelCallKept> {
  const place = transcript.parts.length;
  const made = await ports.step(`model:${number}`, async ({ signal, attempt }): Promise<ModelCallKept> => {
    if (attempt > 1) transcript.cut(place);
    const heard = number === 1 ? [] : await ports.heard(number);
    for (const text of heard) transcript.add({ type: 'notice', text: `A person says: ${text}` });
    const interrupt = ports.interrupted();
    try {
      const { said } = await runModelStep({
        model: agent.model,
        instructions: agent.instructions,
        messages: [...messages, ...toUser(heard)],
        tools: offered,
        transcript,
        signal: AbortSignal.any([signal, interrupt]),
      });
      return { heard, said: said.filter(isSomething), parts: transcript.parts.slice(place), interrupted: false };
    } catch (error) {
      signal.throwIfAborted();
      if (!interrupt.aborted) throw error;
      const begun = textOf(transcript.parts.slice(place));
      transcript.add({ type: 'notice', text: 'Interrupted by a person.' });
      const said = [{ role: 'assistant' as const, content: `${begun}\n(interrupted by a person)`.trim() }];
      return { heard, said, parts: transcript.parts.slice(place), interrupted: true };
    }
  });
  transcript.restore(place, made.parts);
  messages.push(...toUser(made.heard));
  return made;
}

/** Providers refuse messages without anything in them. */
function isSomething({ content }: AssistantModelMessage): boolean {
  return typeof content === 'string' ? content.trim() !== '' : content.length > 0;
}

function toUser(heard: readonly string[]): ModelMessage[] {
  if (heard.length === 0) return [];
  return [{ role: 'user', content: `The person who watches says:\n\n${heard.join('\n\n')}` }];
}

/** The calls in what a model said, which is all that is kept of them. */
function callsIn(said: readonly AssistantModelMessage[]): WantedCall[] {
  return said.flatMap(({ content }) =>
    typeof content === 'string'
      ? []
      : content.flatMap((part) =>
          part.type === 'tool-call' ? [{ callId: part.toolCallId, tool: part.toolName, input: part.input }] : [],
        ),
  );
}

interface ToolsKept<Result, Kept> {
  readonly outputs: readonly string[];
  readonly verdicts: readonly (string | null)[];
  readonly parts: readonly MessagePart[];
  readonly changed: boolean;
  readonly submitted: { readonly result: Result } | null;
  readonly kept: Kept;
}

async function useTools<Input, Result, Kept>(
  agent: Agent<Input, Result>,
  ports: AgentPorts<Kept>,
  transcript: Transcript,
  calls: readonly WantedCall[],
  number: number,
): Promise<ToolsKept<Result, Kept>> {
  const place = transcript.parts.length;
  const done = await ports.step(`tools:${number}`, async ({ signal, attempt }): Promise<ToolsKept<Result, Kept>> => {
    if (attempt > 1) transcript.cut(place);
    let submitted: { readonly result: Result } | null = null;
    const submit = submitTool(agent.submit, (result) => {
      submitted = { result };
    });
    const tools = [...agent.tools, submit];
    const isChanging = (call: WantedCall) => tools.some(({ name, changes }) => name === call.tool && changes === true);
    const mayChange = calls.some(isChanging);
    // Asked before the box is made ready, which may take minutes: who interrupts meanwhile means these calls.
    const interrupt = ports.interrupted();
    const portOf = await ports.bench.open(number, mayChange);
    const outcomes = await runToolStep({
      tools,
      calls,
      portOf,
      transcript,
      signal,
      interrupt,
    });
    const { kept, words, changed } = await ports.bench.settle(number, mayChange);
    const last = outcomes.length - 1;
    const outputs = outcomes.map(({ output }, order) =>
      words !== null && order === last ? `${output}\n\n${words}` : output,
    );
    const verdicts = outcomes.map(({ verdict }) => verdict ?? null);
    if (words !== null) transcript.add({ type: 'notice', text: words });
    return { outputs, verdicts, parts: transcript.parts.slice(place), changed, submitted, kept };
  });
  transcript.restore(place, done.parts);
  return done;
}

/** Handing over is a tool like others. The first that is accepted counts. */
function submitTool<Input, Result>(
  submit: Submit<Input, Result>,
  onAccepted: (result: Result) => void,
): Tool<Workbench> {
  let isDone = false;
  return defineTool<Input, Workbench>({
    name: submit.name,
    description: submit.description,
    input: submit.input,
    changes: true,
    async run(input, _workbench, signal) {
      if (isDone) throw new ToolError('It has been accepted already.');
      const verdict = await submit.accept(input, signal);
      if (verdict.kind === 'refused') throw new ToolError(verdict.words, verdict.verdict);
      isDone = true;
      onAccepted(verdict.result);
      return { output: 'Accepted.', summary: 'accepted' };
    },
  });
}

/** Makes room in the messages where the model's window is about full, and says so in the transcript. */
async function compact<Input, Result, Kept>(
  agent: Agent<Input, Result>,
  ports: AgentPorts<Kept>,
  transcript: Transcript,
  messages: ModelMessage[],
  ruler: Ruler,
  number: number,
): Promise<void> {
  const room = roomFor(agent.contextTokens);
  const needed = makeRoom(messages, room, ruler);
  if (needed === 'none') return;
  if (needed === 'shortened') {
    transcript.add({ type: 'notice', text: 'The context was full: old answers of tools were left out.' });
    return;
  }
  const from = firstKept(messages);
  if (from < 2) return;
  const middle = messages.slice(1, from);
  const summary = await ports.step(`sum-up:${number}`, ({ signal }) => sumUpWork(agent.model, middle, room, signal));
  const told = `What you have done so far was summed up, because it was too long:\n\n${summary}`;
  messages.splice(1, middle.length, { role: 'user', content: told });
  transcript.add({ type: 'notice', text: `The context was full: what was done so far was summed up.\n\n${summary}` });
}
