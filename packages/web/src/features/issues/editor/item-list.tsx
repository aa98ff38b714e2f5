import { ActionIcon, Button } from '@mantine/core';
import { ArrowDown, ArrowUp, Plus, X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';
import { fieldWords, type Field } from '#features/issues/editor/draft.ts';
import { moved, without } from '#features/issues/editor/items.ts';
import { fieldId, itemId } from '#features/issues/side/target-of.ts';
import { formatCount } from '#lib/format.ts';
import { Tip } from '#ui/tip.tsx';

const most = 50;

interface Props<T> {
  field: Field;
  hint: string;
  items: readonly T[];
  /** What an item is called in the names of its buttons, such as `AC1`. */
  nameOf: (item: T, index: number) => string;
  blank: () => T;
  addLabel: string;
  onChange: (items: T[]) => void;
  /** Draws an item; its first control has the id `id`. */
  children: (item: T, change: (next: T) => void, id: string, index: number) => ReactNode;
}

/** Items in their order: added, taken out and moved, with the mouse or with Alt and the arrow keys. The focus goes along. */
export function ItemList<T>(props: Props<T>): ReactNode {
  const { field, hint, items, nameOf, onChange } = props;
  const [said, setSaid] = useState('');
  const focusNext = useRef<string | null>(null);
  useEffect(() => {
    if (focusNext.current === null) return;
    document.getElementById(focusNext.current)?.focus();
    focusNext.current = null;
  });
  const move = (index: number, by: -1 | 1) => {
    const item = items[index];
    if (item === undefined || items[index + by] === undefined) return;
    focusNext.current = itemId(field, index + by);
    setSaid(`${nameOf(item, index)} is number ${index + by + 1} now.`);
    onChange(moved(items, index, by));
  };
  const remove = (index: number) => {
    focusNext.current = items.length > 1 ? itemId(field, Math.min(index, items.length - 2)) : fieldId(field);
    onChange(without(items, index));
  };
  const onKeyDown = (event: KeyboardEvent, index: number) => {
    if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return;
    event.preventDefault();
    move(index, event.key === 'ArrowUp' ? -1 : 1);
  };
  return (
    <section className="issue-items" aria-labelledby={`${fieldId(field)}-name`}>
      <h3 id={`${fieldId(field)}-name`} className="issue-label">
        {fieldWords[field]}
        {items.length > 0 && <span className="mono muted"> {formatCount(items.length)}</span>}
      </h3>
      <p className="issue-hint">{hint}</p>
      <ol>
        {items.map((item, index) => (
          <li key={index} onKeyDown={(event) => onKeyDown(event, index)}>
            <div className="grow issue-item">
              {props.children(item, (next) => onChange(items.with(index, next)), itemId(field, index), index)}
            </div>
            <ItemButtons
              name={nameOf(item, index)}
              isFirst={index === 0}
              isLast={index === items.length - 1}
              onMove={(by) => move(index, by)}
              onRemove={() => remove(index)}
            />
          </li>
        ))}
      </ol>
      <Button
        id={fieldId(field)}
        variant="subtle"
        color="gray"
        size="compact-sm"
        leftSection={<Plus size={13} aria-hidden="true" />}
        disabled={items.length >= most}
        onClick={() => {
          focusNext.current = itemId(field, items.length);
          onChange([...items, props.blank()]);
        }}
      >
        {props.addLabel}
      </Button>
      <span className="visually-hidden" role="status">
        {said}
      </span>
    </section>
  );
}

function ItemButtons(props: {
  name: string;
  isFirst: boolean;
  isLast: boolean;
  onMove: (by: -1 | 1) => void;
  onRemove: () => void;
}): ReactNode {
  const { name, isFirst, isLast } = props;
  return (
    <span className="issue-item-buttons">
      {!(isFirst && isLast) && (
        <>
          <Tip label="Move up" keys="Alt ↑">
            <ActionIcon size={24} aria-label={`Move ${name} up`} disabled={isFirst} onClick={() => props.onMove(-1)}>
              <ArrowUp size={13} />
            </ActionIcon>
          </Tip>
          <Tip label="Move down" keys="Alt ↓">
            <ActionIcon size={24} aria-label={`Move ${name} down`} disabled={isLast} onClick={() => props.onMove(1)}>
              <ArrowDown size={13} />
            </ActionIcon>
          </Tip>
        </>
      )}
      <Tip label="Take out">
        <ActionIcon size={24} aria-label={`Take ${name} out`} onClick={props.onRemove}>
          <X size={13} />
        </ActionIcon>
      </Tip>
    </span>
  );
}
