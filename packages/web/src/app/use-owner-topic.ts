import { useQuery } from '@tanstack/react-query';
import { api } from '#lib/client.ts';
import { useLive } from '#lib/live/live-provider.tsx';

/** Follows everything that happens to the person's projects and jobs, on every screen. */
export function useOwnerTopic(): void {
  const info = useQuery(api.system.info.queryOptions({ input: {}, staleTime: Infinity }));
  useLive(info.data === undefined ? [] : [`user:${info.data.user.id}`]);
}
