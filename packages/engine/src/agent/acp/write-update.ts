import type { SessionUpdate, ToolCall, ToolCallUpdate } from '@agentclientprotocol/sdk';
import type { MessagePart } from '@yudai/contract';
import type { Transcript } from '#agent/transcript.ts';
import { isRecord } from '#codebase/graph/resolve/untrusted.ts';

/** Characters of a tool's answer that a person is shown. */
const shownOutput = 4000;

type ToolPart = Extract<MessagePart, { type: 'tool' }>;

/** Writes what an agent tells over ACP into a transcript, as if it were ours. What is of no use to a reader is left out. */
export function writeUpdate(transcript: Transcript, update: SessionUpdate): void {
  const kind = update.sessionUpdate;
  if (kind === 'agent_message_chunk' || kind === 'agent_thought_chunk') {
    if (update.content.type !== 'text') return;
    transcript.append(kind === 'agent_message_chunk' ? 'text' : 'reasoning', update.content.text);
  } else if (kind === 'tool_call') {
    transcript.add(toPart(update, null));
  } else if (kind === 'tool_call_update') {
    const place = transcript.parts.findLastIndex((part) => part.type === 'tool' && part.callId === update.toolCallId);
    const before = transcript.parts[place];
    if (before?.type === 'tool') transcript.replace(place, toPart(update, before));
    else transcript.add(toPart(update, null));
  }
}

/** Says of tools that were at work when a turn ended that they came to no end. */
export function endOpenTools(transcript: Transcript): void {
  for (const [place, part] of transcript.parts.entries()) {
    if (part.type === 'tool' && part.state === 'running') transcript.replace(place, { ...part, state: 'failed' });
  }
}

/** What an update leaves out stays as it was. */
function toPart(update: ToolCall | ToolCallUpdate, before: ToolPart | null): ToolPart {
  const { rawInput, status, title, kind } = update;
  const output = outputOf(update) ?? before?.output ?? '';
  return {
    type: 'tool',
    callId: update.toolCallId,
    tool: kind ?? before?.tool ?? 'other',
    input: isRecord(rawInput) ? { ...rawInput } : (before?.input ?? {}),
    state: status === 'completed' ? 'done' : status === 'failed' ? 'failed' : (before?.state ?? 'running'),
    summary: (title ?? before?.summary ?? '').slice(0, 200),
    output: output.slice(0, shownOutput),
    ms: null,
  };
}

function outputOf({ content }: ToolCall | ToolCallUpdate): string | null {
  const texts = (content ?? []).flatMap((block) => {
    if (block.type === 'content') return block.content.type === 'text' ? [block.content.text] : [];
    return block.type === 'diff' ? [`${block.path} changed`] : [];
  });
  return texts.length === 0 ? null : texts.join('\n');
}
