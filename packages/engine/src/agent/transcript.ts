import type { MessagePart } from '@yudai/contract';

/** A change of a transcript, for whoever watches. Applied in order to the parts before, it gives the parts after. */
export type TranscriptChange =
  | {
      readonly type: 'delta';
      readonly part: number;
      readonly kind: 'text' | 'reasoning';
      readonly offset: number;
      readonly text: string;
    }
  | { readonly type: 'part'; readonly part: number; readonly value: MessagePart }
  | { readonly type: 'reset'; readonly parts: number };

/** The parts of an answer while it comes into being. */
export interface Transcript {
  readonly parts: readonly MessagePart[];
  /** Adds to the last part, or begins one when the last is of another kind. */
  append(kind: 'text' | 'reasoning', text: string): void;
  /** Adds a part and returns its place. */
  add(part: MessagePart): number;
  replace(place: number, part: MessagePart): void;
  /** Forgets all parts from this place on, and says so even when there are none: watchers may have seen some of an earlier try. */
  cut(parts: number): void;
  /** Takes over parts that watchers have seen already, unless they are there. */
  restore(place: number, parts: readonly MessagePart[]): void;
}

export function createTranscript(
  initial: readonly MessagePart[],
  onChange: (change: TranscriptChange) => void,
): Transcript {
  const parts = [...initial];
  return {
    parts,
    append(kind, text) {
      if (text === '') return;
      const last = parts.at(-1);
      const isOpen = last?.type === kind;
      const before = isOpen ? last.text : '';
      const part = isOpen ? parts.length - 1 : parts.length;
      parts[part] = { type: kind, text: before + text };
      onChange({ type: 'delta', part, kind, offset: before.length, text });
    },
    add(value) {
      parts.push(value);
      onChange({ type: 'part', part: parts.length - 1, value });
      return parts.length - 1;
    },
    replace(part, value) {
      parts[part] = value;
      onChange({ type: 'part', part, value });
    },
    cut(count) {
      parts.length = Math.min(count, parts.length);
      onChange({ type: 'reset', parts: count });
    },
    restore(place, seen) {
      if (parts.length === place) parts.push(...seen);
    },
  };
}

/** Everything that was said, without tools and reasoning. */
export function textOf(parts: readonly MessagePart[]): string {
  return parts
    .flatMap((part) => (part.type === 'text' ? [part.text] : []))
    .join('\n\n')
    .trim();
}
