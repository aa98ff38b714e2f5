import type { TurnContext } from '@yudai/contract';
import { ChevronDown, ChevronUp, Gauge } from 'lucide-react';
import type { ReactNode } from 'react';
import { formatNoun, formatShort } from '#lib/format.ts';

interface Props {
  context: TurnContext | null;
  cards: number;
  isOpen: boolean;
  onToggle: () => void;
}

/** How much of its room the next turn fills, and the way to what it is filled with. */
export function ContextMeter({ context, cards, isOpen, onToggle }: Props): ReactNode {
  const share = context === null ? 0 : Math.min(1, context.tokens / Math.max(1, context.budget));
  const left = context?.leftOut.length ?? 0;
  return (
    <button type="button" className="context-meter" aria-expanded={isOpen} onClick={onToggle}>
      <Gauge size={12} aria-hidden="true" />
      <span>Context</span>
      <span className="context-track" aria-hidden="true">
        <span style={{ width: `${share * 100}%` }} data-level={share > 0.9 ? 'high' : 'low'} />
      </span>
      <span className="mono muted">
        {context === null ? '' : `${formatShort(context.tokens)} of ${formatShort(context.budget)} tokens`}
      </span>
      {cards > 0 && <span className="muted">{formatNoun(cards, 'card')}</span>}
      {left > 0 && <span className="muted">{left} left out</span>}
      <span className="grow" />
      {isOpen ? <ChevronDown size={12} aria-hidden="true" /> : <ChevronUp size={12} aria-hidden="true" />}
    </button>
  );
}
