import { ActionIcon, Button, Group, Textarea, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { Solve, SolvePlan } from '@yudai/contract';
import { Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { api } from '#lib/client.ts';
import { ErrorLine } from '#ui/error-panel.tsx';

interface Props {
  solve: Solve;
  plan: SolvePlan;
  onSolve: (solve: Solve) => void;
  onClose: () => void;
}

const mostSteps = 30;

/** The plan to be changed by hand. What is saved is what the tester and the coder are given. */
export function PlanEditor({ solve, plan, onSolve, onClose }: Props): ReactNode {
  const [draft, setDraft] = useState(plan);
  // The version that was read first: somebody else's change meanwhile is not written over.
  const [version] = useState(solve.planVersion);
  const save = useMutation(
    api.solver.updatePlan.mutationOptions({
      onSuccess: (after) => {
        onSolve(after);
        onClose();
      },
    }),
  );
  const setStep = (place: number, step: Partial<SolvePlan['steps'][number]>) =>
    setDraft((known) => ({
      ...known,
      steps: known.steps.map((one, at) => (at === place ? { ...one, ...step } : one)),
    }));
  const isComplete = draft.steps.every(({ text }) => text.trim() !== '');
  return (
    <form
      className="solve-page-scroll solve-plan-form"
      aria-label="Change the plan"
      onSubmit={(event) => {
        event.preventDefault();
        if (!save.isPending) save.mutate({ projectId: solve.projectId, id: solve.id, plan: tidy(draft), version });
      }}
    >
      <Textarea
        label="Notes"
        description="What was found and why this way, as Markdown"
        autosize
        minRows={4}
        maxRows={20}
        maxLength={20_000}
        value={draft.notes}
        onChange={(event) => setDraft({ ...draft, notes: event.target.value })}
      />
      <fieldset>
        <legend>Steps</legend>
        {draft.steps.map((step, place) => (
          <div key={place} className="row solve-plan-step">
            <span className="mono muted">{place + 1}</span>
            <div className="grow">
              <Textarea
                aria-label={`Step ${place + 1}`}
                autosize
                minRows={1}
                maxRows={8}
                maxLength={2000}
                value={step.text}
                onChange={(event) => setStep(place, { text: event.target.value })}
              />
              <TextInput
                aria-label={`Files of step ${place + 1}`}
                placeholder="Files, with commas between"
                classNames={{ input: 'mono' }}
                value={step.files.join(', ')}
                onChange={(event) => setStep(place, { files: listOf(event.target.value) })}
              />
            </div>
            <ActionIcon
              aria-label={`Take step ${place + 1} out`}
              onClick={() => setDraft({ ...draft, steps: draft.steps.toSpliced(place, 1) })}
            >
              <Trash2 size={14} />
            </ActionIcon>
          </div>
        ))}
        {draft.steps.length < mostSteps && (
          <Button
            variant="subtle"
            color="gray"
            leftSection={<Plus size={13} aria-hidden="true" />}
            onClick={() => setDraft({ ...draft, steps: [...draft.steps, { text: '', files: [] }] })}
          >
            Add a step
          </Button>
        )}
      </fieldset>
      {draft.criteria.length > 0 && (
        <fieldset>
          <legend>How each criterion will be shown</legend>
          {draft.criteria.map((criterion, place) => (
            <Textarea
              key={criterion.id}
              label={`${criterion.id} ${criterion.text}`}
              autosize
              minRows={1}
              maxRows={6}
              maxLength={2000}
              value={criterion.how}
              onChange={(event) =>
                setDraft({ ...draft, criteria: draft.criteria.with(place, { ...criterion, how: event.target.value }) })
              }
            />
          ))}
        </fieldset>
      )}
      {save.isError && <ErrorLine error={save.error} />}
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          Leave it as it was
        </Button>
        <Button type="submit" disabled={!isComplete} loading={save.isPending}>
          Save the plan
        </Button>
      </Group>
    </form>
  );
}

/** While it is typed a comma at the end stays; empty names go when it is saved. */
function listOf(text: string): string[] {
  return text === '' ? [] : text.split(',').map((name) => name.trimStart());
}

function tidy(plan: SolvePlan): SolvePlan {
  return {
    ...plan,
    steps: plan.steps.map(({ text, files }) => ({
      text: text.trim(),
      files: files.map((name) => name.trim()).filter((name) => name !== ''),
    })),
  };
}
