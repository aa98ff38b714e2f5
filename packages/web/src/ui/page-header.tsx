import type { ReactNode } from 'react';

/** The 40 px bar at the top of every screen: what it is on the left, at most two actions on the right. */
export function PageHeader(props: { children: ReactNode; actions?: ReactNode }): ReactNode {
  return (
    <header className="page-header">
      <div className="row grow">{props.children}</div>
      {props.actions !== undefined && <div className="row">{props.actions}</div>}
    </header>
  );
}
