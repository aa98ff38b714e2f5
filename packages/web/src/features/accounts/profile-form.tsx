import { Button, Select, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Account } from '@yudai/contract';
import { useState } from 'react';
import type { FormEvent, ReactNode } from 'react';
import { keepAccount } from '#features/accounts/keep-account.ts';
import { goalChoices, skillChoices } from '#features/accounts/words.ts';
import { api } from '#lib/client.ts';
import { ErrorLine } from '#ui/error-panel.tsx';

export function ProfileForm(props: { account: Account }): ReactNode {
  const { account } = props;
  const queries = useQueryClient();
  const [name, setName] = useState(account.name);
  const [skillLevel, setSkillLevel] = useState(account.skillLevel);
  const [goal, setGoal] = useState(account.goal);
  const save = useMutation(api.accounts.update.mutationOptions({ onSuccess: (saved) => keepAccount(queries, saved) }));
  const isChanged = name.trim() !== account.name || skillLevel !== account.skillLevel || goal !== account.goal;
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    if (isChanged && name.trim() !== '') save.mutate({ name, skillLevel, goal });
  };
  return (
    <form onSubmit={onSubmit}>
      <Stack gap="sm">
        <TextInput
          label="Name"
          description="What others in your projects see."
          value={name}
          maxLength={100}
          onChange={(event) => setName(event.target.value)}
        />
        <Select
          label="How much you have programmed"
          placeholder="Not said"
          data={[...skillChoices]}
          value={skillLevel}
          onChange={setSkillLevel}
          clearable
          clearButtonProps={{ 'aria-label': 'Clear how much you have programmed' }}
        />
        <Select
          label="What you came for"
          placeholder="Not said"
          data={goalChoices.map(({ value, label }) => ({ value, label }))}
          value={goal}
          onChange={setGoal}
          clearable
          clearButtonProps={{ 'aria-label': 'Clear what you came for' }}
        />
        {save.isError && <ErrorLine error={save.error} />}
        <div className="row">
          <Button type="submit" disabled={!isChanged || name.trim() === ''} loading={save.isPending}>
            Save
          </Button>
          <span className="muted" role="status">
            {save.isSuccess && !isChanged ? 'Saved.' : ''}
          </span>
        </div>
      </Stack>
    </form>
  );
}
