import { authStatus, job, project } from '@yudai/contract';
import type { AuthStatus, Job, Project, Role } from '@yudai/contract';

const at = '2026-11-21T10:00:00.000Z';
export const me = `usr_${'0'.repeat(26)}`;
export const somebodyElse = `usr_${'1'.repeat(26)}`;
const projectId = `prj_${'0'.repeat(26)}`;

/** A project that is indexed, in which the person has this role. */
export function projectAs(role: Role, changes: Partial<Project> = {}): Project {
  return {
    ...project.parse({
      id: projectId,
      name: 'shop',
      ownerId: role === 'owner' ? me : somebodyElse,
      role,
      origin: 'connected',
      source: { kind: 'git', url: 'https://git.example.org/shop' },
      ref: 'main',
      status: 'ready',
      failure: null,
      archived: false,
      commit: 'a'.repeat(40),
      fileCount: 3,
      activeJobId: null,
      createdAt: at,
      updatedAt: at,
      indexedAt: at,
    }),
    ...changes,
  };
}

/** A job about that project. */
export function jobOf(ownerId: string, changes: Partial<Job> = {}): Job {
  return {
    ...job.parse({
      id: `job_${'0'.repeat(26)}`,
      kind: 'codebase.index',
      title: 'Index shop',
      ownerId,
      projectId,
      status: 'running',
      progress: 40,
      message: 'Reading files',
      queuePosition: null,
      questions: null,
      result: null,
      error: null,
      costMicros: 0,
      budgetMicros: null,
      attempt: 1,
      cancelRequested: false,
      retryOf: null,
      createdAt: at,
      startedAt: at,
      finishedAt: null,
      deadlineAt: null,
    }),
    ...changes,
  };
}

/** What is known of who is signed in: `me`, who is nobody special. */
export function signedIn(): AuthStatus {
  return authStatus.parse({
    mode: 'team',
    signInPath: '/api/auth/sign-in/github',
    provider: 'github.com',
    account: {
      id: me,
      name: 'Ada Lovelace',
      username: 'ada',
      avatarUrl: null,
      email: null,
      skillLevel: null,
      goal: null,
      administrator: false,
      createdAt: at,
      lastSignInAt: at,
    },
  });
}
