import { ActionIcon, Checkbox, Menu } from '@mantine/core';
import type { CardHead } from '@yudai/contract';
import { ArrowDown, ArrowUp, Ellipsis, GripVertical, Pencil, RotateCw, TextSearch, Trash2, Users } from 'lucide-react';
import type { KeyboardEvent, ReactNode } from 'react';
import { heatOf, sourceWords, staleWords } from '#features/cards/card-words.ts';
import { formatCount, formatShort } from '#lib/format.ts';
import { Tip } from '#ui/tip.tsx';

export interface RowActions {
  /** Shows the code of a card, or its content. */
  readonly onOpen: () => void;
  readonly onEdit: () => void;
  readonly onRefresh: () => void;
  readonly onRemove: () => void;
  readonly onPick: (isPicked: boolean) => void;
  /** Null where it cannot go further. */
  readonly onUp: (() => void) | null;
  readonly onDown: (() => void) | null;
}

interface Props extends RowActions {
  card: CardHead;
  mayWrite: boolean;
  isBusy: boolean;
  /** Null where cards cannot be picked. */
  isPicked: boolean | null;
}

/** One card of the list: what it is, what it costs, and how it stands to the code. */
export function CardRow(props: Props): ReactNode {
  const { card, mayWrite } = props;
  const { icon: Icon, name } = sourceWords[card.source];
  const heat = heatOf(card.tokens);
  return (
    <>
      <div className="card-line">
        {mayWrite && <GripVertical size={12} className="card-grip" aria-hidden="true" />}
        <span className="card-source">
          <Icon size={13} aria-label={name} />
          {props.isPicked !== null && (
            <Checkbox
              className="card-pick"
              size="xs"
              aria-label={`Pick ${card.title}`}
              checked={props.isPicked}
              onChange={(event) => props.onPick(event.target.checked)}
            />
          )}
        </span>
        <button
          type="button"
          className="card-title truncate grow"
          title={card.title}
          onClick={props.onOpen}
          onKeyDown={(event) => moveByKeys(event, props)}
          aria-keyshortcuts={mayWrite ? 'Alt+ArrowUp Alt+ArrowDown' : undefined}
        >
          {card.title}
        </button>
        {card.visibility === 'project' && (
          <Users size={11} className="card-shared" aria-label="shared with the project" />
        )}
        <StaleBadge {...props} />
        <span className="mono muted card-tokens" title={`${formatCount(card.tokens)} tokens`}>
          {formatShort(card.tokens)}
        </span>
        <RowMenu {...props} />
      </div>
      <p className="card-excerpt truncate muted" title={card.cite ?? undefined}>
        {card.excerpt}
      </p>
      <div className="card-heat" data-level={heat.level} aria-hidden="true">
        <span style={{ width: `${heat.share * 100}%` }} />
      </div>
    </>
  );
}

function StaleBadge({ card, mayWrite, isBusy, onRefresh }: Props): ReactNode {
  const words = staleWords(card.staleness);
  if (words === null) return null;
  if (words.action === null || !mayWrite) {
    return (
      <Tip label={words.hint}>
        <span className="card-stale" tabIndex={0} role="note" aria-label={`${words.label}: ${words.hint}`}>
          {words.label}
        </span>
      </Tip>
    );
  }
  return (
    <Tip label={`${words.hint} ${words.action}.`}>
      <button
        type="button"
        className="card-stale"
        disabled={isBusy}
        aria-label={`${words.label}: ${words.hint} ${words.action}: ${card.title}`}
        onClick={onRefresh}
      >
        {words.label}
      </button>
    </Tip>
  );
}

function RowMenu({ card, mayWrite, onOpen, onEdit, onRefresh, onRemove, onUp, onDown }: Props): ReactNode {
  const canRefresh = card.anchor !== null && (card.staleness === null || staleWords(card.staleness)?.action !== null);
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon size={22} className="card-menu" aria-label={`Actions for ${card.title}`}>
          <Ellipsis size={13} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {card.anchor?.kind === 'file' && (
          <Menu.Item leftSection={<TextSearch size={13} />} onClick={onOpen}>
            Show in the code
          </Menu.Item>
        )}
        <Menu.Item leftSection={<Pencil size={13} />} onClick={onEdit}>
          {mayWrite ? 'Read and edit' : 'Read'}
        </Menu.Item>
        {mayWrite && (
          <>
            {canRefresh && (
              <Menu.Item leftSection={<RotateCw size={13} />} onClick={onRefresh}>
                Read again
              </Menu.Item>
            )}
            <Menu.Item leftSection={<ArrowUp size={13} />} disabled={onUp === null} onClick={() => onUp?.()}>
              Move up
            </Menu.Item>
            <Menu.Item leftSection={<ArrowDown size={13} />} disabled={onDown === null} onClick={() => onDown?.()}>
              Move down
            </Menu.Item>
            <Menu.Divider />
            <Menu.Item leftSection={<Trash2 size={13} />} color="red" onClick={onRemove}>
              Remove
            </Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}

function moveByKeys(event: KeyboardEvent, { onUp, onDown }: RowActions): void {
  if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return;
  event.preventDefault();
  event.stopPropagation();
  if (event.key === 'ArrowUp') onUp?.();
  else onDown?.();
}
