import { notifications } from '@mantine/notifications';
import { solveOutcome } from '@yudai/contract';
import type { Job, LiveEvent, SolveOutcome } from '@yudai/contract';
import { useCallback, useRef } from 'react';
import type { ReactNode } from 'react';
import { type IsWatched, LiveProvider } from '#lib/live/live-provider.tsx';

/** Lets live events in, and tells about background work that ended: nothing else makes a toast. */
export function JobAnnouncer(props: { children: ReactNode }): ReactNode {
  const told = useRef(new Set<string>());
  const announce = useCallback((event: LiveEvent, isWatched: IsWatched) => {
    const toast = toastAfter(told.current, event, isWatched);
    if (toast !== null) notifications.show(toast);
  }, []);
  return <LiveProvider onEvent={announce}>{props.children}</LiveProvider>;
}

/** What is told of an event; null for what is no news. Keeps in `told` what was. */
export function toastAfter(told: Set<string>, event: LiveEvent, isWatched: IsWatched) {
  if (event.type !== 'job_update') return null;
  const job = event.data;
  const id = `${job.id} ${job.attempt}`;
  // What it asks next is another question.
  if (job.status !== 'waiting_for_input') told.delete(`${id} waiting_for_input`);
  // Its question is on the page already.
  if (job.status === 'waiting_for_input' && isWatched(`job:${job.id}`)) return null;
  const toast = toastOf(job);
  const key = `${id} ${job.status}`;
  if (toast === null || told.has(key) || !isRecent(event)) return null;
  told.add(key);
  return { id: key, ...toast };
}

function toastOf(job: Job): { title: string; message: string; color: string } | null {
  // A conversation tells of its answers itself, to those who are in it.
  if (job.kind === 'chat.turn') return null;
  if (job.kind === 'solver.solve' && job.status === 'completed') return toastOfSolve(job);
  if (job.status === 'completed') return { title: 'Done', message: job.title, color: 'teal' };
  if (job.status === 'failed') {
    return { title: `${job.title} failed`, message: job.error?.message ?? 'See the jobs page.', color: 'red' };
  }
  if (job.status === 'waiting_for_input') return { title: 'A job has a question', message: job.title, color: 'yellow' };
  return null;
}

/** That the job has ended does not mean that the issue is solved. */
function toastOfSolve(job: Job): { title: string; message: string; color: string } {
  const outcome = solveOutcome.safeParse(job.result?.['outcome']).data;
  return { message: job.title, ...(outcome === undefined ? endOfSolve : endsOfSolves[outcome]) };
}

const endOfSolve = { title: 'A solve has ended', color: 'gray' };
const endsOfSolves: Record<SolveOutcome, { readonly title: string; readonly color: string }> = {
  solved: { title: 'Solved', color: 'teal' },
  unsolved: { title: 'Not solved', color: 'yellow' },
  needs_input: { title: 'A solve needs to know more', color: 'yellow' },
  cancelled: endOfSolve,
  failed: endOfSolve,
};

/** After a reconnect old events arrive again; only news is told. */
function isRecent(event: LiveEvent): boolean {
  return Date.now() - new Date(event.at).getTime() < 60_000;
}
