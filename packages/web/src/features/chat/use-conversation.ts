import { useQueryClient } from '@tanstack/react-query';
import type { Id } from '@yudai/contract';
import { useEffect, useMemo, useSyncExternalStore } from 'react';
import { ConversationStore } from '#features/chat/conversation-store.ts';
import { api, client } from '#lib/client.ts';
import { useLiveFeed } from '#lib/live/live-provider.tsx';

/** Messages of a conversation that are read at first, and with every page before them. */
const pageSize = 60;
const presenceEveryMs = 25_000;

/** One conversation, kept up to date while the component is shown. */
export function useConversation(id: Id<'session'>) {
  const queries = useQueryClient();
  const store = useMemo(
    () =>
      new ConversationStore({
        read: () => client.chat.get({ id, limit: pageSize }),
        readEarlier: (cursor) => client.chat.messages({ id, cursor, limit: pageSize }),
        soon: (run) => void requestAnimationFrame(run),
        later: (run) => void setTimeout(run, 1000),
      }),
    [id],
  );
  const view = useSyncExternalStore(store.watch, store.view);
  useEffect(() => void store.read(), [store]);
  const isReady = view.state === 'ready';
  useLiveFeed(isReady ? { topic: `session:${id}`, after: view.shown.seq } : null, {
    onEvent: (event) => {
      store.take(event);
      if (event.type === 'session_update') {
        void queries.invalidateQueries({ queryKey: api.chat.list.key() });
        void queries.invalidateQueries({ queryKey: api.memories.key() });
      }
    },
    onResync: () => void store.read(),
  });
  useEffect(() => {
    if (!isReady) return;
    const attend = (here: boolean) => void client.chat.attend({ id, here }).catch(() => {}); // Nobody waits for it, and the next one comes.
    attend(true);
    const beat = setInterval(() => attend(document.visibilityState === 'visible'), presenceEveryMs);
    return () => {
      clearInterval(beat);
      attend(false);
    };
  }, [id, isReady]);
  return { view, store };
}
