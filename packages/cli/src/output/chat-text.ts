import type { ChatMessage, ChatSession, ChatStatistics, Citation } from '@yudai/contract';
import { formatAmount, formatCount, formatDollars, formatDuration, formatTime } from '#output/numbers.ts';
import { safeText } from '#output/safe-text.ts';
import type { Style } from '#output/style.ts';
import { formatTable } from '#output/table.ts';

/** One conversation a line. */
export function formatSessions(sessions: readonly ChatSession[], style: Style): string {
  if (sessions.length === 0) return 'There are no conversations. `yudai ask` begins one.';
  return formatTable(
    sessions.map((session) => [
      style('dim', session.id),
      style('bold', safeText(session.title)),
      formatAmount(session.messageCount, 'message'),
      formatTime(session.lastActivityAt),
      [
        session.pinned ? 'pinned' : '',
        session.visibility === 'project' ? 'shared' : '',
        session.activeJobId === null ? '' : 'answering',
      ]
        .filter((word) => word !== '')
        .join(', '),
    ]),
  );
}

/** A conversation as it was said, oldest first. */
export function formatConversation(session: ChatSession, messages: readonly ChatMessage[], style: Style): string {
  const head = `${style('bold', safeText(session.title))}\n${style('dim', session.id)}`;
  const said = messages.map((message) => {
    const who = message.role === 'assistant' ? 'DAifu' : (message.author?.name ?? 'Somebody');
    const state = message.status === 'complete' ? '' : ` (${message.status})`;
    const lines = [style('cyan', `${safeText(who)}${state}`), safeText(wordsOf(message))];
    if (message.error !== null) lines.push(style('red', safeText(message.error.message)));
    return [...lines, ...formatDoubts(message.citations, style)].filter((line) => line !== '').join('\n');
  });
  return [head, ...said].join('\n\n');
}

/** The text of a message without what was done to find it. */
export function wordsOf({ parts }: Pick<ChatMessage, 'parts'>): string {
  return parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n');
}

/** A line for each citation that is not as the answer says. */
export function formatDoubts(citations: readonly Citation[], style: Style): string[] {
  return citations.flatMap(({ text, state }) => {
    if (state === 'verified') return [];
    const words = state === 'missing' ? 'is not in the code' : 'has changed since';
    return [`${style(state === 'missing' ? 'red' : 'yellow', '!')} ${safeText(text)} ${words}`];
  });
}

/** `3 citations, 2 verified · 1,200 tokens in, 80 out · $0.0031 · 2.1 s · openai/gpt-5-mini · ses_…`. */
export function formatCost({ citations, usage, durationMs, model, sessionId }: ChatMessage): string {
  const verified = citations.filter(({ state }) => state === 'verified').length;
  const facts = [
    citations.length === 0 ? 'no citations' : `${formatAmount(citations.length, 'citation')}, ${verified} verified`,
    usage === null
      ? null
      : `${formatCount(usage.inputTokens)} tokens in, ${formatCount(usage.outputTokens)} out · ${dollarsOf(usage.costMicros)}`,
    durationMs === null ? null : formatDuration(durationMs),
    model,
    sessionId,
  ];
  return safeText(facts.filter((fact) => fact !== null).join(' · '));
}

/** What a conversation has used. */
export function formatStatistics(statistics: ChatStatistics): string {
  const { userMessages, inputTokens, outputTokens, costMicros, unpricedTurns, toolCalls, durationMs } = statistics;
  const unpriced = unpricedTurns === 0 ? '' : ` and ${formatAmount(unpricedTurns, 'turn')} of unknown price`;
  return [
    formatAmount(userMessages, 'question'),
    `${formatCount(inputTokens)} tokens in, ${formatCount(outputTokens)} out`,
    `${dollarsOf(costMicros)}${unpriced}`,
    formatAmount(toolCalls, 'tool call'),
    formatDuration(durationMs),
  ].join(' · ');
}

function dollarsOf(micros: number | null): string {
  return micros === null ? 'price unknown' : formatDollars(micros);
}
