import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';

export interface Suggestion {
  readonly id: string;
  readonly label: string;
  readonly detail: string;
  readonly icon: LucideIcon;
  readonly choose: () => void;
}

interface Props {
  id: string;
  label: string;
  suggestions: readonly Suggestion[];
  active: number;
}

/** What fits what is being typed. The text box keeps the focus and says which one is active. */
export function Suggestions({ id, label, suggestions, active }: Props): ReactNode {
  return (
    <div id={id} className="suggestions" role="listbox" aria-label={label}>
      {suggestions.map(({ id: key, label: name, detail, icon: Icon, choose }, place) => (
        <div
          key={key}
          id={`${id}-${place}`}
          role="option"
          aria-selected={place === active}
          className="suggestion"
          // The text box must not lose the focus to a click.
          onMouseDown={(event) => event.preventDefault()}
          onClick={choose}
          ref={(element) => {
            if (place === active) element?.scrollIntoView({ block: 'nearest' });
          }}
        >
          <Icon size={13} aria-hidden="true" />
          <span className="truncate">{name}</span>
          <span className="muted truncate suggestion-detail">{detail}</span>
        </div>
      ))}
    </div>
  );
}
