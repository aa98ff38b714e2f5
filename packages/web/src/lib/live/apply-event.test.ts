import { QueryClient } from '@tanstack/react-query';
import { idSchema } from '@yudai/contract';
import type { LiveEvent } from '@yudai/contract';
import { expect, test } from 'vitest';
import { api } from '#lib/client.ts';
import { applyEvent } from '#lib/live/apply-event.ts';

const project = (digit: string) => idSchema('project').parse(`prj_${digit.repeat(26)}`);

test('what was found before a project was indexed is asked for again, and that of no other project', () => {
  const queries = new QueryClient();
  const [indexed, other] = [project('1'), project('2')];
  const keyOf = (projectId: string) => api.solver.settings.queryKey({ input: { projectId } });
  for (const id of [indexed, other]) queries.getQueryCache().build(queries, { queryKey: keyOf(id) });

  const event: LiveEvent = {
    topic: `project:${indexed}`,
    seq: 1,
    at: '2026-11-22T10:00:00.000Z',
    type: 'project_update',
    data: { projectId: indexed, change: 'indexed' },
  };
  applyEvent(queries, event);

  const isStale = (id: string) => queries.getQueryState(keyOf(id))?.isInvalidated;
  expect([isStale(indexed), isStale(other)]).toEqual([true, false]);
});
