import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import type { Id, Idea, IdeaStatus } from '@yudai/contract';
import { api } from '#lib/client.ts';
import { useFailureToast } from '#ui/use-failure-toast.ts';

/** The ideas of a project, newest first; of one status or all. */
export function useIdeas(projectId: string, status: IdeaStatus | null) {
  return useInfiniteQuery(
    api.issues.ideas.infiniteOptions({
      input: (cursor: string | undefined) => ({
        projectId,
        ...(status === null ? {} : { status }),
        ...(cursor === undefined ? {} : { cursor }),
      }),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: (page) => page.nextCursor ?? undefined,
    }),
  );
}

/** What a person does with an idea at once. What fails is said in a toast. */
export function useIdeaActions(projectId: string, onIssue: (id: Id<'issue'>) => void) {
  const queries = useQueryClient();
  const onError = useFailureToast();
  const onSuccess = () => queries.invalidateQueries({ queryKey: api.issues.key() });
  const dismiss = useMutation(api.issues.dismissIdea.mutationOptions({ onSuccess, onError }));
  const promote = useMutation(
    api.issues.promoteIdea.mutationOptions({
      onSuccess: async ({ issue }) => {
        await onSuccess();
        onIssue(issue.id);
      },
      onError,
    }),
  );
  return {
    dismiss: ({ id }: Idea, dismissed: boolean) => dismiss.mutate({ projectId, id, dismissed }),
    promote: ({ id }: Idea) => promote.mutate({ projectId, id }),
    isBusy: ({ id }: Idea) =>
      (dismiss.isPending && dismiss.variables.id === id) || (promote.isPending && promote.variables.id === id),
  };
}
