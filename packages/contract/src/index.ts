import { accountsContract } from '#accounts.ts';
import { auditContract } from '#audit.ts';
import { cardsContract } from '#cards.ts';
import { chatContract } from '#chat-procedures.ts';
import { codebaseContract } from '#codebase-procedures.ts';
import { githubContract } from '#github.ts';
import { issuesContract } from '#issues-procedures.ts';
import { jobsContract } from '#jobs.ts';
import { memoriesContract } from '#memories-procedures.ts';
import { modelsContract } from '#models.ts';
import { projectsContract } from '#projects.ts';
import { solverContract } from '#solver-procedures.ts';
import { systemContract } from '#system.ts';

/** Every procedure of Yudai. Its paths stand under `/api`. */
export const contract = {
  accounts: accountsContract,
  models: modelsContract,
  github: githubContract,
  projects: projectsContract,
  codebase: codebaseContract,
  cards: cardsContract,
  chat: chatContract,
  memories: memoriesContract,
  issues: issuesContract,
  solver: solverContract,
  jobs: jobsContract,
  audit: auditContract,
  system: systemContract,
};
export type Contract = typeof contract;

export * from '#audit.ts';
export * from '#access.ts';
export * from '#accounts.ts';
export * from '#cards.ts';
export * from '#chat.ts';
export * from '#codebase.ts';
export * from '#errors.ts';
export * from '#git.ts';
export * from '#github.ts';
export * from '#ids.ts';
export * from '#issues.ts';
export * from '#jobs.ts';
export * from '#live.ts';
export * from '#memories.ts';
export * from '#models.ts';
export * from '#paging.ts';
export * from '#projects.ts';
export * from '#roles.ts';
export * from '#solver.ts';
export * from '#solver-project.ts';
export * from '#symbol-kinds.ts';
export * from '#system.ts';
