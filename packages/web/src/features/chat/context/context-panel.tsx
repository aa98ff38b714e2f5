import { ActionIcon, Button, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { CardHead, ContextItem, Id, Project, TurnContext } from '@yudai/contract';
import { BookmarkPlus, CircleSlash, Shrink, Undo2, X } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { kindOf, reasonOf } from '#features/chat/message-words.ts';
import type { ChatActions } from '#features/chat/use-chat-actions.ts';
import { api } from '#lib/client.ts';
import { formatCount, shortCommit } from '#lib/format.ts';
import { Memories } from '#features/chat/context/memories.tsx';
import { placeOfCite } from '#lib/place-of-cite.ts';
import type { LineRange } from '#lib/search-params.ts';
import { Tip } from '#ui/tip.tsx';

interface Props {
  project: Project;
  sessionId: Id<'session'>;
  /** Whether this is what the next turn would be given, or what one was. */
  isNext: boolean;
  context: TurnContext | null;
  cards: readonly CardHead[];
  dropped: readonly string[];
  mayWrite: boolean;
  isBusy: boolean;
  actions: ChatActions;
  onOpen: (path: string, lines: LineRange | null) => void;
  onClose: () => void;
}

/** What a turn is given besides the question, what was left out and why, and what a person decides about it. */
export function ContextPanel(props: Props): ReactNode {
  const { isNext, context, dropped, mayWrite, isBusy, actions } = props;
  return (
    <section className="context-panel" aria-label="Context">
      <header className="row">
        <h3 className="grow">{isNext ? 'What the next turn is given' : 'What this answer was given'}</h3>
        {context?.commit !== null && context !== null && (
          <span className="mono muted">{shortCommit(context.commit)}</span>
        )}
        <Tip label="Close">
          <ActionIcon aria-label="Close the context" size={24} onClick={props.onClose}>
            <X size={13} />
          </ActionIcon>
        </Tip>
      </header>
      {isNext && <Memories sessionId={props.sessionId} mayWrite={mayWrite} />}
      {isNext && <Cards {...props} />}
      {context !== null && (
        <>
          <ul className="context-items" aria-label="Included">
            {context.items.map((item, place) => (
              <Item key={place} item={item} {...props} />
            ))}
          </ul>
          {context.leftOut.length > 0 && (
            <>
              <h4>Left out</h4>
              <ul className="context-items" aria-label="Left out">
                {context.leftOut.map((item, place) => (
                  <li key={place} className="row">
                    <span className="context-kind muted">{kindOf(item)}</span>
                    <span className="mono truncate grow" title={item.title}>
                      {item.title}
                    </span>
                    <span className="muted">{reasonOf(item)}</span>
                    {item.tokens > 0 && <span className="mono muted">{formatCount(item.tokens)}</span>}
                  </li>
                ))}
              </ul>
            </>
          )}
        </>
      )}
      {isNext && mayWrite && dropped.length > 0 && (
        <>
          <h4>Dropped for this conversation</h4>
          <ul className="context-items" aria-label="Dropped">
            {dropped.map((path) => (
              <li key={path} className="row">
                <span className="mono truncate grow">{path}</span>
                <Tip label="Allow it again">
                  <ActionIcon size={24} aria-label={`Allow ${path} again`} onClick={() => actions.restore(path)}>
                    <Undo2 size={12} />
                  </ActionIcon>
                </Tip>
              </li>
            ))}
          </ul>
        </>
      )}
      {isNext && mayWrite && (
        <Button
          variant="default"
          size="compact-sm"
          leftSection={<Shrink size={12} />}
          disabled={isBusy}
          onClick={actions.compact}
        >
          Sum up the older messages
        </Button>
      )}
    </section>
  );
}

function Item({ item, isNext, mayWrite, actions, onOpen }: Props & { item: ContextItem }): ReactNode {
  const place = item.cite === null ? null : placeOfCite(item.cite);
  return (
    <li className="row">
      <span className="context-kind muted">{kindOf(item)}</span>
      {place === null ? (
        <span className="truncate grow" title={item.title}>
          {item.title}
        </span>
      ) : (
        <button
          type="button"
          className="context-open mono truncate grow"
          title={item.cite ?? item.title}
          onClick={() => onOpen(place.path, { start: place.startLine, end: place.endLine })}
        >
          {item.kind === 'card' ? item.title : `${place.path}:${place.startLine}-${place.endLine}`}
        </button>
      )}
      <span className="mono muted">{formatCount(item.tokens)}</span>
      {mayWrite && isNext && item.kind === 'file' && place !== null && (
        <>
          <Tip label="Keep as a card for every turn">
            <ActionIcon
              size={24}
              aria-label={`Keep ${item.title} as a card for every turn`}
              onClick={() => actions.pin(place)}
            >
              <BookmarkPlus size={12} />
            </ActionIcon>
          </Tip>
          <Tip label="Drop the file for this conversation">
            <ActionIcon size={24} aria-label={`Drop ${item.title}`} onClick={() => actions.drop(place.path)}>
              <CircleSlash size={12} />
            </ActionIcon>
          </Tip>
        </>
      )}
    </li>
  );
}

/** The cards that every turn is given, and the way to choose more. */
function Cards({ project, cards, mayWrite, actions }: Props): ReactNode {
  const [query, setQuery] = useState('');
  const found = useQuery(
    api.cards.list.queryOptions({
      input: { projectId: project.id, limit: 30, ...(query.trim() === '' ? {} : { query: query.trim() }) },
    }),
  );
  const others = (found.data?.items ?? []).filter(({ id }) => cards.every((card) => card.id !== id));
  return (
    <>
      <ul className="context-items" aria-label="Cards for every turn">
        {cards.map((card) => (
          <li key={card.id} className="row">
            <span className="context-kind muted">Card</span>
            <span className="truncate grow" title={card.title}>
              {card.title}
            </span>
            <span className="mono muted">{formatCount(card.tokens)}</span>
            {mayWrite && (
              <Tip label="Do not give it to turns any more">
                <ActionIcon
                  size={24}
                  aria-label={`Leave ${card.title} out`}
                  onClick={() => actions.removeCard(card.id)}
                >
                  <X size={12} />
                </ActionIcon>
              </Tip>
            )}
          </li>
        ))}
      </ul>
      {mayWrite && (
        <Select
          aria-label="Add a card for every turn"
          placeholder="Add a card for every turn"
          searchable
          value={null}
          searchValue={query}
          onSearchChange={setQuery}
          nothingFoundMessage="No other card"
          data={others.map((card) => ({ value: card.id, label: `${card.title} (${formatCount(card.tokens)} tokens)` }))}
          filter={({ options }) => options}
          onChange={(value) => {
            const card = others.find(({ id }) => id === value);
            if (card !== undefined) actions.addCard(card.id);
            setQuery('');
          }}
        />
      )}
    </>
  );
}
