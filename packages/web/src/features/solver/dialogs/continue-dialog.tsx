import { Button, Checkbox, Group, Modal, Radio, Textarea } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { agentStage } from '@yudai/contract';
import type { AgentStage, Solve } from '@yudai/contract';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { api } from '#lib/client.ts';
import { links } from '#lib/links.ts';
import { ErrorLine } from '#ui/error-panel.tsx';

interface Props {
  solve: Solve;
  opened: boolean;
  onClose: () => void;
}

/** Goes on from a solve that has ended: a new one, which begins at one of its stages with what those before have made. */
export function ContinueDialog({ solve, opened, onClose }: Props): ReactNode {
  return (
    <Modal opened={opened} onClose={onClose} title="Go on from here" closeButtonProps={{ 'aria-label': 'Close' }}>
      {opened && <Form solve={solve} onClose={onClose} />}
    </Modal>
  );
}

const stages: readonly { readonly stage: AgentStage; readonly label: string; readonly keeps: string }[] = [
  { stage: 'architect', label: 'Plan again', keeps: 'Nothing is kept but what is known of the issue.' },
  { stage: 'tester', label: 'Write the tests again', keeps: 'The plan is kept.' },
  { stage: 'coder', label: 'Change the code again', keeps: 'The plan and the tests are kept.' },
];

function Form({ solve, onClose }: Omit<Props, 'opened'>): ReactNode {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [from, setFrom] = useState<AgentStage>(furthest(solve));
  const [note, setNote] = useState('');
  const [keepChange, setKeepChange] = useState(true);
  const { projectId, id } = solve;
  const goOn = useMutation(
    api.solver.continue.mutationOptions({
      onSuccess: async (started) => {
        onClose();
        await navigate(links.solve(projectId, started.solve.id));
        await queries.invalidateQueries({ queryKey: api.solver.key() });
      },
    }),
  );
  const typed = note.trim();
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!goOn.isPending) goOn.mutate({ projectId, id, from, keepChange, ...(typed === '' ? {} : { note: typed }) });
      }}
    >
      <p className="dialog-text">It is a solve of its own; this one stays as it is.</p>
      <Textarea
        label="Note for the agents"
        description="What should be otherwise, or what they were missing"
        data-autofocus
        autosize
        minRows={3}
        maxRows={10}
        maxLength={10_000}
        value={note}
        onChange={(event) => setNote(event.target.value)}
      />
      <Radio.Group
        mt="md"
        label="Begin with"
        value={from}
        onChange={(value) => setFrom(agentStage.catch(from).parse(value))}
      >
        {stages.map(({ stage, label, keeps }) => (
          <Radio
            key={stage}
            size="sm"
            mt={8}
            value={stage}
            label={label}
            description={keeps}
            disabled={!isReached(solve, stage)}
          />
        ))}
      </Radio.Group>
      {from === 'coder' && solve.files > 0 && (
        <Checkbox
          mt="md"
          size="sm"
          label="Go on from the change that is there"
          description="Otherwise the coder begins with the tests alone"
          checked={keepChange}
          onChange={(event) => setKeepChange(event.target.checked)}
        />
      )}
      {goOn.isError && <ErrorLine error={goOn.error} />}
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={onClose}>
          Not now
        </Button>
        <Button type="submit" loading={goOn.isPending}>
          Go on
        </Button>
      </Group>
    </form>
  );
}

function isReached(solve: Solve, stage: AgentStage): boolean {
  switch (stage) {
    case 'architect':
      return true;
    case 'tester':
      return solve.plan !== null;
    case 'coder':
      return solve.testsPlanned !== null;
  }
}

function furthest(solve: Solve): AgentStage {
  return stages.findLast(({ stage }) => isReached(solve, stage))?.stage ?? 'architect';
}
