import type { AgentStatus, ChatMessage, ContextItem, MessagePart, TurnContext } from '@yudai/contract';
import { formatCost, formatCount, formatDuration } from '#lib/format.ts';

/** What a message says, without tools and reasoning. */
export function textOf(message: Pick<ChatMessage, 'parts'>): string {
  return message.parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n\n');
}

/** `anthropic/claude-x · 8,421 in · 512 out · $0.031 · 2.1 s`: what is known of an answer; empty when nothing is. */
export function factsOf({ model, usage, durationMs }: ChatMessage): string {
  const cost = usage === null ? null : usage.costMicros === null ? 'price unknown' : formatCost(usage.costMicros);
  return [
    model,
    usage === null ? null : `${formatCount(usage.inputTokens)} in`,
    usage === null ? null : `${formatCount(usage.outputTokens)} out`,
    cost,
    durationMs === null ? null : formatDuration(durationMs),
  ]
    .filter((fact) => fact !== null)
    .join(' · ');
}

/** One line of what a tool was asked: its values, the most telling first. */
export function inputOf(part: Extract<MessagePart, { type: 'tool' }>): string {
  const values = Object.entries(part.input).map(([name, value]) =>
    typeof value === 'string' ? value : `${name}: ${JSON.stringify(value)}`,
  );
  return values.join(' · ').replace(/\s+/g, ' ').slice(0, 200);
}

const kinds: Record<ContextItem['kind'], string> = {
  map: 'Map',
  card: 'Card',
  memory: 'Kept in mind',
  file: 'Code',
  attachment: 'Attachment',
  issue: 'Issues',
  pull_request: 'Pull requests',
  commit: 'Commits',
  history: 'History',
};

export function kindOf({ kind }: Pick<ContextItem, 'kind'>): string {
  return kinds[kind];
}

const reasons: Record<TurnContext['leftOut'][number]['reason'], string> = {
  budget: 'did not fit',
  dropped: 'dropped by you',
  unavailable: 'not available',
};

export function reasonOf({ reason }: Pick<TurnContext['leftOut'][number], 'reason'>): string {
  return reasons[reason];
}

/** What DAifu is doing while an answer is on its way. */
export function taskOf(agent: AgentStatus | null, message: ChatMessage): string {
  const last = message.parts.at(-1);
  if (last?.type === 'tool' && last.state === 'running') return `Looking: ${last.tool}`;
  if (last?.type === 'reasoning') return 'Thinking';
  if (last?.type === 'text') return 'Writing';
  return agent?.task ?? 'Reading the question';
}

/** What a screen reader hears when an answer has ended. */
export function announcementOf(message: ChatMessage): string {
  if (message.status === 'failed') return `The answer failed. ${message.error?.message ?? ''}`;
  if (message.status === 'stopped') return 'The answer was stopped.';
  const text = textOf(message).replace(/\s+/g, ' ');
  return `DAifu has answered: ${text.length > 300 ? `${text.slice(0, 300)}…` : text}`;
}
