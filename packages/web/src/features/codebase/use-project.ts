import { useQuery } from '@tanstack/react-query';
import { api } from '#lib/client.ts';
import { useLive } from '#lib/live/live-provider.tsx';

/** The project of a screen, kept fresh while the screen is open. */
export function useProject(projectId: string) {
  useLive([`project:${projectId}`]);
  return useQuery(api.projects.get.queryOptions({ input: { id: projectId } }));
}
