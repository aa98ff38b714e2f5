export { type Also, createJobs, type Jobs, type JobsDeps, type ListJobs, type StartJob } from './create-jobs.ts';
export { type JobDefinition, type JobRun, type StepContext, type StepOptions, TransientError } from './definition.ts';
export type { JobsSettings } from './settings.ts';
