import type { Embedder } from '@yudai/engine/codebase';
import type { Audit } from '#features/audit/index.ts';
import type { Projects } from '#features/projects/index.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Database } from '#platform/db/index.ts';
import type { Jobs } from '#platform/jobs/index.ts';
import type { Log } from '#platform/log/index.ts';
import { createIndexJob, startIndex } from './index-project.ts';
import { createReader } from './reader/reader.ts';
import { createCodebaseService } from './service.ts';
import { hasPendingAnalysis } from './store.ts';

export { createCodebaseRoutes } from './routes.ts';
export type { CodebaseService } from './service.ts';

export interface CodebaseParts {
  readonly database: Database;
  readonly audit: Pick<Audit, 'record'>;
  readonly projects: Projects;
  readonly jobs: Jobs;
  readonly clock: Clock;
  readonly log: Log;
  readonly embedder: Embedder | null;
  /** Processes that parse. */
  readonly workers: number;
}

/** What Yudai understands of a project's files. Registers `codebase.index` and indexes every project once it is connected. */
export function createCodebase(parts: CodebaseParts) {
  const { database, projects, jobs, log } = parts;
  const reader = createReader({
    database,
    gitDirOf: projects.gitDirOf,
    embeddingModel: parts.embedder?.model ?? null,
    onDefect: (stack) => log.error({ stack }, 'the code reader failed'),
  });
  const deps = { ...parts, reader };
  jobs.register(createIndexJob(deps));
  projects.onConnected(async (db, { projectId, ownerId, name }) => {
    await startIndex(parts, db, { ownerId, projectId, name });
  });
  projects.onPushed(async (db, { projectId, ownerId, name }) => {
    // One that has not begun reads the branch when it does, with this push in it.
    if (await hasPendingAnalysis(db, projectId)) return;
    await startIndex(parts, db, { ownerId, projectId, name });
  });
  return { service: createCodebaseService(deps), close: () => reader.close() };
}
