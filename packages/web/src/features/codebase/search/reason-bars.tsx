import { Tooltip } from '@mantine/core';
import type { SearchReason } from '@yudai/contract';
import type { ReactNode } from 'react';

/** Why a hit is there: each signal with its share of the score. */
export function ReasonBars(props: { reasons: readonly SearchReason[] }): ReactNode {
  if (props.reasons.length === 0) return null;
  const shown = props.reasons.toSorted((a, b) => b.share - a.share).slice(0, 3);
  return (
    <ul className="reasons" aria-label="Why it is here">
      {shown.map((reason) => (
        <Tooltip key={`${reason.signal} ${reason.detail}`} label={reason.detail} disabled={reason.detail === ''}>
          <li>
            {inWords(reason.signal)}
            <span className="reason-track" aria-hidden="true">
              <span style={{ width: `${Math.round(reason.share * 100)}%` }} />
            </span>
            <span className="mono">{Math.round(reason.share * 100)}%</span>
          </li>
        </Tooltip>
      ))}
    </ul>
  );
}

/** `historyText` as `history text`. */
function inWords(signal: string): string {
  return signal.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
