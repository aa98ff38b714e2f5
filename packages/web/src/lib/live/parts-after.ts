import type { MessagePart } from '@yudai/contract';

/** A change of what an agent says: the next piece of a text, a whole part, or that only so many parts count. */
export type PartChange =
  | {
      readonly action: 'delta';
      readonly part: number;
      readonly kind: 'text' | 'reasoning';
      readonly offset: number;
      readonly text: string;
    }
  | { readonly action: 'part'; readonly part: number; readonly value: MessagePart }
  | { readonly action: 'reset'; readonly parts: number };

/** The parts after a change, the same array where nothing changes; null when a piece before it is missing. */
export function partsAfter(parts: MessagePart[], change: PartChange): MessagePart[] | null {
  if (change.action === 'reset') return parts.length <= change.parts ? parts : parts.slice(0, change.parts);
  if (change.part > parts.length) return null;
  if (change.action === 'part') return parts.toSpliced(change.part, 1, change.value);
  const known = parts[change.part];
  const text = known?.type === change.kind ? known.text : '';
  if (change.offset > text.length) return null;
  // Text that was kept may be ahead of the feed that is read again.
  if (known?.type === change.kind && change.offset + change.text.length <= text.length) return parts;
  return parts.toSpliced(change.part, 1, { type: change.kind, text: text.slice(0, change.offset) + change.text });
}
