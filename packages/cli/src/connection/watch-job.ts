import { setTimeout as wait } from 'node:timers/promises';
import { type Id, type JobDetail, livePath, liveRoutes } from '@yudai/contract';
import type { Connection } from '#connection/connection.ts';
import { readEvents } from '#connection/server-sent-events.ts';

export interface JobProgress {
  readonly progress: number;
  readonly message: string | null;
}

interface Watch {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: JobProgress) => void;
}

const pollMs = 500;

/**
 * Follows a job through its live feed until it ends or needs an answer, and resolves with it. Where the feed breaks, it is taken
 * up again; between, the job itself is asked. Rejects when `signal` is aborted.
 */
export async function watchJob(connection: Connection, id: Id<'job'>, watch: Watch): Promise<JobDetail> {
  for (;;) {
    const job = await connection.client.jobs.get({ id }, { signal: watch.signal });
    watch.onProgress(job);
    if (isAtRest(job)) return job;
    await followFeed(connection, id, watch);
    await wait(pollMs, undefined, { signal: watch.signal });
  }
}

export function isFinished(job: Pick<JobDetail, 'status'>): boolean {
  return job.status === 'completed' || job.status === 'failed' || job.status === 'cancelled';
}

function isAtRest(job: JobDetail): boolean {
  return isFinished(job) || job.status === 'waiting_for_input';
}

/** Reads the feed until something happened that the job itself has to be asked about. A feed that breaks is no failure here. */
async function followFeed(connection: Connection, id: Id<'job'>, { signal, onProgress }: Watch): Promise<void> {
  const done = new AbortController();
  try {
    const url = new URL(livePath(liveRoutes.jobStream, { id }), connection.url);
    const headers = { accept: 'text/event-stream' };
    const response = await connection.fetch(
      new Request(url, { headers, signal: AbortSignal.any([signal, done.signal]) }),
    );
    if (!response.ok || response.body === null) return;
    // An application in this process does not hear that nobody reads any more, and a job may say nothing for minutes.
    for await (const event of readEvents(response.body.pipeThrough(new TransformStream(), { signal }))) {
      const progress = event.type === 'progress' ? progressIn(event.data) : null;
      if (progress !== null) onProgress(progress);
      if (event.type === 'result' || event.type === 'error' || (event.type === 'status' && !saysRunning(event.data)))
        return;
    }
  } catch (error) {
    if (signal.aborted) throw error;
  } finally {
    done.abort();
  }
}

function progressIn(data: string): JobProgress | null {
  const { progress, message } = bodyOf(data);
  return typeof progress === 'number' ? { progress, message: typeof message === 'string' ? message : null } : null;
}

function saysRunning(data: string): boolean {
  const { status } = bodyOf(data);
  return status === 'queued' || status === 'running';
}

/** The event's own data, whether it comes bare or inside its envelope (topic, seq, at, type, data). */
function bodyOf(text: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(text);
    const inner = isRecord(parsed) && isRecord(parsed['data']) ? parsed['data'] : parsed;
    return isRecord(inner) ? inner : {};
  } catch {
    // Not for us: the job itself is asked anyway.
    return {};
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
