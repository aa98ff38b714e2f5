import { useQuery } from '@tanstack/react-query';
import type { Project } from '@yudai/contract';
import { useAuthStatus } from '#lib/auth-status.ts';
import { api } from '#lib/client.ts';

/** Names the people of a project by their id; null for who is not in it any more, and where there is only one person. */
export function usePeople(project: Pick<Project, 'id'>): (id: string | null) => string | null {
  const isTeam = useAuthStatus()?.mode === 'team';
  const members = useQuery(
    api.projects.members.queryOptions({ input: { id: project.id }, enabled: isTeam, retry: false }),
  );
  const names = new Map((members.data?.items ?? []).map(({ person }) => [String(person.id), person.name]));
  return (id) => (id === null ? null : (names.get(id) ?? null));
}
