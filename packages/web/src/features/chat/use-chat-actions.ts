import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ChatMessage, Id } from '@yudai/contract';
import type { ConversationStore } from '#features/chat/conversation-store.ts';
import type { Conversation } from '#features/chat/conversation.ts';
import { api, client } from '#lib/client.ts';
import { useFailureToast } from '#ui/use-failure-toast.ts';

export type SendMode = 'queue' | 'steer' | 'interrupt';

export interface NewMessage {
  readonly text: string;
  readonly attachmentIds: Id<'attachment'>[];
  readonly model?: string | undefined;
  readonly mode?: SendMode;
  /** The message that this one takes the place of. */
  readonly instead?: Id<'message'>;
}

/** What a person does in a conversation. Answers come on the feed; what fails is said in a toast. */
export function useChatActions(conversation: Conversation, store: ConversationStore) {
  const queries = useQueryClient();
  const onError = useFailureToast();
  const { id, projectId, visibility } = conversation.session;
  const take = ({ message, answer }: { message: ChatMessage; answer: ChatMessage | null }) =>
    store.takeAnswered([message, answer]);
  const send = useMutation({
    mutationFn: ({ model, ...message }: NewMessage) =>
      client.chat.send({ id, ...message, ...(model === undefined ? {} : { model }) }),
    onSuccess: take,
    onError,
  });
  const regenerate = useMutation(api.chat.regenerate.mutationOptions({ onSuccess: take, onError }));
  const stop = useMutation(api.chat.stop.mutationOptions({ onError }));
  const unqueue = useMutation(api.chat.unqueue.mutationOptions({ onError }));
  const branch = useMutation(api.chat.showBranch.mutationOptions({ onError }));
  const compact = useMutation(
    api.chat.compact.mutationOptions({
      onSuccess: () => notifications.show({ message: 'The older messages are being summed up.' }),
      onError,
    }),
  );
  const drop = useMutation(api.chat.drop.mutationOptions({ onError }));
  const select = useMutation(api.chat.selectCards.mutationOptions({ onError }));
  const refreshCards = () => queries.invalidateQueries({ queryKey: api.cards.key() });
  const keep = useMutation(
    api.cards.create.mutationOptions({
      onSuccess: (card) => {
        notifications.show({ title: 'Kept as a card', message: card.title });
        return refreshCards();
      },
      onError,
    }),
  );
  const pin = useMutation({
    mutationFn: async (from: { path: string; startLine?: number; endLine?: number }) => {
      const card = await client.cards.create({
        projectId,
        from: { source: 'file', ...from },
        visibility,
        sessionId: id,
      });
      return client.chat.selectCards({ id, cardIds: [...conversation.cards.map((it) => it.id), card.id] });
    },
    onSuccess: refreshCards,
    onError,
  });
  const paths = conversation.dropped;
  return {
    send: (message: NewMessage) => send.mutateAsync(message),
    isSending: send.isPending,
    regenerate: (messageId: Id<'message'>) => regenerate.mutate({ id, messageId }),
    stop: () => stop.mutate({ id }),
    isStopping: stop.isPending,
    unqueue: (messageId: Id<'message'>) => unqueue.mutateAsync({ id, messageId }),
    showBranch: (messageId: Id<'message'>) => branch.mutate({ id, messageId }),
    compact: () => compact.mutate({ id }),
    drop: (path: string) => drop.mutate({ id, paths: [...new Set([...paths, path])] }),
    restore: (path: string) => drop.mutate({ id, paths: paths.filter((it) => it !== path) }),
    addCard: (cardId: Id<'card'>) =>
      select.mutate({ id, cardIds: [...new Set([...conversation.cards.map((it) => it.id), cardId])] }),
    removeCard: (cardId: Id<'card'>) =>
      select.mutate({ id, cardIds: conversation.cards.map((it) => it.id).filter((it) => it !== cardId) }),
    keep: (messageId: Id<'message'>) =>
      keep.mutate({ projectId, from: { source: 'message', messageId }, sessionId: id, visibility }),
    pin: (from: { path: string; startLine?: number; endLine?: number }) => pin.mutate(from),
  };
}

export type ChatActions = ReturnType<typeof useChatActions>;
