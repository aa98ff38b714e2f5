import type { ToolModelMessage } from 'ai';
import type { WantedCall } from '#agent/model-step.ts';
import type { Transcript } from '#agent/transcript.ts';
import { callTool, elide, type Tool, type ToolOutcome } from '#tools/index.ts';

/** Calls of tools in one step; what is more is answered with words. */
const mostCalls = 8;
/** Characters of a tool's answer that a person is shown. */
const shownOutput = 4000;
/** Characters of a text in a call's input that a person is shown: the rest is in the file or the diff. */
const shownInput = 4000;
/** Bytes of all answers of one step together: a step keeps them with what else it did. */
const mostAnswers = 150 * 1024;

export interface ToolStepRequest<Port> {
  readonly tools: readonly Tool<Port>[];
  readonly calls: readonly WantedCall[];
  /** What a call works on; asked once for each, with its place among the calls. */
  readonly portOf: (callId: string, order: number) => Port;
  readonly transcript: Transcript;
  readonly signal: AbortSignal;
  /** Ends what runs and answers the rest with words; unlike `signal` it ends nothing else. */
  readonly interrupt?: AbortSignal;
}

/**
 * Makes the calls that a model wants. Those that only look run side by side; one that may change something runs alone, in its place. Whatever
 * was wrong with a call is its answer; only an abort and defects are thrown. One outcome for each call, in order.
 */
export async function runToolStep<Port>(request: ToolStepRequest<Port>): Promise<ToolOutcome[]> {
  const { tools, calls } = request;
  const changes = ({ tool: name }: WantedCall) => tools.find((tool) => tool.name === name)?.changes === true;
  const outcomes: Promise<ToolOutcome>[] = [];
  for (const [order, call] of calls.entries()) {
    const isAlone = changes(call);
    if (isAlone) await Promise.all(outcomes);
    outcomes.push(runCall(request, call, order));
    if (isAlone) await outcomes.at(-1);
  }
  return withinBytes(await Promise.all(outcomes));
}

/** What a model is told that its calls gave. */
export function toToolMessage(calls: readonly WantedCall[], outputs: readonly string[]): ToolModelMessage {
  return {
    role: 'tool',
    content: calls.map(({ callId, tool }, order) => ({
      type: 'tool-result',
      toolCallId: callId,
      toolName: tool,
      output: { type: 'text', value: outputs[order] ?? '' },
    })),
  };
}

async function runCall<Port>(request: ToolStepRequest<Port>, call: WantedCall, order: number): Promise<ToolOutcome> {
  const { transcript, interrupt } = request;
  if (order >= mostCalls) return words(`At most ${mostCalls} tools can be used at once. Ask again.`);
  const started = performance.now();
  const { callId, tool } = call;
  const shown = { type: 'tool' as const, callId, tool, input: toRecord(call.input) };
  const place = transcript.add({ ...shown, state: 'running', summary: '', output: '', ms: null });
  const outcome =
    interrupt?.aborted === true
      ? words('Not begun: a person has interrupted.')
      : await callUnlessInterrupted(request, call, order);
  const ms = Math.round(performance.now() - started);
  const { output, summary, failed } = outcome;
  transcript.replace(place, {
    ...shown,
    state: failed ? 'failed' : 'done',
    summary,
    output: output.slice(0, shownOutput),
    ms,
  });
  return outcome;
}

async function callUnlessInterrupted<Port>(
  { tools, portOf, signal, interrupt }: ToolStepRequest<Port>,
  call: WantedCall,
  order: number,
): Promise<ToolOutcome> {
  const stop = interrupt === undefined ? signal : AbortSignal.any([signal, interrupt]);
  try {
    return await callTool(tools, call, portOf(call.callId, order), stop);
  } catch (error) {
    signal.throwIfAborted();
    if (interrupt?.aborted !== true) throw error;
    return words('A person interrupted this before its end.');
  }
}

function words(output: string): ToolOutcome {
  return { output, summary: output, failed: true };
}

/** All answers, the long ones shortened when they are too much together. */
function withinBytes(outcomes: readonly ToolOutcome[]): ToolOutcome[] {
  const sizes = outcomes.map(({ output }) => Buffer.byteLength(output));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (total <= mostAnswers) return [...outcomes];
  const each = mostAnswers / outcomes.length;
  return outcomes.map((outcome, order) => {
    const size = sizes[order] ?? 0;
    if (size <= each) return outcome;
    return { ...outcome, output: elide(outcome.output, Math.floor((outcome.output.length * each) / size)) };
  });
}

/** What a model sent as input is shown as it came when it is an object, and as its text when not; long texts are cut. */
function toRecord(input: unknown): Record<string, unknown> {
  if (typeof input === 'object' && input !== null && !Array.isArray(input)) {
    return Object.fromEntries(Object.entries(input).map(([key, value]) => [key, shortened(value)]));
  }
  return { input: shortened(typeof input === 'string' ? input : JSON.stringify(input ?? null)) };
}

function shortened(value: unknown): unknown {
  if (typeof value === 'string') return value.length > shownInput ? `${value.slice(0, shownInput)}…` : value;
  const json = JSON.stringify(value ?? null);
  return json.length > shownInput ? `${json.slice(0, shownInput)}…` : value;
}
