import type { LiveMessage } from '@yudai/contract';

/** Two pieces of one text that follow each other are one piece, and only the last state of a change counts. */
export function joinNews(earlier: LiveMessage, later: LiveMessage): LiveMessage | undefined {
  if (earlier.type !== 'solve' || later.type !== 'solve') return undefined;
  const [first, next] = [earlier.data, later.data];
  if (first.what === 'delta' && next.what === 'delta') {
    const isSame = first.key === next.key && first.part === next.part && first.kind === next.kind;
    const follows = isSame && first.offset + first.text.length === next.offset;
    return follows ? { type: 'solve', data: { ...first, text: first.text + next.text } } : undefined;
  }
  if (first.what === 'output' && next.what === 'output') {
    const isSame = first.key === next.key && first.callId === next.callId;
    const follows = isSame && first.offset + first.text.length === next.offset;
    return follows ? { type: 'solve', data: { ...first, text: first.text + next.text } } : undefined;
  }
  if (first.what === 'change' && next.what === 'change' && first.attempt === next.attempt) return later;
  if (first.what === 'stage' && next.what === 'stage' && first.stage.key === next.stage.key) return later;
  return undefined;
}
