import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Issue } from '@yudai/contract';
import { api } from '#lib/client.ts';
import { saveAsFile } from '#lib/save-as-file.ts';
import { useFailureToast } from '#ui/use-failure-toast.ts';

/** What is done with an issue from a menu. What fails is said in a toast. */
export function useIssueDeeds({ projectId, id }: Issue) {
  const queries = useQueryClient();
  const onError = useFailureToast();
  const input = { projectId, id };
  const onSuccess = () => queries.invalidateQueries({ queryKey: api.issues.key() });
  const archive = useMutation(api.issues.archive.mutationOptions({ onSuccess, onError }));
  const unarchive = useMutation(api.issues.unarchive.mutationOptions({ onSuccess, onError }));
  const reopen = useMutation(api.issues.reopen.mutationOptions({ onSuccess, onError }));
  const refresh = useMutation(api.issues.refresh.mutationOptions({ onSuccess, onError }));
  const download = useMutation({
    mutationFn: () => queries.fetchQuery(api.issues.export.queryOptions({ input, staleTime: 0 })),
    onSuccess: ({ name, markdown }) => saveAsFile(name, markdown),
    onError,
  });
  return {
    archive: () => archive.mutate(input),
    unarchive: () => unarchive.mutate(input),
    reopen: () => reopen.mutate(input),
    refresh: () => refresh.mutate(input),
    isRefreshing: refresh.isPending,
    download: () => download.mutate(),
  };
}
