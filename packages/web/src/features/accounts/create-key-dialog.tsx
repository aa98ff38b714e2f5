import { Button, Group, Modal, SegmentedControl, Select, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { FormEvent, ReactNode } from 'react';
import { api } from '#lib/client.ts';
import { CopyButton } from '#ui/copy-button.tsx';
import { ErrorLine } from '#ui/error-panel.tsx';

const lifetimes = [
  { value: '7', label: '7 days' },
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '366', label: 'A year' },
] as const;

const rights = [
  { value: 'read', label: 'Read' },
  { value: 'write', label: 'Read and change' },
] as const;

/** Name, rights and lifetime; then the secret, this once. */
export function CreateKeyDialog(props: { opened: boolean; onClose: () => void }): ReactNode {
  const { opened, onClose } = props;
  const [secret, setSecret] = useState<string | null>(null);
  const close = () => {
    setSecret(null);
    onClose();
  };
  return (
    <Modal
      opened={opened}
      onClose={close}
      title={secret === null ? 'Create an API key' : 'Copy the key now'}
      // A secret that is shown once is not lost to a slip of the mouse.
      closeOnClickOutside={secret === null}
      closeOnEscape={secret === null}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {secret === null ? <KeyForm onClose={close} onCreated={setSecret} /> : <Secret secret={secret} onDone={close} />}
    </Modal>
  );
}

function KeyForm(props: { onClose: () => void; onCreated: (secret: string) => void }): ReactNode {
  const queries = useQueryClient();
  const [name, setName] = useState('');
  const [right, setRight] = useState<'read' | 'write'>('read');
  const [days, setDays] = useState<string>('90');
  const create = useMutation(
    api.accounts.createKey.mutationOptions({
      onSuccess: async ({ secret }) => {
        props.onCreated(secret);
        await queries.invalidateQueries({ queryKey: api.accounts.keys.key() });
      },
      // The answer holds the secret, so nothing keeps it behind the dialog.
      gcTime: 0,
    }),
  );
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() === '') return;
    create.mutate({ name, scopes: right === 'read' ? ['read'] : ['read', 'write'], days: Number(days) });
  };
  return (
    <form onSubmit={onSubmit} autoComplete="off">
      <Stack gap="sm">
        <TextInput
          label="Name"
          placeholder="ci of the shop"
          description="What uses it, so that you know later whether it may go."
          data-autofocus
          value={name}
          maxLength={100}
          onChange={(event) => setName(event.target.value)}
        />
        <div>
          <span className="section-title" id="key-rights">
            It may
          </span>
          <SegmentedControl
            fullWidth
            mt={3}
            aria-labelledby="key-rights"
            data={[...rights]}
            value={right}
            onChange={setRight}
          />
        </div>
        <Select
          label="It ends after"
          data={[...lifetimes]}
          allowDeselect={false}
          value={days}
          onChange={(value) => setDays(value ?? '90')}
        />
        {create.isError && <ErrorLine error={create.error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={props.onClose}>
            Cancel
          </Button>
          <Button type="submit" disabled={name.trim() === ''} loading={create.isPending}>
            Create
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Secret(props: { secret: string; onDone: () => void }): ReactNode {
  return (
    <>
      <p className="dialog-text">
        It is shown this once. Whoever has it acts for you, so keep it where secrets are kept, and revoke it here when
        it is lost.
      </p>
      <div className="key-secret">
        <code className="mono grow">{props.secret}</code>
        <CopyButton value={props.secret} label="Copy the key" />
      </div>
      <Group justify="flex-end" mt="md">
        <Button data-autofocus onClick={props.onDone}>
          I have copied it
        </Button>
      </Group>
    </>
  );
}
