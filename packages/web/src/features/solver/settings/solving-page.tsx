import { Button, Switch, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { may } from '@yudai/contract';
import type { Project, SolverHealth, SolverSettings, SolverSettingsOfProject } from '@yudai/contract';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { shortCommand } from '#features/solver/commands.ts';
import { HealthBanner } from '#features/solver/list/health-banner.tsx';
import { SolvesScreen } from '#features/solver/list/solves-screen.tsx';
import { SetUpFields } from '#features/solver/settings/set-up-fields.tsx';
import { checkWords } from '#features/solver/solve-words.ts';
import { SettingsFields } from '#features/solver/start/settings-fields.tsx';
import { api } from '#lib/client.ts';
import { ErrorLine, ErrorPanel } from '#ui/error-panel.tsx';
import { SkeletonRows } from '#ui/skeleton-rows.tsx';

const route = getRouteApi('/projects/$projectId/solving');

/** How the solves of a project are done: what makes a fresh work tree ready, what it may reach, and the defaults. */
export function SolvingPage(): ReactNode {
  const { projectId } = route.useParams();
  return (
    <SolvesScreen projectId={projectId} page="Solving">
      {(project) => <Loaded project={project} />}
    </SolvesScreen>
  );
}

function Loaded({ project }: { project: Project }): ReactNode {
  const input = { projectId: project.id };
  const found = useQuery(api.solver.settings.queryOptions({ input, staleTime: 0 }));
  const health = useQuery(api.solver.health.queryOptions({ input })).data;
  if (found.isPending) return <SkeletonRows label="Loading the settings" />;
  // Once there is something to fill in, a later answer that fails takes nothing typed away.
  if (found.isLoadingError) return <ErrorPanel error={found.error} onRetry={() => void found.refetch()} />;
  return <SolvingForm key={project.id} project={project} found={found.data} health={health} />;
}

interface Props {
  project: Project;
  found: SolverSettingsOfProject;
  health: SolverHealth | undefined;
}

/** All of it in one form. Who may not change it reads it. */
export function SolvingForm({ project, found, health }: Props): ReactNode {
  const queries = useQueryClient();
  const [settings, setSettings] = useState(found.settings);
  const [told, setTold] = useState('');
  const save = useMutation(
    api.solver.updateSettings.mutationOptions({
      onSuccess: (after) => {
        setSettings(after.settings);
        setTold('Saved. Solves that begin from now on are done so.');
        return queries.invalidateQueries({ queryKey: api.solver.settings.key() });
      },
    }),
  );
  const change = (changes: Partial<SolverSettings>) => {
    setTold('');
    setSettings({ ...settings, ...changes });
  };
  const mayChange = may(project.role, 'project.update');
  const { detected } = found;
  return (
    <div className="page-scroll" tabIndex={-1}>
      <form
        className="solving-form"
        aria-label="How this project is solved"
        onSubmit={(event) => {
          event.preventDefault();
          if (mayChange && !save.isPending) save.mutate({ projectId: project.id, settings: tidy(settings) });
        }}
      >
        {health !== undefined && <HealthBanner health={health} />}
        {!mayChange && <p className="muted">Maintainers of the project, and whoever stands above them, change this.</p>}
        <fieldset disabled={!mayChange} className="solving-fields">
          <section aria-labelledby="solving-set-up">
            <h2 id="solving-set-up">Set-up</h2>
            <p className="muted">
              Runs in the sandbox before anything else, and is kept for the next solve while the files that decide it
              stay the same.
            </p>
            <SetUpFields
              setUp={settings.setUp}
              detected={detected.setUp}
              onChange={(setUp) => change({ setUp })}
              mayChange={mayChange}
            />
          </section>
          <section aria-labelledby="solving-checks">
            <h2 id="solving-checks">Checks that were found</h2>
            <Checks checks={detected.checks} />
          </section>
          <section aria-labelledby="solving-hosts">
            <h2 id="solving-hosts">Network</h2>
            <Textarea
              label="Hosts that set-up and commands may reach"
              description="One a line: host, *.host or host:port. Where the package managers of this machine install from is reached in any case; nothing else is."
              classNames={{ input: 'mono' }}
              autosize
              minRows={2}
              maxRows={10}
              value={settings.hosts.join('\n')}
              onChange={(event) => change({ hosts: event.target.value === '' ? [] : event.target.value.split('\n') })}
              onBlur={() => change({ hosts: settings.hosts.map((host) => host.trim()).filter((host) => host !== '') })}
            />
          </section>
          <section aria-labelledby="solving-defaults">
            <h2 id="solving-defaults">What a solve begins with</h2>
            <SettingsFields
              settings={settings.defaults}
              health={health}
              onChange={(defaults) => change({ defaults })}
            />
          </section>
          <section aria-labelledby="solving-github">
            <h2 id="solving-github">From GitHub</h2>
            <TextInput
              label="Label that starts a solve"
              description="An issue on GitHub that is given this label is solved; empty for none"
              maxLength={50}
              value={settings.label ?? ''}
              onChange={(event) => change({ label: event.target.value === '' ? null : event.target.value })}
            />
            <Switch
              mt="sm"
              label="Go on by itself when the pull request is commented on or its checks fail"
              description="At most three times for one pull request"
              checked={settings.followUps}
              onChange={(event) => change({ followUps: event.target.checked })}
            />
          </section>
          {health !== undefined && <Sandbox health={health} />}
        </fieldset>
        {save.isError && <ErrorLine error={save.error} />}
        {mayChange && (
          <div className="row">
            <Button type="submit" loading={save.isPending} disabled={settings === found.settings}>
              Save
            </Button>
            <span className="muted" role="status">
              {told}
            </span>
          </div>
        )}
      </form>
    </div>
  );
}

/** Without what was only typed on the way: empty lines, and names that end with a comma. */
function tidy(settings: SolverSettings): SolverSettings {
  const lines = (all: readonly string[]) => all.map((line) => line.trim()).filter((line) => line !== '');
  const { setUp, hosts, label } = settings;
  const steps = setUp?.map(({ directory, commands, cacheKey }) => ({
    directory: directory.trim(),
    commands: lines(commands),
    cacheKey: lines(cacheKey),
  }));
  return {
    ...settings,
    setUp: steps?.filter(({ commands }) => commands.length > 0) ?? null,
    hosts: lines(hosts),
    label: label === null || label.trim() === '' ? null : label.trim(),
  };
}

function Checks({ checks }: { checks: SolverSettingsOfProject['detected']['checks'] }): ReactNode {
  if (checks.length === 0) {
    return (
      <p className="muted">
        None. Without tests nothing can be shown: the tester writes some, and says how they are run.
      </p>
    );
  }
  return (
    <ul className="solving-checks">
      {checks.map(({ kind, directory, command, runner, readable }) => (
        <li key={`${kind} ${directory} ${command}`}>
          <span className="chip">{checkWords[kind]}</span> <code>{shortCommand(command)}</code>{' '}
          <span className="muted">
            {directory === '' ? '' : `in ${directory}, `}
            {runner}
            {kind === 'test' && !readable && ': by its exit code alone, so single tests cannot be told apart'}
          </span>
        </li>
      ))}
    </ul>
  );
}

/** How this machine holds what nobody trusts. */
function Sandbox({ health }: { health: SolverHealth }): ReactNode {
  const holds = Object.entries(health.holds);
  return (
    <section aria-labelledby="solving-sandbox">
      <h2 id="solving-sandbox">Sandbox of this Yudai</h2>
      <dl className="facts">
        <div>
          <dt>Kind</dt>
          <dd>{health.sandbox}</dd>
        </div>
        {holds.map(([name, how]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{how}</dd>
          </div>
        ))}
      </dl>
      <ul className="solving-agents">
        {health.agents.map(({ agent, usable, what }) => (
          <li key={agent}>
            <span className="chip">{agent}</span> <span className={usable ? '' : 'muted'}>{what}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
