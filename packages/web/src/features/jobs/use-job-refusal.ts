import { useQuery } from '@tanstack/react-query';
import { may } from '@yudai/contract';
import type { Job, Role } from '@yudai/contract';
import { useAuthStatus } from '#lib/auth-status.ts';
import { api } from '#lib/client.ts';
import { isNotFound } from '#lib/error-message.ts';

/**
 * Why this person may not cancel, retry or answer a job, in words; null when they may, undefined until that is known. Jobs of a project
 * go by the person's role there, as the server sees it.
 */
export function useJobRefusal(job: Pick<Job, 'ownerId' | 'projectId'>): string | null | undefined {
  const { projectId } = job;
  const isOwn = useAuthStatus()?.account?.id === job.ownerId;
  const project = useQuery(
    api.projects.get.queryOptions({ input: { id: projectId ?? '' }, enabled: projectId !== null }),
  );
  if (projectId === null) return null;
  if (project.data !== undefined) return refusalOf(isOwn, project.data.role);
  if (!project.isError) return undefined;
  // What somebody started in a project that is gone is theirs to clear away. Any other failure is told where it is tried.
  return isOwn || !isNotFound(project.error) ? null : 'The project of this job is gone, or you are not in it any more.';
}

function refusalOf(isOwn: boolean, role: Role): string | null {
  if (may(role, isOwn ? 'jobs.run' : 'jobs.manage')) return null;
  return isOwn
    ? 'You are a viewer in this project by now: members and whoever stands above them cancel, retry and answer their jobs.'
    : 'Somebody else started this job: only maintainers, admins and the owner of the project cancel, retry and answer it.';
}
