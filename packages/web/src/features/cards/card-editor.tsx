import { Button, Group, Modal, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { cardContentLimit } from '@yudai/contract';
import type { Card, CardHead } from '@yudai/contract';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { CategorySelect, SharedSwitch } from '#features/cards/card-form.tsx';
import { sourceWords } from '#features/cards/card-words.ts';
import { api } from '#lib/client.ts';
import { messageOf } from '#lib/error-message.ts';
import { formatNoun } from '#lib/format.ts';
import { ErrorPanel } from '#ui/error-panel.tsx';
import { SkeletonRows } from '#ui/skeleton-rows.tsx';

interface Props {
  card: CardHead | null;
  mayWrite: boolean;
  /** The person, who alone decides who sees their cards. */
  userId: string | undefined;
  onClose: () => void;
}

/** A card with all of its content, to read and, for who may, to change. */
export function CardEditor(props: Props): ReactNode {
  const { card, onClose } = props;
  return (
    <Modal
      opened={card !== null}
      onClose={onClose}
      size="xl"
      title={card?.title ?? ''}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {card !== null && <Loaded {...props} card={card} />}
    </Modal>
  );
}

function Loaded(props: Props & { card: CardHead }): ReactNode {
  const { id, projectId } = props.card;
  const whole = useQuery(api.cards.get.queryOptions({ input: { projectId, id } }));
  if (whole.isPending) return <SkeletonRows label="Loading the card" />;
  if (whole.isError) return <ErrorPanel error={whole.error} onRetry={() => void whole.refetch()} />;
  return props.mayWrite ? <Form {...props} card={whole.data} /> : <Content card={whole.data} />;
}

function Form(props: Props & { card: Card }): ReactNode {
  const { card, onClose } = props;
  const { id, projectId } = card;
  const queries = useQueryClient();
  const [title, setTitle] = useState(card.title);
  const [content, setContent] = useState(card.content);
  const [category, setCategory] = useState(card.category);
  const [visibility, setVisibility] = useState(card.visibility);
  const isOwnText = card.source === 'note' || card.source === 'upload';
  const save = useMutation(
    api.cards.update.mutationOptions({
      onSuccess: () => {
        onClose();
        return queries.invalidateQueries({ queryKey: api.cards.key() });
      },
    }),
  );
  const changes = {
    ...(title.trim() === card.title ? {} : { title }),
    ...(category === card.category ? {} : { category }),
    ...(visibility === card.visibility ? {} : { visibility }),
    ...(isOwnText && content !== card.content ? { content } : {}),
  };
  const isValid = title.trim() !== '' && (!isOwnText || content !== '');
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (isValid) save.mutate({ projectId, id, ...changes });
      }}
    >
      <TextInput
        label="Title"
        maxLength={200}
        value={title}
        data-autofocus
        onChange={(event) => setTitle(event.target.value)}
        error={save.isError ? messageOf(save.error) : undefined}
      />
      <CategorySelect value={category} onChange={(next) => next !== null && setCategory(next)} />
      {isOwnText ? (
        <Textarea
          mt="sm"
          label="Text"
          autosize
          minRows={6}
          maxRows={20}
          maxLength={cardContentLimit}
          value={content}
          onChange={(event) => setContent(event.target.value)}
        />
      ) : (
        <Content card={card} />
      )}
      {card.ownerId === props.userId && (
        <SharedSwitch
          checked={visibility === 'project'}
          onChange={(isShared) => setVisibility(isShared ? 'project' : 'private')}
        />
      )}
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" disabled={!isValid || Object.keys(changes).length === 0} loading={save.isPending}>
          Save
        </Button>
      </Group>
    </form>
  );
}

/** Text of others, shown as text: nothing in it is drawn, loaded or followed. */
function Content(props: { card: Card }): ReactNode {
  const { source, content, tokens, cite } = props.card;
  return (
    <>
      <p className="card-facts muted">
        {[sourceWords[source].name, formatNoun(tokens, 'token'), cite].filter((fact) => fact !== null).join(' · ')}
      </p>
      <pre className="card-content mono" tabIndex={0} aria-label="Content">
        {content}
      </pre>
    </>
  );
}
