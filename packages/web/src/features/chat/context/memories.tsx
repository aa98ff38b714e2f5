import { ActionIcon, Button, Select, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type Id, type Memory, type MemoryKind, memoryKinds } from '@yudai/contract';
import { Check, Pencil, Plus, X } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode, SubmitEvent } from 'react';
import { api } from '#lib/client.ts';
import { formatCount } from '#lib/format.ts';
import { ErrorPanel } from '#ui/error-panel.tsx';
import { Tip } from '#ui/tip.tsx';
import { useFailureToast } from '#ui/use-failure-toast.ts';

interface Props {
  sessionId: Id<'session'>;
  mayWrite: boolean;
}

const words: Record<MemoryKind, string> = { fact: 'Fact', decision: 'Decision', highlight: 'Highlight' };
const kinds = memoryKinds.map((value) => ({ value, label: words[value] }));
const longest = 1000;

/** What every turn of a conversation keeps in mind, and the ways to add to it, say it differently and take it away. */
export function Memories({ sessionId, mayWrite }: Props): ReactNode {
  const { data, error, refetch } = useQuery(api.memories.list.queryOptions({ input: { sessionId } }));
  const [edited, setEdited] = useState<Id<'memory'> | null>(null);
  const changes = useMemoryChanges();
  if (error !== null) return <ErrorPanel error={error} onRetry={() => void refetch()} />;
  const items = data?.items ?? [];
  return (
    <>
      {(items.length > 0 || mayWrite) && <h4>Kept in mind</h4>}
      <ul className="context-items" aria-label="Kept in mind">
        {items.map((memory) =>
          memory.id === edited ? (
            <li key={memory.id}>
              <MemoryForm
                label="Save"
                kind={memory.kind}
                text={memory.text}
                isBusy={changes.update.isPending}
                onSave={async (said) => {
                  await changes.update.mutateAsync({ sessionId, id: memory.id, ...said });
                  setEdited(null);
                }}
                onCancel={() => setEdited(null)}
              />
            </li>
          ) : (
            <MemoryItem
              key={memory.id}
              memory={memory}
              mayWrite={mayWrite}
              onEdit={() => setEdited(memory.id)}
              onRemove={() => changes.remove.mutate({ sessionId, id: memory.id })}
            />
          ),
        )}
      </ul>
      {mayWrite && edited === null && (
        <MemoryForm
          // A new form when one was added: its fields are empty again.
          key={items.length}
          label="Add"
          kind="fact"
          text=""
          isBusy={changes.add.isPending}
          onSave={(said) => changes.add.mutateAsync({ sessionId, ...said })}
        />
      )}
    </>
  );
}

function useMemoryChanges() {
  const queries = useQueryClient();
  const onError = useFailureToast();
  const onSuccess = () => queries.invalidateQueries({ queryKey: api.memories.key() });
  return {
    add: useMutation(api.memories.add.mutationOptions({ onSuccess, onError })),
    update: useMutation(api.memories.update.mutationOptions({ onSuccess, onError })),
    remove: useMutation(api.memories.remove.mutationOptions({ onSuccess, onError })),
  };
}

interface ItemProps {
  memory: Memory;
  mayWrite: boolean;
  onEdit: () => void;
  onRemove: () => void;
}

function MemoryItem({ memory, mayWrite, onEdit, onRemove }: ItemProps): ReactNode {
  const author = memory.origin === 'daifu' ? 'DAifu' : (memory.author?.name ?? 'somebody who has left');
  return (
    <li className="row">
      <span className="context-kind muted">{words[memory.kind]}</span>
      <span className="memory-text grow" title={`Written down by ${author}`}>
        {memory.text}
      </span>
      {memory.origin === 'daifu' && <span className="muted">by DAifu</span>}
      <span className="mono muted">{formatCount(memory.tokens)}</span>
      {mayWrite && (
        <>
          <Tip label="Say it differently">
            <ActionIcon size={24} aria-label={`Edit: ${memory.text}`} onClick={onEdit}>
              <Pencil size={12} />
            </ActionIcon>
          </Tip>
          <Tip label="Forget it">
            <ActionIcon size={24} aria-label={`Forget: ${memory.text}`} onClick={onRemove}>
              <X size={12} />
            </ActionIcon>
          </Tip>
        </>
      )}
    </li>
  );
}

interface FormProps {
  label: 'Add' | 'Save';
  kind: MemoryKind;
  text: string;
  isBusy: boolean;
  onSave: (said: { kind: MemoryKind; text: string }) => Promise<unknown>;
  onCancel?: () => void;
}

function MemoryForm({ label, kind, text, isBusy, onSave, onCancel }: FormProps): ReactNode {
  const [said, setSaid] = useState({ kind, text });
  const save = (event: SubmitEvent) => {
    event.preventDefault();
    // A toast has said why it failed, and the words are still there.
    void onSave({ kind: said.kind, text: said.text.trim() }).catch(() => {});
  };
  return (
    <form className="row memory-form" onSubmit={save}>
      <Select
        aria-label="What it is"
        data={kinds}
        value={said.kind}
        allowDeselect={false}
        onChange={(value) => setSaid({ ...said, kind: value ?? said.kind })}
      />
      <TextInput
        className="grow"
        aria-label="What every turn keeps in mind"
        placeholder="What every turn keeps in mind"
        maxLength={longest}
        value={said.text}
        onChange={({ currentTarget }) => setSaid({ ...said, text: currentTarget.value })}
      />
      <Button
        type="submit"
        variant="default"
        size="compact-sm"
        loading={isBusy}
        disabled={said.text.trim() === ''}
        leftSection={label === 'Add' ? <Plus size={12} /> : <Check size={12} />}
      >
        {label}
      </Button>
      {onCancel !== undefined && (
        <Button variant="subtle" size="compact-sm" onClick={onCancel}>
          Cancel
        </Button>
      )}
    </form>
  );
}
