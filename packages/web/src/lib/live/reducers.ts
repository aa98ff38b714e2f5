import { readsProject } from '@yudai/contract';
import type { Job, JobDetail, JobStep, LiveEvent, Project } from '@yudai/contract';

const finished = new Set<Job['status']>(['completed', 'failed', 'cancelled']);

export function isFinished(job: Pick<Job, 'status'>): boolean {
  return finished.has(job.status);
}

/** The job after an event; the same object when the event changes nothing about it. */
export function reduceJob<T extends Job>(job: T, event: LiveEvent): T {
  if (event.type === 'status' || event.type === 'result' || event.type === 'job_update') {
    return event.data.id === job.id ? takeJob(job, event.data) : job;
  }
  if (event.type === 'progress' && event.data.jobId === job.id) return takeProgress(job, event.data);
  if (event.type === 'step' && event.data.jobId === job.id && hasSteps(job)) {
    return { ...job, steps: takeStep(job.steps, event.data) };
  }
  return job;
}

/** A list of jobs after an event; the same array when nothing in it changes. */
export function reduceJobs(jobs: readonly Job[], event: LiveEvent): Job[] {
  let hasChanged = false;
  const next = jobs.map((job) => {
    const reduced = reduceJob(job, event);
    hasChanged ||= reduced !== job;
    return reduced;
  });
  return hasChanged ? next : (jobs as Job[]);
}

/** A project after an event about one of its jobs: which one reads its code now. */
export function reduceProject(project: Project, event: LiveEvent): Project {
  if (event.type !== 'job_update' || event.data.projectId !== project.id) return project;
  const job = event.data;
  if (!readsProject(job.kind)) return project;
  if (isFinished(job)) return project.activeJobId === job.id ? { ...project, activeJobId: null } : project;
  return project.activeJobId === job.id ? project : { ...project, activeJobId: job.id };
}

/** A late event never takes a finished job back, and progress of one attempt never falls. */
function takeJob<T extends Job>(job: T, update: Job): T {
  if (isFinished(job) && !isFinished(update) && update.attempt <= job.attempt) return job;
  const progress = update.attempt === job.attempt ? Math.max(job.progress, update.progress) : update.progress;
  return { ...job, ...update, progress };
}

function takeProgress<T extends Job>(job: T, update: { progress: number; message: string | null }): T {
  if (isFinished(job)) return job;
  return { ...job, progress: Math.max(job.progress, update.progress), message: update.message ?? job.message };
}

function takeStep(steps: readonly JobStep[], update: JobStep & { jobId: string }): JobStep[] {
  const { name, status, attempt, startedAt, finishedAt, error } = update;
  const step = { name, status, attempt, startedAt, finishedAt, error };
  const place = steps.findIndex((known) => known.name === step.name);
  return place < 0 ? [...steps, step] : steps.with(place, step);
}

function hasSteps<T extends Job>(job: T): job is T & JobDetail {
  return 'steps' in job;
}
