import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { idSchema } from '@yudai/contract';
import type { JobDetail, LiveEvent } from '@yudai/contract';
import { expect, onTestFinished, test, vi } from 'vitest';
import { api } from '#lib/client.ts';
import { applyEvent, resyncTopic } from '#lib/live/apply-event.ts';
import { jobOf, me } from '#testing/samples.ts';

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

const running: JobDetail = { ...jobOf(me), steps: [] };
const failed: JobDetail = { ...running, status: 'failed', error: { code: 'upstream_failed', message: 'No.' } };

/** A screen that shows a job, and the answers of the server it waits for. */
function showJob() {
  const queries = new QueryClient();
  const answers: ((job: JobDetail) => void)[] = [];
  const { queryKey } = api.jobs.get.queryOptions({ input: { id: running.id } });
  const queryFn = () => new Promise<JobDetail>((resolve) => answers.push(resolve));
  onTestFinished(new QueryObserver(queries, { queryKey, queryFn }).subscribe(() => {}));
  return {
    queries,
    answers,
    answer: (at: number, job: JobDetail) => answers[at]?.(job),
    status: () => queries.getQueryData(queryKey)?.status,
  };
}

const ended: LiveEvent = {
  topic: `job:${running.id}`,
  seq: 1,
  at: '2026-11-22T10:00:01.000Z',
  type: 'status',
  data: failed,
};

test('a first answer that is older than an event of its job is asked for again (E5 J9)', async () => {
  const screen = showJob();

  applyEvent(screen.queries, ended);
  screen.answer(0, running);
  await vi.waitFor(() => expect(screen.answers).toHaveLength(2));
  screen.answer(1, failed);

  await vi.waitFor(() => expect(screen.status()).toBe('failed'));
});

test('a later answer that is older than an event does not take it back (E5 J9)', async () => {
  const screen = showJob();
  screen.answer(0, running);
  await vi.waitFor(() => expect(screen.status()).toBe('running'));
  resyncTopic(screen.queries, ended.topic);
  await vi.waitFor(() => expect(screen.answers).toHaveLength(2));

  applyEvent(screen.queries, ended);
  screen.answer(1, running);
  await vi.waitFor(() => expect(screen.answers).toHaveLength(3));
  screen.answer(2, failed);

  await vi.waitFor(() => expect(screen.status()).toBe('failed'));
});

test('a first answer that was on its way when the feed of its job began is asked for again (E5)', async () => {
  const screen = showJob();

  resyncTopic(screen.queries, ended.topic);
  screen.answer(0, running);
  await vi.waitFor(() => expect(screen.answers).toHaveLength(2));
  screen.answer(1, failed);

  await vi.waitFor(() => expect(screen.status()).toBe('failed'));
});

test('what a deed of a person waits for is not called off by an event', async () => {
  const queries = new QueryClient();
  const answer = Promise.withResolvers<JobDetail>();
  const { queryKey } = api.jobs.get.queryOptions({ input: { id: running.id } });
  const deed = queries.fetchQuery({ queryKey, queryFn: () => answer.promise });

  applyEvent(queries, ended);
  answer.resolve(failed);

  await expect(deed).resolves.toMatchObject({ status: 'failed' });
});
