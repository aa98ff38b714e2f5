import { Kbd, Tooltip } from '@mantine/core';
import type { TooltipProps } from '@mantine/core';
import type { ReactNode } from 'react';

/** A tooltip that shows the shortcut of what it explains. */
export function Tip(props: {
  label: string;
  keys?: string;
  position?: TooltipProps['position'];
  children: ReactNode;
}): ReactNode {
  const label =
    props.keys === undefined ? (
      props.label
    ) : (
      <span className="row">
        {props.label} <Keys keys={props.keys} />
      </span>
    );
  return (
    <Tooltip label={label} position={props.position ?? 'bottom'}>
      {props.children}
    </Tooltip>
  );
}

/** `Ctrl K` as two key caps. */
export function Keys(props: { keys: string }): ReactNode {
  return (
    <span className="keys" aria-hidden="true">
      {props.keys.split(' ').map((key) => (
        <Kbd key={key} size="xs">
          {key}
        </Kbd>
      ))}
    </span>
  );
}
