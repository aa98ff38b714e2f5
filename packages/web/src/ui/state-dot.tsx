import type { ReactNode } from 'react';

export type Tone = 'accent' | 'success' | 'warning' | 'danger' | 'quiet';

/** A 6 px dot and its word: a state is never told by colour alone. */
export function StateDot(props: { tone: Tone; children: ReactNode }): ReactNode {
  return (
    <span className="state-dot" data-tone={props.tone}>
      <span className="dot" aria-hidden="true" />
      {props.children}
    </span>
  );
}
