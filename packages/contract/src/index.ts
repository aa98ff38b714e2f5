import { codebaseContract } from '#codebase.ts';
import { jobsContract } from '#jobs.ts';
import { projectsContract } from '#projects.ts';
import { systemContract } from '#system.ts';

/** Every procedure of Yudai. Its paths stand under `/api`. */
export const contract = {
  projects: projectsContract,
  codebase: codebaseContract,
  jobs: jobsContract,
  system: systemContract,
};
export type Contract = typeof contract;

export * from '#codebase.ts';
export * from '#errors.ts';
export * from '#ids.ts';
export * from '#jobs.ts';
export * from '#live.ts';
export * from '#paging.ts';
export * from '#projects.ts';
export * from '#system.ts';
