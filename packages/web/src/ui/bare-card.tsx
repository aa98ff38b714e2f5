import { Boxes } from 'lucide-react';
import type { ReactNode } from 'react';

/** What a page without the rail holds: the sign of Yudai, a title, and one thing to do. */
export function BareCard(props: { title: string; isWide?: boolean; children: ReactNode }): ReactNode {
  return (
    <div className="bare-card" data-wide={props.isWide}>
      <span className="bare-logo" aria-hidden="true">
        <Boxes size={19} />
      </span>
      <h1>{props.title}</h1>
      {props.children}
    </div>
  );
}
