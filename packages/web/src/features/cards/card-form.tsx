import { Button, Group, Modal, Select, Switch, TextInput, Textarea } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { cardCategories, cardCategory, cardContentLimit, newCard } from '@yudai/contract';
import type { CardCategory } from '@yudai/contract';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { categoryWords } from '#features/cards/card-words.ts';
import { useAuthStatus } from '#lib/auth-status.ts';
import { api } from '#lib/client.ts';
import { messageOf } from '#lib/error-message.ts';

/** What a card is made from by filling in a form. */
export type FormSource = 'note' | 'url' | 'issue' | 'pull_request' | 'commit';

const forms: Record<FormSource, { title: string; label: string; hint: string }> = {
  note: { title: 'New note', label: 'Text', hint: '' },
  url: {
    title: 'Keep a page',
    label: 'Address',
    hint: 'The text of the page is read now; it must be public, with https.',
  },
  issue: { title: 'Keep an issue', label: 'Number', hint: 'Of an issue in the project’s repository on GitHub.' },
  pull_request: { title: 'Keep a pull request', label: 'Number', hint: 'In the project’s repository on GitHub.' },
  commit: { title: 'Keep a commit', label: 'Commit', hint: 'Its id, or at least the first seven characters.' },
};

interface Props {
  projectId: string;
  source: FormSource | null;
  onClose: () => void;
}

/** Makes a card from what a person writes or names. */
export function CardForm(props: Props): ReactNode {
  const { source, onClose } = props;
  return (
    <Modal
      opened={source !== null}
      onClose={onClose}
      title={source === null ? '' : forms[source].title}
      size={source === 'note' ? 'lg' : 'md'}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {source !== null && <Form {...props} source={source} />}
    </Modal>
  );
}

function Form(props: Props & { source: FormSource }): ReactNode {
  const { projectId, source, onClose } = props;
  const queries = useQueryClient();
  const [text, setText] = useState('');
  const [category, setCategory] = useState<CardCategory | null>(null);
  const [isShared, setShared] = useState(false);
  const create = useMutation(
    api.cards.create.mutationOptions({
      onSuccess: () => {
        onClose();
        return queries.invalidateQueries({ queryKey: api.cards.key() });
      },
    }),
  );
  const from = newCard.safeParse(inputOf(source, text));
  const form = forms[source];
  const field = {
    label: form.label,
    description: form.hint === '' ? null : form.hint,
    value: text,
    'data-autofocus': true,
    error: create.isError ? messageOf(create.error) : undefined,
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!from.success) return;
        const visibility = isShared ? 'project' : 'private';
        create.mutate({ projectId, from: from.data, visibility, ...(category === null ? {} : { category }) });
      }}
    >
      {source === 'note' ? (
        <Textarea
          {...field}
          autosize
          minRows={6}
          maxRows={18}
          maxLength={cardContentLimit}
          onChange={(event) => setText(event.target.value)}
        />
      ) : (
        <TextInput {...field} maxLength={2048} onChange={(event) => setText(event.target.value)} />
      )}
      <CategorySelect value={category} onChange={setCategory} placeholder="By where it comes from" />
      <SharedSwitch checked={isShared} onChange={setShared} />
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" disabled={!from.success} loading={create.isPending}>
          Keep
        </Button>
      </Group>
    </form>
  );
}

export function CategorySelect(props: {
  value: CardCategory | null;
  onChange: (category: CardCategory | null) => void;
  placeholder?: string;
}): ReactNode {
  return (
    <Select
      mt="sm"
      label="Category"
      data={cardCategories.map((value) => ({ value, label: categoryWords[value] }))}
      value={props.value}
      placeholder={props.placeholder ?? ''}
      onChange={(value) => props.onChange(cardCategory.safeParse(value).data ?? null)}
      allowDeselect={false}
    />
  );
}

/** Who sees a card; one person alone has nobody to share with. */
export function SharedSwitch(props: { checked: boolean; onChange: (shared: boolean) => void }): ReactNode {
  if (useAuthStatus()?.mode !== 'team') return null;
  return (
    <Switch
      mt="md"
      label="Everybody in the project sees it"
      checked={props.checked}
      onChange={(event) => props.onChange(event.target.checked)}
    />
  );
}

function inputOf(source: FormSource, text: string): Record<string, unknown> {
  switch (source) {
    case 'note':
      return { source, content: text };
    case 'url':
      return { source, url: text.trim() };
    case 'issue':
    case 'pull_request':
      return { source, number: Number(text.trim().replace(/^#/, '')) };
    case 'commit':
      return { source, sha: text.trim().toLowerCase() };
  }
}
