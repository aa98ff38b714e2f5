import { useQuery } from '@tanstack/react-query';
import type { Project } from '@yudai/contract';
import { api } from '#lib/client.ts';

/** Names of the labels that the project's repository has on GitHub; empty elsewhere, and when GitHub cannot be asked. */
export function useRepositoryLabels({ source }: Project): string[] {
  const [owner = '', name = ''] = source.kind === 'github' ? source.repository.split('/') : [];
  const labels = useQuery(
    api.github.labels.queryOptions({ input: { owner, name, limit: 100 }, enabled: owner !== '', retry: false }),
  );
  return labels.data?.items.map((label) => label.name) ?? [];
}
