import { useDebouncedValue } from '@mantine/hooks';
import { useNavigate } from '@tanstack/react-router';
import { useId, useState } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';
import type { PaletteItem } from '#app/palette-screens.ts';
import { usePaletteItems } from '#app/use-palette-items.ts';

/** A combobox over what can be gone to: type, arrow, Enter. */
export function PaletteBody(props: { projectId: string | null; onClose: () => void; onDraft: () => void }): ReactNode {
  const navigate = useNavigate();
  const listId = useId();
  const [text, setText] = useState('');
  const [active, setActive] = useState(0);
  const [query] = useDebouncedValue(text.trim(), 120);
  const { items, isSearching } = usePaletteItems(props.projectId, text.trim(), query);
  const current = Math.min(active, items.length - 1);

  const choose = (item: PaletteItem) => {
    if (item.link === 'draft') return props.onDraft();
    props.onClose();
    void navigate(item.link);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    const item = items[current];
    if (step !== 0 && items.length > 0) setActive((current + step + items.length) % items.length);
    else if (event.key === 'Enter' && item !== undefined) choose(item);
    else return;
    event.preventDefault();
  };

  return (
    <>
      <input
        className="palette-input"
        data-autofocus
        role="combobox"
        aria-expanded="true"
        aria-controls={listId}
        aria-activedescendant={items.length === 0 ? undefined : `${listId}-${current}`}
        aria-label="Search and commands"
        placeholder={props.projectId === null ? 'Go to a screen or project' : 'Go to a file, symbol, screen or project'}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setActive(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div className="palette-list" id={listId} role="listbox" aria-label="Results" aria-busy={isSearching}>
        {items.map((item, index) => (
          <PaletteOption
            key={item.id}
            id={`${listId}-${index}`}
            item={item}
            isActive={index === current}
            heading={items[index - 1]?.group === item.group ? null : item.group}
            onHover={() => setActive(index)}
            onChoose={() => choose(item)}
          />
        ))}
      </div>
      {items.length === 0 && (
        <p className="palette-note" role="status">
          {isSearching ? 'Searching…' : `Nothing matches “${query}”.`}
        </p>
      )}
    </>
  );
}

interface OptionProps {
  id: string;
  item: PaletteItem;
  isActive: boolean;
  heading: string | null;
  onHover: () => void;
  onChoose: () => void;
}

function PaletteOption(props: OptionProps): ReactNode {
  const { item, isActive } = props;
  const Icon = item.icon;
  return (
    <>
      {props.heading !== null && (
        <div className="palette-group" role="presentation">
          {props.heading}
        </div>
      )}
      {/* The input keeps the focus and handles the keys, as a combobox does. */}
      {/* oxlint-disable-next-line jsx-a11y/click-events-have-key-events */}
      <div
        id={props.id}
        className="palette-option"
        role="option"
        tabIndex={-1}
        aria-selected={isActive}
        ref={(element) => {
          if (isActive) element?.scrollIntoView({ block: 'nearest' });
        }}
        onMouseMove={props.onHover}
        onClick={props.onChoose}
      >
        <Icon size={14} aria-hidden="true" />
        <span className={item.isCode ? 'mono truncate' : 'truncate'}>{item.label}</span>
        <span className="mono muted truncate grow" style={{ textAlign: 'right' }}>
          {item.detail}
        </span>
      </div>
    </>
  );
}
