import { Button, Group, Modal } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { IssueHead, Project, SolverHealth, SolveSettings } from '@yudai/contract';
import { Wrench } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import '#features/solver/solver.css';
import { HealthBanner } from '#features/solver/list/health-banner.tsx';
import { SettingsFields } from '#features/solver/start/settings-fields.tsx';
import { slotsOf } from '#features/solver/start/slots.ts';
import { api } from '#lib/client.ts';
import { formatCost } from '#lib/format.ts';
import { links } from '#lib/links.ts';
import { ErrorLine, ErrorPanel } from '#ui/error-panel.tsx';
import { SkeletonRows } from '#ui/skeleton-rows.tsx';

type Target = Pick<IssueHead, 'id' | 'title'>;

interface Props {
  project: Project;
  /** The issue to solve; null while the dialog is closed. */
  issue: Target | null;
  onClose: () => void;
}

/** Starts a solve of an issue: says what will happen and what is in the way, and leads to where it can be watched. */
export function StartDialog({ project, issue, onClose }: Props): ReactNode {
  return (
    <Modal
      opened={issue !== null}
      onClose={onClose}
      title="Solve the issue"
      size="lg"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {issue !== null && <Loaded project={project} issue={issue} onClose={onClose} />}
    </Modal>
  );
}

function Loaded(props: { project: Project; issue: Target; onClose: () => void }): ReactNode {
  const input = { projectId: props.project.id };
  const health = useQuery(api.solver.health.queryOptions({ input, staleTime: 0 }));
  const settings = useQuery(api.solver.settings.queryOptions({ input }));
  if (settings.isPending || health.isPending) return <SkeletonRows label="Looking at what can be solved here" />;
  // Once there is something to fill in, a later answer that fails takes nothing typed away.
  if (settings.isLoadingError) return <ErrorPanel error={settings.error} onRetry={() => void settings.refetch()} />;
  if (health.isLoadingError) return <ErrorPanel error={health.error} onRetry={() => void health.refetch()} />;
  return <Form {...props} defaults={settings.data.settings.defaults} health={health.data} />;
}

interface FormProps {
  project: Project;
  issue: Target;
  defaults: SolveSettings;
  health: SolverHealth;
  onClose: () => void;
}

function Form({ project, issue, defaults, health, onClose }: FormProps): ReactNode {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [settings, setSettings] = useState(defaults);
  const start = useMutation(
    api.solver.start.mutationOptions({
      onSuccess: async ({ solve }) => {
        onClose();
        await navigate(links.solve(project.id, solve.id));
        await queries.invalidateQueries({ queryKey: api.solver.key() });
      },
    }),
  );
  const others = settings.attempts.map(({ agent }) => health.agents.find((one) => one.agent === agent));
  const isRead = project.commit !== null;
  const isMissing = others.some((one) => one?.usable === false);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (health.usable && !start.isPending) start.mutate({ projectId: project.id, issueId: issue.id, settings });
      }}
    >
      <p className="dialog-text">
        <strong>{issue.title}</strong>
      </p>
      <HealthBanner health={health} />
      {!isRead && (
        <p className="notice solve-hint">
          <strong>The code of this project has not been read yet</strong> It can be solved as soon as the first index is
          done.
        </p>
      )}
      <Readiness projectId={project.id} issueId={issue.id} />
      <p className="dialog-text muted">{whatHappens(settings, project)}</p>
      <SettingsFields settings={settings} health={health} onChange={setSettings} />
      <p className="dialog-text solve-slots" role="status">
        {slotsOf(health)}
      </p>
      {start.isError && <ErrorLine error={start.error} />}
      <Group justify="space-between" mt="md">
        <Button variant="subtle" color="gray" disabled={settings === defaults} onClick={() => setSettings(defaults)}>
          As the project has it
        </Button>
        <Group gap="xs">
          <Button variant="default" onClick={onClose}>
            Not now
          </Button>
          <Button
            type="submit"
            leftSection={<Wrench size={13} aria-hidden="true" />}
            disabled={!health.usable || !isRead || isMissing}
            loading={start.isPending}
          >
            Solve it
          </Button>
        </Group>
      </Group>
    </form>
  );
}

/** An issue that says little is solved badly: better said before than found out after half an hour. */
function Readiness({ projectId, issueId }: { projectId: string; issueId: string }): ReactNode {
  const readiness = useQuery(api.issues.check.queryOptions({ input: { projectId, id: issueId } })).data;
  const isReady = readiness === undefined || readiness.score >= 70;
  if (isReady) return null;
  const missing = readiness.reasons.filter(({ severity }) => severity !== 'note').slice(0, 3);
  return (
    <div className="notice solve-hint">
      <strong>The issue is {readiness.score} of 100 ready</strong>
      <ul>
        {missing.map(({ code, field, at, text }) => (
          <li key={`${code} ${field} ${at}`}>{text}</li>
        ))}
      </ul>
    </div>
  );
}

function whatHappens({ gate, budgetMicros }: SolveSettings, { source }: Project): string {
  const asks = {
    plan: 'An architect plans, and you agree to the plan.',
    every_stage: 'An architect plans; you agree to each stage before the next begins.',
    none: 'An architect plans, and it goes on by itself.',
  }[gate];
  const published =
    gate === 'none'
      ? 'What is solved is opened as a draft pull request in your name.'
      : 'Nothing leaves Yudai until you open a pull request.';
  const leaves = source.kind === 'github' ? published : 'Nothing leaves Yudai: what is solved can be taken as a patch.';
  const cost = budgetMicros === null ? '' : ` It asks before it spends more than ${formatCost(budgetMicros)}.`;
  return `${asks} A tester writes tests that fail first, a coder changes the code until they pass, and all checks run in a fresh sandbox. ${leaves}${cost}`;
}
