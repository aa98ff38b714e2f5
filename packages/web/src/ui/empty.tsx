import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';

/** A place that holds nothing yet: what belongs here, and the one action that fills it. */
export function Empty(props: {
  icon: LucideIcon;
  title: string;
  text?: string | undefined;
  children?: ReactNode;
}): ReactNode {
  const Icon = props.icon;
  return (
    <div className="empty">
      <Icon size={22} strokeWidth={1.5} aria-hidden="true" />
      <p className="empty-title">{props.title}</p>
      {props.text !== undefined && <p className="muted">{props.text}</p>}
      {props.children}
    </div>
  );
}
