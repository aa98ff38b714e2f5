import type { CardHead, Id } from '@yudai/contract';
import { useEffect, useRef, useState } from 'react';
import type { DragEvent, ReactNode, RefObject } from 'react';
import { CardRow } from '#features/cards/card-row.tsx';
import { placeInList } from '#features/cards/place-in-list.ts';
import { useCardActions } from '#features/cards/use-cards.tsx';

interface Props {
  projectId: string;
  cards: readonly CardHead[];
  hasMore: boolean;
  /** A part of the cards is not put in order: the place among the others would be a guess. */
  isFiltered: boolean;
  mayWrite: boolean;
  list: RefObject<HTMLUListElement | null>;
  onOpen: (card: CardHead) => void;
  onEdit: (card: CardHead) => void;
  /** The cards that are picked; null where there is nothing to do with them. */
  picked: readonly Id<'card'>[] | null;
  onPick: (id: Id<'card'>, isPicked: boolean) => void;
}

interface Drop {
  readonly id: Id<'card'>;
  readonly half: 'upper' | 'lower';
}

/** The cards in their order. It is changed by dragging, with Alt and the arrow keys, or in the menu of a card. */
export function CardList(props: Props): ReactNode {
  const { cards, hasMore, list, mayWrite, picked } = props;
  const actions = useCardActions(props.projectId);
  const [dragged, setDragged] = useState<Id<'card'> | null>(null);
  const [drop, setDrop] = useState<Drop | null>(null);
  const [said, setSaid] = useState('');
  const moved = useRef<Id<'card'> | null>(null);
  const mayMove = mayWrite && !props.isFiltered;

  useEffect(() => {
    if (moved.current === null) return;
    // What moves in the page loses the focus on its way.
    list.current?.querySelector<HTMLElement>(`[data-card="${moved.current}"] .card-title`)?.focus();
    moved.current = null;
  }, [cards, list]);

  const put = async (card: CardHead, on: Drop, keepFocus: boolean): Promise<void> => {
    const before = placeInList(cards, card.id, on, hasMore);
    if (before === undefined) return;
    moved.current = keepFocus ? card.id : null;
    await actions.move(card.id, before).then(
      () => setSaid(before === null ? `${card.title} is last now.` : `${card.title} was moved.`),
      // The failure was said.
      () => (moved.current = null),
    );
  };
  const stepOf = (index: number, by: -1 | 1): (() => void) | null => {
    const [card, other] = [cards[index], cards[index + by]];
    const on = other === undefined ? null : { id: other.id, half: by < 0 ? ('upper' as const) : ('lower' as const) };
    if (!mayMove || card === undefined || on === null) return null;
    if (placeInList(cards, card.id, on, hasMore) === undefined) return null;
    return () => void put(card, on, true);
  };
  const release = () => {
    setDragged(null);
    setDrop(null);
  };

  return (
    <>
      <ul ref={list} className="card-list" data-picking={(picked?.length ?? 0) > 0 || undefined}>
        {cards.map((card, index) => (
          <li
            key={card.id}
            className="card-row"
            data-card={card.id}
            data-drop={drop?.id === card.id ? drop.half : undefined}
            data-dragged={dragged === card.id || undefined}
            draggable={mayMove}
            onDragStart={(event) => {
              event.dataTransfer.effectAllowed = 'move';
              event.dataTransfer.setData('text/plain', card.title);
              setDragged(card.id);
            }}
            onDragOver={(event) => {
              if (dragged === null) return;
              event.preventDefault();
              const on = { id: card.id, half: halfOf(event) };
              setDrop(placeInList(cards, dragged, on, hasMore) === undefined ? null : on);
            }}
            onDrop={(event) => {
              event.preventDefault();
              const moving = cards.find(({ id }) => id === dragged);
              if (moving !== undefined) void put(moving, { id: card.id, half: halfOf(event) }, false);
              release();
            }}
            onDragEnd={release}
          >
            <CardRow
              card={card}
              mayWrite={mayWrite}
              isBusy={actions.isRefreshing(card)}
              onOpen={() => props.onOpen(card)}
              onEdit={() => props.onEdit(card)}
              onRefresh={() => actions.refresh(card)}
              onRemove={() => actions.remove(card)}
              isPicked={picked?.includes(card.id) ?? null}
              onPick={(isPicked) => props.onPick(card.id, isPicked)}
              onUp={stepOf(index, -1)}
              onDown={stepOf(index, 1)}
            />
          </li>
        ))}
      </ul>
      <p className="visually-hidden" role="status">
        {said}
      </p>
    </>
  );
}

function halfOf(event: DragEvent<HTMLElement>): Drop['half'] {
  const { top, height } = event.currentTarget.getBoundingClientRect();
  return event.clientY < top + height / 2 ? 'upper' : 'lower';
}
