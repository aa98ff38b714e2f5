import type { ReactNode } from 'react';

interface Props {
  value: number;
  label: string;
  width?: number;
  /** False where the number stands beside it already. */
  showsNumber?: boolean;
}

/** A thin bar and its number; `label` says of what for a screen reader. */
export function ProgressLine(props: Props): ReactNode {
  return (
    <span className="progress-line">
      <span
        className="progress-track"
        style={props.width === undefined ? undefined : { width: props.width }}
        role="progressbar"
        aria-label={props.label}
        aria-valuenow={props.value}
        aria-valuemin={0}
        aria-valuemax={100}
      >
        <span className="progress-fill" style={{ width: `${props.value}%` }} />
      </span>
      {props.showsNumber !== false && <span className="mono muted">{props.value}%</span>}
    </span>
  );
}
