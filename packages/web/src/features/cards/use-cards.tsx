import { Button } from '@mantine/core';
import { useTimeout } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import type { CardHead, Id, NewCard } from '@yudai/contract';
import { useState } from 'react';
import { api } from '#lib/client.ts';
import { useFailureToast } from '#ui/use-failure-toast.ts';

/** The cards of a project that the person sees and that have these words, in their order. */
export function useCards(projectId: string, query: string) {
  return useInfiniteQuery(
    api.cards.list.infiniteOptions({
      input: (cursor: string | undefined) => ({
        projectId,
        ...(query === '' ? {} : { query }),
        ...(cursor === undefined ? {} : { cursor }),
      }),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: (page) => page.nextCursor ?? undefined,
    }),
  );
}

/** What a person does with a card. What fails is said in a toast, and what is taken away can be put back from one. */
export function useCardActions(projectId: string) {
  const queries = useQueryClient();
  const onError = useFailureToast();
  const onSuccess = () => queries.invalidateQueries({ queryKey: api.cards.key() });
  const restore = useMutation(api.cards.restore.mutationOptions({ onSuccess, onError }));
  const remove = useMutation(api.cards.remove.mutationOptions({ onSuccess, onError }));
  const move = useMutation(api.cards.move.mutationOptions({ onSuccess, onError }));
  const refresh = useMutation(api.cards.refresh.mutationOptions({ onSuccess, onError }));
  return {
    move: (id: Id<'card'>, before: Id<'card'> | null) => move.mutateAsync({ projectId, id, before }),
    refresh: (card: CardHead) => refresh.mutate({ projectId, id: card.id }),
    isRefreshing: (card: CardHead) => refresh.isPending && refresh.variables.id === card.id,
    remove: ({ id, title }: CardHead) =>
      remove.mutate(
        { projectId, id },
        {
          onSuccess: () =>
            tellRemoved(id, title, () => {
              restore.mutate({ projectId, id });
            }),
        },
      ),
  };
}

// How long a button says that it has done its work.
const keptShownMs = 2000;

/** Keeps something as a card. `isKept` is true for a moment afterwards. */
export function useKeep(projectId: string) {
  const queries = useQueryClient();
  const onError = useFailureToast();
  const [isKept, setKept] = useState(false);
  const { start } = useTimeout(() => setKept(false), keptShownMs);
  const create = useMutation(
    api.cards.create.mutationOptions({
      onSuccess: () => {
        setKept(true);
        start();
        return queries.invalidateQueries({ queryKey: api.cards.key() });
      },
      onError,
    }),
  );
  return { keep: (from: NewCard) => create.mutate({ projectId, from }), isKeeping: create.isPending, isKept };
}

function tellRemoved(id: string, title: string, undo: () => void): void {
  notifications.show({
    id,
    title: 'Card removed',
    autoClose: 10_000,
    message: (
      <span className="row">
        <span className="truncate grow">{title}</span>
        <Button
          size="compact-xs"
          variant="default"
          onClick={() => {
            notifications.hide(id);
            undo();
          }}
        >
          Undo
        </Button>
      </span>
    ),
  });
}
