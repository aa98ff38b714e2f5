import type { LiveMessage } from '@yudai/contract';

/** Two pieces of one text that follow each other are one piece. */
export function joinDeltas(earlier: LiveMessage, later: LiveMessage): LiveMessage | undefined {
  if (earlier.type !== 'message' || later.type !== 'message') return undefined;
  const [first, next] = [earlier.data, later.data];
  if (first.action !== 'delta' || next.action !== 'delta') return undefined;
  const follows =
    first.messageId === next.messageId &&
    first.part === next.part &&
    first.kind === next.kind &&
    first.offset + first.text.length === next.offset;
  return follows ? { type: 'message', data: { ...first, text: first.text + next.text } } : undefined;
}
