import { idSchema, solverHealth, solverSettings, standardSolveSettings } from '@yudai/contract';
import type { QueryClient } from '@tanstack/react-query';
import { act } from 'react';
import { expect, test, vi } from 'vitest';
import { StartDialog } from '#features/solver/start/start-dialog.tsx';
import { api } from '#lib/client.ts';
import { render } from '#testing/render.tsx';
import { projectAs } from '#testing/samples.ts';

vi.hoisted(() => {
  const error = { code: 'unavailable', message: 'It is being started.', requestId: 'r1' };
  vi.stubGlobal('fetch', async () => Response.json({ error }, { status: 503 }));
});

const project = projectAs('owner');
const input = { projectId: project.id };
const health = solverHealth.parse({
  usable: true,
  sandbox: 'local',
  holds: {},
  problems: [],
  warnings: [],
  models: { architect: ['scripted/one'], coder: ['scripted/one'] },
  agents: [],
  running: 0,
  queued: 0,
  limits: { concurrent: 3, minutes: 30, steps: 50, openPerPerson: 10, openPerProject: 20 },
});
const settings = solverSettings.parse({
  setUp: null,
  hosts: [],
  defaults: standardSolveSettings,
  label: null,
  followUps: true,
});

test('what was chosen for a solve stays when the state of the machine cannot be asked for again (H1)', async () => {
  const known: QueryClient[] = [];
  const issue = { id: idSchema('issue').parse(`iss_${'0'.repeat(26)}`), title: 'Retries count twice' };
  await render(<StartDialog project={project} issue={issue} onClose={() => undefined} />, (queries) => {
    queries.setQueryData(api.solver.health.queryKey({ input }), health);
    queries.setQueryData(api.solver.settings.queryKey({ input }), { settings, detected: { setUp: [], checks: [] } });
    known.push(queries);
  });
  const everyStage = () => document.querySelector<HTMLInputElement>('input[value="every_stage"]');

  await act(async () => everyStage()?.click());
  const failed = () => known[0]?.getQueryState(api.solver.health.queryKey({ input }))?.status === 'error';
  await vi.waitFor(() => act(async () => expect(failed()).toBe(true)));

  expect(everyStage()?.checked).toBe(true);
});
