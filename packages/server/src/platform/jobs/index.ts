export { type BudgetLevel, type Exceeded, exceededOf, type Remaining, remainingOf } from './budget.ts';
export { createJobs, type Jobs, type JobsDeps, type ListJobs, type StartJob } from './create-jobs.ts';
export { type JobDefinition, type JobRun, type StepContext, type StepOptions, TransientError } from './definition.ts';
export { type JobsSettings, standardSettings } from './settings.ts';
