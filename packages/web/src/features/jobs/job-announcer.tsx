import { notifications } from '@mantine/notifications';
import type { Job, LiveEvent } from '@yudai/contract';
import { useCallback, useRef } from 'react';
import type { ReactNode } from 'react';
import { LiveProvider } from '#lib/live/live-provider.tsx';

/** Lets live events in, and tells about background work that ended: nothing else makes a toast. */
export function JobAnnouncer(props: { children: ReactNode }): ReactNode {
  const told = useRef(new Set<string>());
  const announce = useCallback((event: LiveEvent) => {
    if (event.type !== 'job_update') return;
    const job = event.data;
    const toast = toastOf(job);
    const key = `${job.id} ${job.attempt} ${job.status}`;
    if (toast === null || told.current.has(key) || !isRecent(event)) return;
    told.current.add(key);
    notifications.show({ id: key, ...toast });
  }, []);
  return <LiveProvider onEvent={announce}>{props.children}</LiveProvider>;
}

function toastOf(job: Job): { title: string; message: string; color: string } | null {
  // A conversation tells of its answers itself, to those who are in it.
  if (job.kind === 'chat.turn') return null;
  if (job.status === 'completed') return { title: 'Done', message: job.title, color: 'teal' };
  if (job.status === 'failed') {
    return { title: `${job.title} failed`, message: job.error?.message ?? 'See the jobs page.', color: 'red' };
  }
  if (job.status === 'waiting_for_input') return { title: 'A job has a question', message: job.title, color: 'yellow' };
  return null;
}

/** After a reconnect old events arrive again; only news is told. */
function isRecent(event: LiveEvent): boolean {
  return Date.now() - new Date(event.at).getTime() < 60_000;
}
